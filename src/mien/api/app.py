"""Assembles the HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from mien import __version__
from mien.api.dependencies import ServerState
from mien.api.observability import Metrics, ObservabilityMiddleware
from mien.api.problems import install_problem_handlers
from mien.api.routes import faces, system, users
from mien.api.work_pool import WorkPool
from mien.bootstrap import Application

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

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        pool.close()
        application.close()

    app = FastAPI(
        title="mien",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.server = ServerState(application, metrics, pool)
    app.add_middleware(ObservabilityMiddleware, metrics=metrics)
    install_problem_handlers(app)
    for routes in (faces, users, system):
        app.include_router(routes.router)
    return app
