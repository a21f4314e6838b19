"""A real `mien serve` as a child process, and the cheapest client that keeps it busy."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import psutil

_HOST: Final = "127.0.0.1"
_READY_WITHIN_S: Final = 120
_STOPPED_WITHIN_S: Final = 60
_REQUEST_TIMEOUT_S: Final = 120
_POLL_S: Final = 0.01
_BOUNDARY: Final = "mien-benchmark-boundary"
_PLACEHOLDER: Final = b"mien benchmark: 16 bytes per try"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    ready_s: from its start to the first good answer of /readyz; ready_cpu_s: what it worked then.
    """

    port: int
    api_key: str
    process: psutil.Process
    ready_s: float
    ready_cpu_s: float

    def memory_mib(self) -> float:
        """Return its resident memory."""
        return float(self.process.memory_info().rss / 2**20)

    def cpu_s(self) -> float:
        """Return the processor time it has used."""
        return _cpu_s(self.process)

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection of one's own; it is kept alive between requests."""
        return http.client.HTTPConnection(_HOST, self.port, timeout=_REQUEST_TIMEOUT_S)


@dataclass(frozen=True, slots=True)
class Request:
    """A request whose bytes are made once and sent many times."""

    path: str
    body: bytes
    headers: Mapping[str, str]

    @classmethod
    def form(
        cls, server: Server, path: str, fields: Mapping[str, str], images: Mapping[str, bytes]
    ) -> Request:
        """Return a multipart form."""
        parts = [
            _part(f'name="{name}"', value.encode("utf-8")) for name, value in fields.items()
        ] + [
            _part(
                f'name="{name}"; filename="photo.jpg"\r\nContent-Type: image/jpeg',
                _with_placeholder(image),
            )
            for name, image in images.items()
        ]
        headers = {
            "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
            "X-API-Key": server.api_key,
        }
        return cls(path, b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode(), headers)

    def send(self, connection: http.client.HTTPConnection) -> tuple[int, bytes]:
        """Return status and body of the answer; each time the photos are other bytes."""
        body = self.body.replace(_PLACEHOLDER, secrets.token_bytes(len(_PLACEHOLDER)))
        connection.request("POST", self.path, body, dict(self.headers))
        answer = connection.getresponse()
        return answer.status, answer.read()


def _with_placeholder(photo: bytes) -> bytes:
    """Put a comment into a JPEG's header, which `send` fills: the server refuses known bytes."""
    if not photo.startswith(b"\xff\xd8"):
        return photo
    return photo[:2] + b"\xff\xfe" + (len(_PLACEHOLDER) + 2).to_bytes(2) + _PLACEHOLDER + photo[2:]


def _part(disposition: str, content: bytes) -> bytes:
    head = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode("utf-8") + content + b"\r\n"


@contextmanager
def running_server(
    data_dir: Path, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Server]:
    """Start `mien serve` on a free loopback port and stop it, and nothing else, at the end.

    settings: variables of its environment, on top of this program's.
    """
    port, api_key = _free_port(), secrets.token_urlsafe(32)
    command = [sys.executable, "-m", "mien", "serve", "--host", _HOST, "--port", str(port)]
    environment = {
        **os.environ,
        "MIEN_API_KEY": api_key,
        "MIEN_DATA_DIR": str(data_dir),
        "MIEN_UNSAFE_NO_RATE_LIMITS": "true",
        **settings,
    }
    log_path = data_dir.with_suffix(".log")
    with log_path.open("ab") as log:
        started = time.perf_counter()
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_ready(child, port, log_path)
            ready_s = time.perf_counter() - started
            process = psutil.Process(child.pid)
            yield Server(port, api_key, process, ready_s, _cpu_s(process))
        finally:
            _stop(child)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((_HOST, 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise SystemExit(f"the server ended: {log.read_text('utf-8')[-2000:]}")
        connection = http.client.HTTPConnection(_HOST, port, timeout=_REQUEST_TIMEOUT_S)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(_POLL_S)
        finally:
            connection.close()
    raise SystemExit(f"the server was not ready within {_READY_WITHIN_S} s")


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of requests took: milliseconds of each, and seconds of all."""

    latencies_ms: tuple[float, ...]
    wall_s: float
    server_cpu_s: float


def drive(server: Server, request: Request, *, count: int, connections: int) -> Load:
    """Send *request* *count* times over *connections* kept open; every one must be accepted."""
    remaining = iter(range(count))
    turn = threading.Lock()
    latencies_ms: list[float] = []
    failures: list[str] = []

    def work() -> None:
        connection = server.connect()
        try:
            while not failures:
                with turn:
                    if next(remaining, None) is None:
                        return
                started = time.perf_counter()
                status, body = request.send(connection)
                latencies_ms.append((time.perf_counter() - started) * 1e3)
                if status != http.client.OK or not json.loads(body)["authenticated"]:
                    failures.append(f"{status} {body.decode('utf-8', 'replace')}")
        except (OSError, http.client.HTTPException) as error:
            failures.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    cpu_s, started = server.cpu_s(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit(f"a verification failed: {failures[0]}")
    wall_s = time.perf_counter() - started
    return Load(tuple(latencies_ms), wall_s, server.cpu_s() - cpu_s)
