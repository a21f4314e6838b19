"""Streams hear that the server goes away before uvicorn closes their connections."""

from __future__ import annotations

import asyncio
from types import FrameType

import uvicorn

from mien.api.stream.streams import Streams


def part_first(server: uvicorn.Server, streams: Streams) -> None:
    """Let a signal that ends the server end the streams first, each with 1001 and concluded.

    uvicorn by itself closes them at once with 1012. A second signal is uvicorn's alone.
    """
    leave = server.handle_exit
    parting: list[asyncio.Task[None]] = []

    async def part(number: int, frame: FrameType | None) -> None:
        try:
            await streams.close()
        finally:
            leave(number, frame)

    def handle_exit(number: int, frame: FrameType | None) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # not serving yet, or not any more
            leave(number, frame)
            return
        if parting:
            leave(number, frame)
        else:
            # A signal comes between any two steps of the loop: it is only noted here.
            loop.call_soon_threadsafe(lambda: parting.append(loop.create_task(part(number, frame))))

    # uvicorn has no hook for it, and looks the method up when it starts.
    server.handle_exit = handle_exit  # type: ignore[method-assign,assignment]  # a function in its place
