"""What is talked on a stream: `mien.api.stream.streams` opens and counts it, and knows no more."""

from __future__ import annotations

import asyncio
from typing import Protocol

from starlette.websockets import WebSocket

from mien.api.stream.endings import Ending
from mien.api.stream.lane import Lane
from mien.core.caller import Caller
from mien.core.liveness import LivenessPolicy


class Talk(Protocol):
    """One stream's talk; its facts are for the log, whenever it ends."""

    @property
    def taken(self) -> int:
        """How many frames were looked at."""
        ...

    @property
    def dropped(self) -> int:
        """How many frames a newer one replaced."""
        ...

    @property
    def policy(self) -> LivenessPolicy | None:
        """What has to be shown, where something has to be."""
        ...

    @property
    def reason(self) -> str | None:
        """Why a decision fell as it did, where there was one."""
        ...

    async def hold(self, closing: asyncio.Event, request_id: str) -> Ending:
        """Talk until the end; raise nothing."""
        ...


class BeginTalk(Protocol):
    """Begins a talk."""

    def __call__(self, lane: Lane, websocket: WebSocket, caller: Caller | None) -> Talk:
        """Take an accepted connection, and who opened it, if they said so."""
        ...
