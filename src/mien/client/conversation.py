"""One stream: frames go out as they come, and what the server says comes in between.

Three threads: whoever called takes frames from their source, one sends the newest, one listens.
No frame waits for another's answer, and none is kept for later.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, final

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from mien.client import refusals
from mien.client.frames import CapturedFrame
from mien.client.messages import Decision, Failure, Status, pack_frame, read_message
from mien.errors import MienError, ServerUnreachableError

OnStatus = Callable[[Status], None]
"""Called between two frames, in the thread that runs the session."""

_GREETED_WITHIN_S: Final = 10.0
_LAST_FRAMES_WITHIN_S: Final = 1.0
_DECIDED_WITHIN_S: Final = 10.0
_BYE: Final = '{"type":"bye"}'


@final
class Conversation:
    """Runs one session on an open connection."""

    def __init__(self, socket: ClientConnection, on_status: OnStatus) -> None:
        """Take the connection, which whoever opened it closes."""
        self._socket: Final = socket
        self._on_status: Final = on_status
        self._changed: Final = threading.Condition()
        self._newest: CapturedFrame | None = None
        self._nonce: str | None = None
        self._statuses: Final[deque[Status]] = deque()
        self._end: Decision | MienError | None = None

    def run(self, hello: str, frames: Iterable[CapturedFrame]) -> Decision:
        """Send frames until there is a decision; raise what the server refused with."""
        for work in (self._listen, self._send):
            threading.Thread(target=work, name=f"mien live{work.__name__}", daemon=True).start()
        try:
            self._say(hello)
            if not self._await(lambda: self._nonce is not None, _GREETED_WITHIN_S):
                raise ServerUnreachableError("the server does not greet: is it overloaded?")
            if self._nonce is not None:
                self._show(frames)
            return self._decision()
        finally:
            self._conclude(ServerUnreachableError("the session was left"))

    def _show(self, frames: Iterable[CapturedFrame]) -> None:
        for frame in frames:
            with self._changed:
                # One that could not be sent yet makes room: only the newest is worth sending.
                self._newest = frame
                self._changed.notify_all()
            self._tell()
            if self._end is not None:
                return
        # The source ran dry: what was shown is looked at, and then this client gives up.
        if not self._await(lambda: self._end is not None, _LAST_FRAMES_WITHIN_S):
            self._say(_BYE)
        self._tell()

    def _decision(self) -> Decision:
        if not self._await(lambda: self._end is not None, _DECIDED_WITHIN_S):
            raise ServerUnreachableError("the server does not decide: is it overloaded?")
        self._tell()
        if isinstance(self._end, Decision):
            return self._end
        raise self._end or ServerUnreachableError("the session was left")

    def _tell(self) -> None:
        while self._statuses:
            self._on_status(self._statuses.popleft())

    def _await(self, is_so: Callable[[], bool], timeout_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: is_so() or self._end is not None, timeout_s)

    def _say(self, text: str) -> None:
        try:
            self._socket.send(text)
        except ConnectionClosed:
            self._await(lambda: False, _LAST_FRAMES_WITHIN_S)  # the listener hears why

    def _conclude(self, end: Decision | MienError) -> None:
        """Keep the first end: a decision is not undone by the close that follows."""
        with self._changed:
            self._end = self._end or end
            self._changed.notify_all()

    def _listen(self) -> None:
        try:
            for text in self._socket:
                self._hear(text)
        except ConnectionClosed:
            pass
        except MienError as error:
            self._conclude(error)
        closed = self._socket.close_code or 1006
        self._conclude(refusals.from_close_code(closed, self._socket.close_reason or ""))

    def _hear(self, text: str | bytes) -> None:
        message = read_message(text)
        if isinstance(message, Status):
            with self._changed:
                self._nonce = message.nonce
                self._statuses.append(message)
                self._changed.notify_all()
        elif isinstance(message, Failure):
            self._conclude(refusals.from_code(message.code, message.detail))
        else:
            self._conclude(message)

    def _send(self) -> None:
        while (packed := self._next_frame()) is not None:
            try:
                self._socket.send(packed)
            except ConnectionClosed:
                return

    def _next_frame(self) -> bytes | None:
        """Return the newest frame with the newest nonce, as late as it can be; None at the end."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._end is not None or (self._newest and self._nonce) is not None
            )
            frame, self._newest = self._newest, None
            if self._end is not None or frame is None or self._nonce is None:
                return None
            return pack_frame(frame, self._nonce)
