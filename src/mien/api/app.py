"""Assembles the HTTP application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from mien import __version__
from mien.api.callers import Callers
from mien.api.dependencies import ServerState
from mien.api.edges import surround
from mien.api.observability import Metrics
from mien.api.problems import install_problem_handlers
from mien.api.rate_limiting import rate_limits
from mien.api.routes import (
    audit,
    faces,
    keys,
    live,
    operators,
    sign_in,
    stream,
    system,
    users,
)
from mien.api.stream.streams import Streams
from mien.api.sweeping import sweep_regularly
from mien.api.work_pool import WorkPool
from mien.bootstrap.application import Application

_DESCRIPTION = """\
Face authentication that an organization runs itself.

Every error is a problem document (RFC 9457) with a stable `code`. A refused authentication is
not an error: it is answered 200 with `authenticated: false` and a `reason`.
"""


def create_app(application: Application) -> FastAPI:
    """Return the ASGI application; it closes *application* when it shuts down."""
    metrics = Metrics()
    settings = application.settings
    pool = WorkPool(settings.workers, settings.queue_length, metrics.pending)
    limits = rate_limits(settings, metrics)
    state = ServerState(application, metrics, pool, Callers(application), limits)
    streams = Streams(state)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(sweep_regularly(state))
        yield
        sweeping.cancel()
        await streams.close()
        streams.release()
        pool.close()
        if limits is not None:
            await limits.close()
        application.close()

    app = FastAPI(
        title="mien",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.server = state
    app.state.streams = streams
    surround(app, settings, metrics)
    install_problem_handlers(app)
    for routes in (faces, live, stream, users, sign_in, operators, keys, audit, system):
        app.include_router(routes.router)
    return app
