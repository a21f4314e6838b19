"""What both servers are made of: state, streams, videos, edges, and their beginning and end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeVar, final

from fastapi import APIRouter, FastAPI
from starlette.types import Lifespan

from mien import __version__
from mien.api.callers import Callers
from mien.api.dependencies import EmotionState, State
from mien.api.edges import surround
from mien.api.foundation import ReadsExpressions
from mien.api.observability import Metrics
from mien.api.problems import install_problem_handlers
from mien.api.rate_limiting import rate_limits
from mien.api.routes import emotion, emotion_stream, emotion_video, system
from mien.api.stream.streams import Streams
from mien.api.video_jobs import VideoJobs
from mien.api.work_pool import WorkPool
from mien.bootstrap.clock import utc_now
from mien.bootstrap.following import video_reader

ApplicationT = TypeVar("ApplicationT", bound=ReadsExpressions)

_SHARED_ROUTES: Final = (
    emotion.router,
    emotion_video.router,
    emotion_stream.router,
    system.health,
)


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """What a server is about: its name and its routes, without anything that they work on.

    routers: besides those for expressions and health.
    """

    title: str
    description: str
    routers: Sequence[APIRouter] = ()

    def lay_out(self, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
        """Return the routes, which OpenAPI describes and problem documents answer for."""
        app = FastAPI(
            title=self.title,
            version=__version__,
            description=self.description,
            lifespan=lifespan,
            docs_url=None,
            redoc_url=None,
        )
        install_problem_handlers(app)
        for router in (*self.routers, *_SHARED_ROUTES):
            app.include_router(router)
        return app


def make_state(application: ApplicationT, metrics: Metrics) -> State[ApplicationT]:
    """Return what lives as long as the server; `assemble` lets go of it."""
    settings = application.settings
    pool = WorkPool(settings.workers, settings.queue_length, metrics.pending)
    limits = rate_limits(settings, metrics)
    state: State[ApplicationT] = State(
        application, metrics, pool, Callers(application), limits, utc_now()
    )
    return state


def assemble(
    plan: Plan,
    state: EmotionState,
    *,
    meanwhile: Callable[[], Coroutine[None, None, None]] | None = None,
) -> FastAPI:
    """Return the ASGI application; it closes what it serves when it shuts down.

    meanwhile: runs as long as the server does.
    """
    settings = state.application.settings
    streams = Streams(state)
    videos = VideoJobs(settings, video_reader(settings, state.application.read_expressions))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await videos.open()
        background = asyncio.create_task(meanwhile()) if meanwhile else None
        yield
        if background is not None:
            background.cancel()
        await streams.close()
        streams.release()
        await videos.close()
        state.pool.close()
        if state.limits is not None:
            await state.limits.close()
        state.application.close()

    app = plan.lay_out(lifespan)
    app.state.server = state
    app.state.streams = streams
    app.state.videos = videos
    surround(app, settings, state.metrics)
    return app
