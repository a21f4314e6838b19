"""Live sessions on the real server: what a stream costs, twenty at once, a thousand one by one.

The server runs the standard pack with the models of `mien models pull liveness`. Every session
claims somebody of another name, since failed attempts lock an identity; each shows the clip once,
which does nothing that is asked for, and so ends after some seconds.

python -m benchmarks.streams ../shared/data/videos/talking_face_instanthigh.mp4
"""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.measure import Json, Surroundings, Timing, argument_parser, finish, show_table
from benchmarks.serving import Server, running_server
from benchmarks.streaming import FPS, Played, play, play_for, play_many, read_clip

_MODELS: Final = ("standard", "liveness")
_WARM_UP: Final = 2
_SHORT_FRAMES: Final = 5
_SHORT_AT_ONCE: Final = 8
_SAMPLES: Final = 10


@dataclass(frozen=True, slots=True)
class Alone:
    """One session at a time, cpu_share: of one core, of each session."""

    sessions: Sequence[Played]
    cpu_share: Sequence[float]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Many at once. own_cpu_s: of this program, which shares the machine with the server."""

    streams: int
    sessions: Sequence[Played]
    wall_s: float
    server_cpu_s: float
    own_cpu_s: float
    memory_mib: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Short:
    """Many short sessions. memory_mib: resident, by their number so far."""

    sessions: Sequence[Played]
    server_cpu_s: float
    memory_mib: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run."""

    alone: Alone
    crowd: Crowd
    short: Short


def measure(
    data_dir: Path, jpegs: Sequence[bytes], *, sessions: int, streams: int, short: int
) -> Outcome:
    """Start a server and stream to it."""
    numbers = itertools.count(1)

    def name() -> str:
        return f"somebody-{next(numbers)}"

    settings = {
        "MIEN_PACK": "standard",
        "MIEN_MAX_STREAMS_PER_CALLER": str(streams + _SHORT_AT_ONCE),
    }
    with running_server(data_dir, settings) as server:
        asyncio.run(play_many(server, jpegs, sessions=_WARM_UP, at_once=_WARM_UP, name=name))
        alone = _measure_alone(server, jpegs, sessions, name)
        crowd = _measure_crowd(server, jpegs, streams, name)
        return Outcome(alone, crowd, _measure_short(server, jpegs[:_SHORT_FRAMES], short, name))


def _measure_alone(
    server: Server, jpegs: Sequence[bytes], count: int, name: Callable[[], str]
) -> Alone:
    sessions, shares = [], []
    for _ in range(count):
        cpu_s = server.cpu_s()
        played = asyncio.run(play(server, jpegs, name()))
        shares.append((server.cpu_s() - cpu_s) / played.wall_s)
        sessions.append(played)
    return Alone(sessions, shares)


def _measure_crowd(
    server: Server, jpegs: Sequence[bytes], streams: int, name: Callable[[], str]
) -> Crowd:
    before_mib, server_s, own_s = server.memory_mib(), server.cpu_s(), time.process_time()
    started_s = time.monotonic()
    seconds = 3 * len(jpegs) / FPS
    sessions = asyncio.run(play_for(server, jpegs, streams=streams, seconds=seconds, name=name))
    return Crowd(
        streams,
        sessions,
        time.monotonic() - started_s,
        server.cpu_s() - server_s,
        time.process_time() - own_s,
        (before_mib, server.memory_mib()),
    )


def _measure_short(
    server: Server, jpegs: Sequence[bytes], count: int, name: Callable[[], str]
) -> Short:
    memory_mib, sessions, cpu_s = {0: server.memory_mib()}, list[Played](), server.cpu_s()
    for share in range(1, _SAMPLES + 1):
        more = count * share // _SAMPLES - len(sessions)
        sessions += asyncio.run(
            play_many(server, jpegs, sessions=more, at_once=_SHORT_AT_ONCE, name=name)
        )
        memory_mib[len(sessions)] = server.memory_mib()
    return Short(sessions, server.cpu_s() - cpu_s, memory_mib)


def show(outcome: Outcome) -> None:
    """Print the tables."""
    alone, crowd, short = outcome.alone, outcome.crowd, outcome.short
    show_table(
        f"Live sessions, 640 x 480 JPEG at {FPS:.0f} frames/s each",
        ["streams at once", *_COLUMNS],
        [
            ["1", *_row(alone.sessions, f"{median(alone.cpu_share):.0%}")],
            [
                str(crowd.streams),
                *_row(crowd.sessions, f"{crowd.server_cpu_s / crowd.wall_s:.0%}"),
            ],
        ],
    )
    print(
        f"  server CPU alone, session by session: "
        f"{', '.join(f'{share:.0%}' for share in sorted(alone.cpu_share))}\n"
        f"  with {crowd.streams}: {crowd.memory_mib[0]:.0f} MiB before, {crowd.memory_mib[1]:.0f} "
        f"after; what sent the frames took {crowd.own_cpu_s / crowd.wall_s:.0%} of a core"
    )
    show_table(
        "Server's resident memory",
        ["short sessions", "MiB"],
        [[f"{done:,}", f"{mib:.1f}"] for done, mib in short.memory_mib.items()],
    )
    undecided = sum(not session.decided for session in short.sessions)
    print(
        f"  {_SHORT_FRAMES} frames each, {_SHORT_AT_ONCE} at once; {undecided} ended without a "
        f"decision; {1e3 * short.server_cpu_s / len(short.sessions):.0f} ms of server CPU each"
    )


_COLUMNS: Final = (
    "sessions",
    "server CPU",
    "frames sent",
    "looked at",
    "dropped",
    "per s each",
    "feedback p50 ms",
    "p95 ms",
    "of a move p95 ms",
)


def _row(sessions: Sequence[Played], cpu: str) -> list[str]:
    sent = sum(session.sent for session in sessions)
    taken = sum(session.taken for session in sessions)
    feedback, at_worst = _feedback(sessions), _at_worst(sessions)
    return [
        str(len(sessions)),
        cpu,
        f"{sent:,}",
        f"{taken / sent:.0%}",
        f"{1 - taken / sent:.0%}",
        f"{taken / sum(session.wall_s for session in sessions):.1f}",
        f"{feedback.median_ms:.0f}",
        f"{feedback.percentile_ms(95):.0f}",
        f"{at_worst.percentile_ms(95):.0f}",
    ]


def _feedback(sessions: Sequence[Played]) -> Timing:
    return Timing(tuple(ms for session in sessions for ms in session.feedback_ms))


def _at_worst(sessions: Sequence[Played]) -> Timing:
    return Timing(tuple(ms for session in sessions for ms in session.at_worst_ms))


def as_json(outcome: Outcome) -> Json:
    """Return what the report holds."""
    alone, crowd, short = outcome.alone, outcome.crowd, outcome.short
    return {
        "alone": {
            "cpu_share": [round(share, 4) for share in alone.cpu_share],
            **_json(alone.sessions),
        },
        "crowd": {
            "streams": crowd.streams,
            "wall_s": round(crowd.wall_s, 2),
            "server_cpu_s": round(crowd.server_cpu_s, 2),
            "own_cpu_s": round(crowd.own_cpu_s, 2),
            "memory_mib": [round(mib, 1) for mib in crowd.memory_mib],
            **_json(crowd.sessions),
        },
        "short": {
            "server_cpu_s": round(short.server_cpu_s, 2),
            "memory_mib": {str(done): round(mib, 1) for done, mib in short.memory_mib.items()},
            **_json(short.sessions),
        },
    }


def _json(sessions: Sequence[Played]) -> dict[str, Json]:
    return {
        "sessions": len(sessions),
        "decided": sum(session.decided for session in sessions),
        "frames_sent": sum(session.sent for session in sessions),
        "frames_taken": sum(session.taken for session in sessions),
        "feedback": _feedback(sessions).as_json(),
        "feedback_of_a_movement": _at_worst(sessions).as_json(),
    }


def _pull(data_dir: Path, mirror: Path) -> None:
    command = [sys.executable, "-m", "mien", "models", "pull", *_MODELS]
    options = ["--data-dir", str(data_dir), "--mirror", str(mirror)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)


def main() -> None:
    """Measure the server and print the tables."""
    parser = argument_parser("What live sessions cost the real server.")
    parser.add_argument("clip", type=Path, help="a video of a face that keeps looking here")
    shared = Path(os.environ.get("MIEN_SHARED", "../shared"))
    parser.add_argument("--mirror", type=Path, default=shared / "models", help="of the models")
    parser.add_argument("--sessions", type=int, default=9, help="one after another")
    parser.add_argument("--streams", type=int, default=20, help="at once")
    parser.add_argument("--short", type=int, default=1_000, help="short sessions")
    options = parser.parse_args()
    surroundings = Surroundings()
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        _pull(data_dir, options.mirror)
        outcome = measure(
            data_dir,
            read_clip(options.clip),
            sessions=options.sessions,
            streams=options.streams,
            short=options.short,
        )
    show(outcome)
    finish(
        "streams",
        as_json(outcome),
        surroundings=surroundings,
        packages=("onnxruntime", "fastapi", "uvicorn", "websockets"),
        json_file=options.json,
    )


if __name__ == "__main__":
    main()
