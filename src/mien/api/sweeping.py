"""Runs the housekeeping while the server runs."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from mien.api.dependencies import ServerState
from mien.api.group_watch import GroupWatch
from mien.errors import MienError
from mien.service.housekeeping import Swept

_EVERY_S: Final = 15 * 60
_AGAIN_S: Final = 1
"""After a pass that did not finish."""


async def sweep_regularly(server: ServerState) -> None:
    """Erase people whose term is over, forget what is old, and watch over groups.

    Ends when it is cancelled.
    """
    log = structlog.get_logger("mien.housekeeping")
    groups = GroupWatch(server.application, server.metrics)
    while True:
        try:
            swept = await asyncio.to_thread(_sweep, server)
            await asyncio.to_thread(groups.update)
        except MienError as error:
            log.warning("housekeeping failed, and is tried again", code=error.code)
            await asyncio.sleep(_EVERY_S)
            continue
        if any((swept.subjects, swept.images, swept.failures, swept.sessions, swept.expressions)):
            log.info(
                "housekeeping",
                subjects_expired=swept.subjects,
                images_forgotten=swept.images,
                failures_forgotten=swept.failures,
                sessions_forgotten=swept.sessions,
                expressions_forgotten=swept.expressions,
            )
        await asyncio.sleep(_EVERY_S if swept.is_finished else _AGAIN_S)


def _sweep(server: ServerState) -> Swept:
    with server.application.unit_of_work("mien") as work:
        return server.application.housekeeping(work)
