"""The stream that tells what faces express; what is said on it docs/api.md tells."""

from __future__ import annotations

from functools import partial
from typing import cast

from fastapi import APIRouter, WebSocket

from mien.api.dependencies import EmotionState
from mien.api.stream.expressions import ExpressionTalk
from mien.api.stream.streams import Streams

router = APIRouter()


@router.websocket("/ws/{client_id}/emotion")
async def stream_expressions(websocket: WebSocket, client_id: str) -> None:
    """Take frames, and tell what every face expresses; nothing is stored."""
    state = websocket.app.state
    begin = partial(ExpressionTalk, cast("EmotionState", state.server))
    await cast("Streams", state.streams).serve(websocket, client_id, begin)
