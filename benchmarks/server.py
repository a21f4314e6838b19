"""The real server under load: throughput, latency, memory, and how long it takes to start.

python -m benchmarks.server; for the full run, --requests 20000
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import portraits
from benchmarks.measure import (
    Json,
    Surroundings,
    Timing,
    argument_parser,
    finish,
    show_table,
)
from benchmarks.serving import Load, Request, Server, drive, running_server

_PORTRAITS: Final[Mapping[str, Callable[[], bytes]]] = {
    "near": portraits.near,
    "far": portraits.far,
}
_SUBJECT: Final = "ada"
_FIRST_START: Final = "the first, imports the weights"
_OTHER_START: Final = "every other"
_WARM_UP: Final = 100
_ALONE: Final = 100
_BAD_PHOTOS: Final = 500
_SAMPLES: Final = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run.

    starts_s: seconds and processor seconds from start to ready, by which start it was.
    memory_mib: by the number of verifications since the start.
    """

    starts_s: Mapping[str, tuple[float, float]]
    memory_mib: Mapping[int, float]
    alone: Load
    crowded: Load
    after_bad: Load
    connections: int

    @property
    def settled_mib(self) -> float:
        """Resident memory after the warm-up."""
        return self.memory_mib[_WARM_UP]

    @property
    def growth_mib(self) -> float:
        """Resident memory gained between the warm-up and the last request."""
        return self.memory_mib[max(self.memory_mib)] - self.settled_mib


def measure(data_dir: Path, photo: bytes, *, requests: int, connections: int) -> Outcome:
    """Start the server twice, the first time to import the weights, and load the second."""
    with running_server(data_dir) as server:
        starts_s = {_FIRST_START: (server.ready_s, server.ready_cpu_s)}
        _enroll(server)
    with running_server(data_dir) as server:
        starts_s[_OTHER_START] = (server.ready_s, server.ready_cpu_s)
        request = Request.form(
            server, "/api/v1/authenticate", {"user_id": _SUBJECT}, {"image": photo}
        )
        memory_mib = {0: server.memory_mib()}
        drive(server, request, count=_WARM_UP, connections=connections)
        memory_mib[_WARM_UP] = server.memory_mib()
        alone = drive(server, request, count=_ALONE, connections=1)
        done, parts = _WARM_UP + _ALONE, []
        for count in _shares(requests):
            parts.append(drive(server, request, count=count, connections=connections))
            done += count
            memory_mib[done] = server.memory_mib()
        _send_bad_photos(server, photo)
        after_bad = drive(server, request, count=_ALONE, connections=1)
        return Outcome(starts_s, memory_mib, alone, _joined(parts), after_bad, connections)


def _enroll(server: Server) -> None:
    request = Request.form(
        server, "/api/v1/register", {"user_id": _SUBJECT}, {"images": portraits.enrolled()}
    )
    connection = server.connect()
    status, body = request.send(connection)
    connection.close()
    if status >= 300:
        raise SystemExit(f"the enrollment failed: {status} {body.decode('utf-8', 'replace')}")


def _send_bad_photos(server: Server, photo: bytes) -> None:
    """Send photos that are cut off, garbled or empty; each must be refused."""
    bad = (photo[: len(photo) // 2], photo[:600] + bytes(2000), b"no photo at all", b"")
    connection = server.connect()
    for number in range(_BAD_PHOTOS):
        fields, images = {"user_id": _SUBJECT}, {"image": bad[number % len(bad)]}
        status, _ = Request.form(server, "/api/v1/authenticate", fields, images).send(connection)
        if not 400 <= status < 500:
            raise SystemExit(f"a bad photo was answered with {status}")
    connection.close()


def _shares(requests: int) -> Sequence[int]:
    """Split the requests evenly, so that memory is looked at in between."""
    return [requests * (i + 1) // _SAMPLES - requests * i // _SAMPLES for i in range(_SAMPLES)]


def _joined(parts: Sequence[Load]) -> Load:
    return Load(
        tuple(latency for part in parts for latency in part.latencies_ms),
        sum(part.wall_s for part in parts),
        sum(part.server_cpu_s for part in parts),
    )


def show(outcome: Outcome) -> None:
    """Print load, memory and start."""
    show_table(
        "Verifications over HTTP (loopback, keep-alive, multipart, 640 x 480 JPEG)",
        ["callers", "verifications", "per second", "median ms", "p95 ms", "server CPU ms each"],
        [
            _load_row("1", outcome.alone),
            _load_row(str(outcome.connections), outcome.crowded),
            _load_row(f"1, after {_BAD_PHOTOS} bad photos", outcome.after_bad),
        ],
    )
    show_table(
        "Resident memory of the server",
        ["verifications since start", "MiB"],
        [[f"{done:,}", f"{mib:.1f}"] for done, mib in outcome.memory_mib.items()],
    )
    show_table(
        "From the start of the process to ready",
        ["start", "s", "CPU s"],
        [[name, f"{wall:.2f}", f"{cpu:.2f}"] for name, (wall, cpu) in outcome.starts_s.items()],
    )


def _load_row(callers: str, load: Load) -> list[str]:
    timing, count = Timing(load.latencies_ms), len(load.latencies_ms)
    return [
        callers,
        f"{count:,}",
        f"{count / load.wall_s:.1f}",
        f"{timing.median_ms:.1f}",
        f"{timing.percentile_ms(95):.1f}",
        f"{1e3 * load.server_cpu_s / count:.1f}",
    ]


def as_json(outcome: Outcome) -> Json:
    """Return what the report holds."""
    return {
        "starts": {
            name: {"s": round(wall, 3), "cpu_s": round(cpu, 3)}
            for name, (wall, cpu) in outcome.starts_s.items()
        },
        "memory_mib": {str(done): round(mib, 1) for done, mib in outcome.memory_mib.items()},
        "growth_mib": round(outcome.growth_mib, 1),
        "loads": [
            {"callers": 1, **_load_json(outcome.alone)},
            {"callers": outcome.connections, **_load_json(outcome.crowded)},
            {"callers": 1, "after_bad_photos": _BAD_PHOTOS, **_load_json(outcome.after_bad)},
        ],
    }


def _load_json(load: Load) -> dict[str, Json]:
    count = len(load.latencies_ms)
    return {
        "verifications": count,
        "per_second": round(count / load.wall_s, 2),
        "server_cpu_ms_each": round(1e3 * load.server_cpu_s / count, 2),
        "latency": Timing(load.latencies_ms).as_json(),
    }


def main() -> None:
    """Measure the server and print the tables."""
    parser = argument_parser("Throughput, latency, memory and start of the real server.")
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--face", choices=_PORTRAITS, default="near", help="how far the face is")
    options = parser.parse_args()
    surroundings = Surroundings()
    with tempfile.TemporaryDirectory() as folder:
        outcome = measure(
            Path(folder) / "data",
            _PORTRAITS[options.face](),
            requests=options.requests,
            connections=options.connections,
        )
    show(outcome)
    finish(
        "server",
        as_json(outcome),
        surroundings=surroundings,
        packages=("onnxruntime", "fastapi", "uvicorn", "sqlalchemy"),
        json_file=options.json,
    )


if __name__ == "__main__":
    main()
