"""All streams of a server: who may open one, how many there are, and how they end together."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final, final

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from mien.access.rate_limits import Action, network_of
from mien.api.dependencies import State, address_of
from mien.api.foundation import Foundation
from mien.api.observability import request_id_of
from mien.api.stream import replies
from mien.api.stream.conversation import say
from mien.api.stream.endings import (
    CUT,
    WRONG_ORIGIN,
    Ending,
    StreamEndedError,
    ending_by,
)
from mien.api.stream.handshake import (
    PROTOCOL,
    credentials_of,
    is_from_here,
    require_client_id,
)
from mien.api.stream.lane import Lane
from mien.api.stream.limits import Places
from mien.api.stream.talk import BeginTalk, Talk
from mien.core.caller import Caller
from mien.errors import UnauthorizedError

_GOODBYE_S: Final = 5.0


@dataclass(slots=True)
class _Course:
    """What is told in the log in the end; filled as far as a stream comes."""

    started_s: float
    talk: Talk | None = None


@final
class Streams:
    """Holds the streams; for one event loop."""

    def __init__(self, server: State[Foundation]) -> None:
        """Take the server's state, and its settings with it."""
        settings = server.application.settings
        self._server: Final = server
        self._lane: Final = Lane(settings.workers)
        most, each = settings.max_streams, settings.max_streams_per_caller
        self._addresses: Final = Places(most, each)
        self._callers: Final = Places(most, each)
        self._closing: Final = asyncio.Event()
        self._open: Final[set[asyncio.Task[None]]] = set()
        self._log = structlog.get_logger("mien.api")

    async def serve(self, websocket: WebSocket, client_id: str, begin: BeginTalk) -> None:
        """Serve one connection, from its handshake to its end.

        begin: begins what is talked on it. In a task of its own: whoever cancels the connection
        does not cancel its conclusion.
        """
        task = asyncio.create_task(self._serve(websocket, client_id, begin))
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        await asyncio.shield(task)

    async def close(self) -> None:
        """End every stream with 1001, and refuse new ones; wait until they are concluded."""
        self._closing.set()
        if self._open:
            await asyncio.wait(self._open, timeout=_GOODBYE_S)

    def release(self) -> None:
        """Give the threads back."""
        self._lane.close()

    async def _serve(self, websocket: WebSocket, client_id: str, begin: BeginTalk) -> None:
        course, request_id = _Course(time.monotonic()), request_id_of(websocket.scope)
        # A browser learns nothing of a refused handshake: accept, then say what is wrong.
        offered = PROTOCOL in websocket.scope["subprotocols"]
        await websocket.accept(PROTOCOL if offered else None)
        self._server.metrics.streams.inc()
        try:
            ending = await ending_by(self._held(websocket, client_id, begin, course), request_id)
            await _part(websocket, ending)
        finally:
            self._server.metrics.streams.dec()
        self._record(course, ending, client_id, request_id)

    async def _held(
        self, websocket: WebSocket, client_id: str, begin: BeginTalk, course: _Course
    ) -> Ending:
        require_client_id(client_id)
        # 1. From a page that may?
        if not is_from_here(websocket.headers, self._server.application.settings):
            raise StreamEndedError(WRONG_ORIGIN)
        with ExitStack() as places:
            # 2. Not too many from there.
            places.enter_context(self._addresses.one(network_of(address_of(websocket))))
            # 3. By somebody we know, if they say who they are; and not too many of theirs.
            caller = await self._caller(websocket)
            if caller is not None:
                places.enter_context(self._callers.one(caller.actor))
            # 4. The rest is about what is talked.
            course.talk = talk = begin(self._lane, websocket, caller)
            return await talk.hold(self._closing, request_id_of(websocket.scope))

    async def _caller(self, websocket: WebSocket) -> Caller | None:
        address = address_of(websocket)
        try:
            credentials = credentials_of(websocket.headers, websocket.scope["subprotocols"])
            caller = await self._server.callers.recognize(credentials) if credentials else None
        except UnauthorizedError:
            await self._server.limit(Action.GENERAL, None, address)
            raise
        action = Action.GENERAL if caller is None else Action.AUTHENTICATE
        await self._server.limit(action, caller, address)
        return caller

    def _record(self, course: _Course, ending: Ending, client_id: str, request_id: str) -> None:
        metrics, talk = self._server.metrics, course.talk
        taken, dropped = (talk.taken, talk.dropped) if talk else (0, 0)
        metrics.streams_ended.labels(ending.word).inc()
        metrics.stream_frames.labels("taken").inc(taken)
        metrics.stream_frames.labels("dropped").inc(dropped)
        self._log.info(
            "stream",
            request_id=request_id,
            client=client_id[:64],
            ending=ending.word,
            close_code=int(ending.close),
            policy=talk.policy if talk else None,
            reason=talk.reason if talk else None,
            frames_taken=taken,
            frames_dropped=dropped,
            duration_ms=round(1000 * (time.monotonic() - course.started_s), 1),
        )


async def _part(websocket: WebSocket, ending: Ending) -> None:
    """Tell why, and close; a client that is gone hears neither."""
    if ending is CUT:
        return
    try:
        if ending.code is not None:
            await say(websocket, replies.error(ending))
        await websocket.close(ending.close)
    except (StreamEndedError, WebSocketDisconnect, RuntimeError):
        return
