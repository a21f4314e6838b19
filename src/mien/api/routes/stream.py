"""The stream of a live session; what is said on it docs/api.md tells."""

from __future__ import annotations

from functools import partial
from typing import cast

from fastapi import APIRouter, WebSocket

from mien.api.dependencies import ServerState
from mien.api.stream.conversation import Conversation
from mien.api.stream.streams import Streams

router = APIRouter()


@router.websocket("/ws/{client_id}")
async def stream(websocket: WebSocket, client_id: str) -> None:
    """Take frames, tell what to do, and what was decided."""
    state = websocket.app.state
    begin = partial(Conversation, cast("ServerState", state.server))
    await cast("Streams", state.streams).serve(websocket, client_id, begin)
