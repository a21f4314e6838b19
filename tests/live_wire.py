"""The other side of a live stream, as plain as the protocol: no client of mien's own."""

from __future__ import annotations

import base64
import json
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
import numpy.typing as npt
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

Message = dict[str, Any]


class Wire:
    """One connection: says what it is told to, and collects what comes back."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        client_id: str = "test",
        **options: Any,  # noqa: ANN401 of `connect`
    ) -> None:
        headers = {"X-API-Key": key} if key else {}
        headers |= options.pop("headers", {})
        self._open = ExitStack()
        self.socket: ClientConnection = self._open.enter_context(
            connect(
                f"{url.replace('http', 'ws', 1)}/ws/{client_id}",
                additional_headers=headers,
                compression=None,
                max_size=None,
                open_timeout=60,
                **options,
            )
        )
        self.nonce = ""
        self.heard: list[Message] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye as the protocol has it."""
        self._open.close()

    def cut(self) -> None:
        """Break the connection without a word."""
        with suppress(OSError):
            self.socket.socket.shutdown(socket.SHUT_RDWR)
        self.close()

    def say(self, **message: object) -> None:
        self.socket.send(json.dumps(message))

    def hello(self, **message: object) -> Message:
        """Say hello and return the greeting."""
        self.say(type="hello", **message)
        return self.hear()

    def show(self, jpeg: bytes, captured_ms: float | None = None) -> None:
        """Send a frame in bytes, with the newest nonce."""
        captured_ms = 1000 * time.perf_counter() if captured_ms is None else captured_ms
        head = b"MIEN\x01" + bytes.fromhex(self.nonce) + struct.pack(">d", captured_ms)
        self.socket.send(head + jpeg)

    def show_json(self, jpeg: bytes, **fields: object) -> None:
        """Send a frame in JSON, with what fields say."""
        self.say(type="frame", frame=base64.b64encode(jpeg).decode(), **fields)

    def hear(self, timeout_s: float = 60) -> Message:
        """Wait for the next message."""
        message: Message = json.loads(self.socket.recv(timeout_s))
        self.heard.append(message)
        self.nonce = message.get("nonce", self.nonce)
        return message

    def hear_all(self, timeout_s: float = 60) -> int:
        """Hear everything up to the close, and return its code."""
        try:
            while True:
                self.hear(timeout_s)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def hear_what_is_there(self) -> bool:
        """Hear what has come already; False once the stream is closed."""
        try:
            while True:
                self.hear(0)
        except TimeoutError:
            return True
        except ConnectionClosed:
            return False

    @property
    def code(self) -> int | None:
        """What the server closed with."""
        return self.socket.close_code

    def last(self, kind: str) -> Message:
        """Return the last message of a type."""
        return [message for message in self.heard if message["type"] == kind][-1]


@contextmanager
def clip(path: Path) -> Iterator[cv2.VideoCapture]:
    """Open a video file."""
    capture = cv2.VideoCapture(str(path))
    assert capture.isOpened(), path
    try:
        yield capture
    finally:
        capture.release()


def frames_of(path: Path, *, per_s: float = 15.0) -> Iterator[tuple[float, bytes]]:
    """Yield seconds and JPEG of a clip's frames, thinned out to so many a second."""
    with clip(path) as capture:
        due_s = 0.0
        while True:
            read, pixels = capture.read()
            if not read:
                return
            at_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if at_s + 1e-6 >= due_s:
                due_s += 1 / per_s
                yield at_s, encoded(pixels)


def encoded(pixels: npt.NDArray[np.uint8] | cv2.typing.MatLike, quality: int = 90) -> bytes:
    """Return a JPEG of BGR pixels."""
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def play(wire: Wire, path: Path, *, from_s: float = 0.0, until_s: float = 30.0) -> int:
    """Show a clip in real time, as its camera did; return the close code."""
    began_s = time.perf_counter() - from_s
    for at_s, jpeg in frames_of(path):
        if at_s < from_s:
            continue
        if at_s > until_s:
            break
        time.sleep(max(0.0, began_s + at_s - time.perf_counter()))
        if not wire.hear_what_is_there():
            return wire.code or 1006
        try:
            wire.show(jpeg)
        except ConnectionClosed:
            break
    return wire.hear_all()
