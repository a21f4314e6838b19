"""A web server on this machine that serves model files, well or badly."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from mien.inference.download import Patience
from mien.inference.mirrors import Mirror
from mien.inference.model import MIT, Download, License, Model, Task
from mien.inference.pull import NO_TERMS, Terms, pull
from mien.inference.sources import SourceFolder

CHUNK = 1 << 14

DATA = np.random.default_rng(7).bytes(300_000)
OTHER = np.random.default_rng(8).bytes(300_000)
SHA256 = hashlib.sha256(DATA).hexdigest()
FILE = "/weights/tiny.onnx"
HURRIED = Patience(timeout_s=5, attempts=3, pause_s=0)


@dataclass(kw_only=True)
class Served:
    """A file, and how it is served.

    cuts: after how many bytes the next connections end. announced: a size other than the true
    one; 0 for none at all. starts_at: of the range that is answered, whatever was asked.
    """

    data: bytes = b""
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    announced: int | None = None
    starts_at: int | None = None
    redirect: str | None = None
    failures: list[int] = field(default_factory=list)
    pause_s: float = 0.0


@dataclass
class Asked:
    """A request as the server saw it. sent: bytes of the body."""

    path: str
    range: str | None
    authorization: str | None
    sent: int = 0


class ModelServer(ThreadingHTTPServer):
    """Serves `files` by path and remembers what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, Served] = {}
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def sent(self) -> int:
        """Bytes of all bodies together."""
        return sum(asked.sent for asked in self.asked)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about clients that went away: some tests kill them."""


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def do_GET(self) -> None:
        asked = Asked(self.path, self.headers["Range"], self.headers["Authorization"])
        self.server.asked.append(asked)
        served = self.server.files.get(self.path)
        if served is None:
            self.send_error(404)
        elif served.failures:
            self.send_error(served.failures.pop(0))
        elif served.redirect is not None:
            self.send_response(302)
            self.send_header("Location", served.redirect)
            self.end_headers()
        else:
            self._serve(served, asked)

    def _serve(self, served: Served, asked: Asked) -> None:
        start = 0
        if served.ranges and asked.range is not None:
            start = int(asked.range.removeprefix("bytes=").removesuffix("-"))
            if start >= len(served.data):
                self.send_error(416)
                return
            start = served.starts_at if served.starts_at is not None else start
            self.send_response(206)
            end = len(served.data)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
        else:
            self.send_response(200)
        body = served.data[start:]
        announced = len(body) if served.announced is None else served.announced
        if announced:
            self.send_header("Content-Length", str(announced))
        self.end_headers()
        if served.cuts:
            body = body[: served.cuts.pop(0)]
        for position in range(0, len(body), CHUNK):
            asked.sent += self.wfile.write(body[position : position + CHUNK])
            time.sleep(served.pause_s)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the library named it
        """Say nothing."""


@contextmanager
def serving() -> Iterator[ModelServer]:
    """Run a server in a thread."""
    with ModelServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def model_of(
    data: bytes,
    url: str,
    *,
    name: str = "tiny",
    license_: License = MIT,
    size_known: bool = True,
    hash_known: bool = True,
) -> Model:
    """Return a model whose source is *data*."""
    return Model(
        name=name,
        task=Task.EMBED,
        summary="a model of a test",
        license=license_,
        source=Download(url, len(data) if size_known else None),
        sha256=hashlib.sha256(data).hexdigest() if hash_known else None,
    )


def part_of(folder: SourceFolder, model: Model) -> Path:
    """Return where a pull writes to."""
    path = folder.path(model)
    return path.with_name(f".{path.name}.part")


def begin(folder: SourceFolder, model: Model, data: bytes) -> None:
    """Leave what a pull leaves that was cut off."""
    folder.folder.mkdir(parents=True)
    part_of(folder, model).write_bytes(data)


def fetch(
    model: Model, folder: SourceFolder, *, mirror: Mirror | None = None, terms: Terms = NO_TERMS
) -> tuple[Model, ...]:
    """Pull without pauses."""
    return pull([model], folder, mirror=mirror, terms=terms, patience=HURRIED)


def assert_good(folder: SourceFolder, model: Model) -> None:
    """The source and its receipt are there, and nothing else is."""
    name = folder.path(model).name
    assert {path.name for path in folder.folder.iterdir()} == {name, f"{name}.json"}
    assert folder.path(model).read_bytes() == DATA
    assert folder.read(model) == DATA
