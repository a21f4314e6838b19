"""Videos that are read: uploaded, checked, followed in a thread of their own, forgotten."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Final, cast, final

from fastapi import Depends, Request

from mien.access.rate_limits import Action
from mien.api.dependencies import require
from mien.api.jobs import Job, Jobs
from mien.api.uploads import Uploads
from mien.api.video_intake import receive_video
from mien.core.caller import Caller, Scope
from mien.core.expression_timeline import ExpressionTimeline
from mien.errors import InvalidRequestError
from mien.service.read_video import (
    DEFAULT_FRAMES_PER_S,
    MAX_FRAMES_PER_S,
    MIN_FRAMES_PER_S,
    ReadVideo,
)
from mien.settings import Settings

MOST_JOBS: Final = 16
MOST_JOBS_EACH: Final = 4
"""With those that are over: every one of them holds memory, and a file until it is over."""

VideoJob = Job[ExpressionTimeline]


@final
class VideoJobs:
    """Keeps the videos of one server; for one event loop.

    What is read from a video is written nowhere, since nobody in it was asked. The file itself is
    kept while it is read, because FFmpeg reads only files.
    """

    def __init__(self, settings: Settings, read: ReadVideo) -> None:
        """Take the use case; begin nothing yet."""
        self._read: Final = read
        self._max_bytes: Final = settings.max_video_bytes
        self._uploads: Final = Uploads(settings.data_dir / "uploads")
        self._jobs: Final[Jobs[ExpressionTimeline]] = Jobs(
            "mien-video",
            workers=settings.video_workers,
            most=MOST_JOBS,
            most_each=MOST_JOBS_EACH,
        )

    async def open(self) -> None:
        """Delete what servers that were killed have left."""
        await asyncio.to_thread(self._uploads.delete_leftovers)

    async def close(self) -> None:
        """Stop every job and delete every file."""
        await asyncio.to_thread(self._jobs.close)
        await asyncio.to_thread(self._uploads.close)

    async def begin(self, request: Request, owner: str) -> VideoJob:
        """Take the video of a request, which is read as soon as its turn comes.

        Raises OverloadedError before the body is read, VideoError, InvalidRequestError.
        """
        # 1. Room for one more, before anything is read.
        job = self._jobs.open(owner)
        try:
            # 2. A video, within its limits.
            path, frames_per_s = await self._received(request)
        except BaseException:
            self._jobs.drop(job)
            raise
        # 3. Its frames, in another thread than any request's.
        self._jobs.start(
            job,
            lambda proceed: self._read(path, frames_per_s, proceed),
            partial(path.unlink, missing_ok=True),
        )
        return job

    def find(self, owner: str, job_id: str) -> VideoJob:
        """Return a job of this owner; raise UnknownJobError."""
        return self._jobs.find(owner, job_id)

    def cancel(self, owner: str, job_id: str) -> VideoJob:
        """Stop a job of this owner and forget it; raise UnknownJobError."""
        job = self.find(owner, job_id)
        self._jobs.drop(job)
        return job

    async def _received(self, request: Request) -> tuple[Path, float]:
        """Return a file that is a video, and how many frames a second are wanted of it."""
        path, file = await asyncio.to_thread(self._uploads.create)
        try:
            with file:
                fields = await receive_video(request, file, self._max_bytes)
            frames_per_s = _frames_per_s(fields)
            # Whoever sends another file is told at once.
            await asyncio.to_thread(self._read.require_readable, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path, frames_per_s


def _frames_per_s(fields: Mapping[str, str]) -> float:
    try:
        wanted = float(fields.get("frames_per_second", DEFAULT_FRAMES_PER_S))
    except ValueError:
        wanted = math.nan
    if not MIN_FRAMES_PER_S <= wanted <= MAX_FRAMES_PER_S:
        raise InvalidRequestError(
            f"frames_per_second lies between {MIN_FRAMES_PER_S:g} and {MAX_FRAMES_PER_S:g}"
        )
    return wanted


def _video_jobs(request: Request) -> VideoJobs:
    return cast("VideoJobs", request.app.state.videos)


CurrentVideos = Annotated[VideoJobs, Depends(_video_jobs)]

CurrentReader = Annotated[Caller, Depends(require(Scope.READ))]
_Sender = Annotated[Caller, Depends(require(Scope.READ, action=Action.AUTHENTICATE))]


async def read_video(request: Request, videos: CurrentVideos, caller: _Sender) -> VideoJob:
    """Read the body of *request*, and begin a job with it."""
    return await videos.begin(request, caller.actor)


BegunVideo = Annotated[VideoJob, Depends(read_video)]
