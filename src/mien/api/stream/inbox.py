"""What comes in: read in time, counted, and understood; or the stream ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, final

from starlette.types import Message
from starlette.websockets import WebSocket

from mien.api.stream.endings import (
    CUT,
    GOING_AWAY,
    TOO_BIG,
    TOO_FAST,
    CloseCode,
    StreamEndedError,
    idle,
)
from mien.api.stream.limits import BYTES_PER_S, MESSAGES_PER_S, Flow
from mien.api.stream.messages import MAX_MESSAGE_BYTES, Said, read_binary, read_text

IDLE_S: Final = 5.0
_SERVICE_RESTART: Final = 1012


@final
class Inbox:
    """The messages of one client, one after another."""

    def __init__(
        self,
        websocket: WebSocket,
        idle_s: float = IDLE_S,
        read: Callable[[str], Said] = read_text,
    ) -> None:
        """Take an accepted connection. read: understands text messages."""
        self._websocket: Final = websocket
        self._idle_s: Final = idle_s
        self._read: Final = read
        self._messages: Final = Flow(MESSAGES_PER_S)
        self._bytes: Final = Flow(BYTES_PER_S)

    async def next(self) -> Said:
        """Return the next message; raise StreamEndedError, InvalidRequestError."""
        try:
            async with asyncio.timeout(self._idle_s):
                message = await self._websocket.receive()
        except TimeoutError:
            raise StreamEndedError(idle(self._idle_s)) from None
        if message["type"] == "websocket.disconnect":
            raise StreamEndedError(_GONE.get(message.get("code", 0), CUT))
        return self._understood(message)

    def _understood(self, message: Message) -> Said:
        text: str | None = message.get("text")
        data: bytes = message.get("bytes") or b""
        size = len(data) if text is None else len(text)
        # Both are counted, whichever is full.
        if not all([self._messages.has_room_for(1), self._bytes.has_room_for(size)]):
            raise StreamEndedError(TOO_FAST)
        if size > MAX_MESSAGE_BYTES:
            raise StreamEndedError(TOO_BIG)
        return read_binary(data) if text is None else self._read(text)


_GONE: Final = {CloseCode.TOO_BIG: TOO_BIG, _SERVICE_RESTART: GOING_AWAY}
"""What uvicorn closed with by itself."""
