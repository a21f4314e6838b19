"""Streams of live sessions, as cheap to send as can be: JPEGs made beforehand, one thread."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, final

import cv2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.serving import Server
from mien.client.frames import CapturedFrame
from mien.client.messages import Decision, Status, pack_frame, read_message

FPS: Final = 15.0
WIDTH: Final = 640
HEIGHT: Final = 480
_QUALITY: Final = 90
_LAST_WORD_S: Final = 10.0
_BYE: Final = '{"type":"bye"}'
_UNDECIDED: Final = frozenset({"EXPIRED", "IDLE"})
"""How a session may end on a server that is overloaded."""


def read_clip(path: Path) -> list[bytes]:
    """Return a clip's frames at 15 a second as JPEGs of 640 x 480, what is missing beside it gray.

    By the clip's own timestamps: those of many webm files are irregular.
    """
    capture, jpegs, due_s = cv2.VideoCapture(str(path)), [], 0.0
    while capture.grab():
        if capture.get(cv2.CAP_PROP_POS_MSEC) / 1e3 < due_s:
            continue
        due_s += 1 / FPS
        _, pixels = capture.retrieve()
        scale = min(WIDTH / pixels.shape[1], HEIGHT / pixels.shape[0])
        scaled = cv2.resize(pixels, None, fx=scale, fy=scale)
        below, right = HEIGHT - scaled.shape[0], WIDTH - scaled.shape[1]
        whole = cv2.copyMakeBorder(
            scaled, 0, below, right // 2, right - right // 2, cv2.BORDER_CONSTANT, value=(99,) * 3
        )
        _, encoded = cv2.imencode(".jpg", whole, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        jpegs.append(encoded.tobytes())
    if not jpegs:
        raise SystemExit(f"{path} cannot be played")
    return jpegs


@dataclass(slots=True)
class Played:
    """What became of one session.

    feedback_ms: from the sending of a frame that was looked at to the status about it.
    at_worst_ms: the same, from the first frame that no earlier status was about: how long after
        a movement the person hears of it.
    """

    sent: int = 0
    taken: int = 0
    dropped: int = 0
    decided: bool = False
    phase: str = ""
    wall_s: float = 0.0
    feedback_ms: list[float] = field(default_factory=list)
    at_worst_ms: list[float] = field(default_factory=list)


@final
class _Session:
    """One connection: a sender that keeps time, and a listener."""

    def __init__(self, socket: ClientConnection, jpegs: Sequence[bytes]) -> None:
        """Take an open connection and the frames to show, once."""
        self._socket: Final = socket
        self._jpegs: Final = jpegs
        self._sent_s: Final[list[float]] = []
        self._greeted: Final = asyncio.Event()
        self._nonce, self._refused = "", ""
        self.played: Final = Played()

    async def play(self, user_id: str) -> None:
        """Run the session to its decision."""
        listener = asyncio.create_task(self._listen())
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send(json.dumps({"type": "hello", "user_id": user_id}))
            await self._greeted.wait()
            await self._show(listener)
            await self._socket.send(_BYE)
        await asyncio.wait_for(listener, _LAST_WORD_S)
        if self._refused:
            raise SystemExit(f"a session was refused: {self._refused}")

    async def _show(self, listener: asyncio.Task[None]) -> None:
        began_s = time.monotonic()
        for number, jpeg in enumerate(self._jpegs):
            await asyncio.sleep(began_s + number / FPS - time.monotonic())
            if listener.done():
                return
            now_s = time.monotonic()
            self._sent_s.append(now_s)
            await self._socket.send(pack_frame(CapturedFrame(jpeg, now_s), self._nonce))
            self.played.sent += 1

    async def _listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self._socket:
                message = read_message(text)
                if isinstance(message, Status):
                    self.hear(message, time.monotonic())
                elif isinstance(message, Decision):
                    self.played.decided = True
                elif message.code not in _UNDECIDED:
                    self._refused = f"{message.code} {message.detail}"
        self._greeted.set()

    def hear(self, status: Status, now_s: float) -> None:
        """Take a status; its counts tell which frame it is about."""
        first = self.played.taken + self.played.dropped
        newest = status.frames.taken + status.frames.dropped - 1
        if status.frames.taken > self.played.taken and newest < len(self._sent_s):
            self.played.feedback_ms.append((now_s - self._sent_s[newest]) * 1e3)
            self.played.at_worst_ms.append((now_s - self._sent_s[first]) * 1e3)
        self.played.taken, self.played.dropped = status.frames.taken, status.frames.dropped
        self.played.phase, self._nonce = status.phase, status.nonce
        self._greeted.set()


async def play(server: Server, jpegs: Sequence[bytes], user_id: str) -> Played:
    """Show a clip in one session of its own."""
    started_s = time.monotonic()
    async with connect(
        f"ws://127.0.0.1:{server.port}/ws/benchmark",
        additional_headers={"X-API-Key": server.api_key},
        compression=None,
        open_timeout=60,
    ) as socket:
        session = _Session(socket, jpegs)
        await session.play(user_id)
    session.played.wall_s = time.monotonic() - started_s
    return session.played


async def play_for(
    server: Server,
    jpegs: Sequence[bytes],
    *,
    streams: int,
    seconds: float,
    name: Callable[[], str],
) -> list[Played]:
    """Keep so many streams running at once, each followed by the next, and let the last end."""
    until_s = time.monotonic() + seconds

    async def one_after_another(delay_s: float) -> list[Played]:
        await asyncio.sleep(delay_s)
        done = []
        while time.monotonic() < until_s:
            done.append(await play(server, jpegs, name()))
        return done

    # Cameras do not tick together.
    starts = [number / streams / FPS for number in range(streams)]
    played = await asyncio.gather(*map(one_after_another, starts))
    return [session for sessions in played for session in sessions]


async def play_many(
    server: Server, jpegs: Sequence[bytes], *, sessions: int, at_once: int, name: Callable[[], str]
) -> list[Played]:
    """Run so many sessions, some at once."""
    free = asyncio.Semaphore(at_once)

    async def one() -> Played:
        async with free:
            return await play(server, jpegs, name())

    return await asyncio.gather(*(one() for _ in range(sessions)))
