"""The stream of a live session; what is said on it docs/api.md tells."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter, WebSocket

from mien.api.stream.streams import Streams

router = APIRouter()


@router.websocket("/ws/{client_id}")
async def stream(websocket: WebSocket, client_id: str) -> None:
    """Take frames, tell what to do, and what was decided."""
    await cast("Streams", websocket.app.state.streams).serve(websocket, client_id)
