"""Read the expressions of a video: begin, ask, cancel. Nothing that is read is stored."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Response

from mien.api.problems import documented
from mien.api.schemas.emotion_video import VideoJobResult
from mien.api.video_jobs import BegunVideo, CurrentReader, CurrentVideos, VideoJob
from mien.service.read_video import DEFAULT_FRAMES_PER_S, MAX_FRAMES_PER_S, MIN_FRAMES_PER_S

_BINARY: Final = {"type": "string", "format": "binary"}
_FRAMES_PER_S: Final = {
    "type": "number",
    "minimum": MIN_FRAMES_PER_S,
    "maximum": MAX_FRAMES_PER_S,
    "default": DEFAULT_FRAMES_PER_S,
}
_VIDEO: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["video"],
                    "properties": {"video": _BINARY, "frames_per_second": _FRAMES_PER_S},
                }
            }
        },
    }
}

router = APIRouter(
    prefix="/api/v1/emotion/video", responses=documented(401, 403, 429), tags=["emotion"]
)


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    response_model=VideoJobResult,
    responses=documented(413, 422, 500, 503),
    openapi_extra=_VIDEO,
)
async def begin_video(job: BegunVideo) -> Response:
    """Begin to read a video: who expresses what, and when. The answer is a job to ask for."""
    answer = await _answer(job, HTTPStatus.ACCEPTED)
    answer.headers["Location"] = f"/api/v1/emotion/video/{job.job_id}"
    return answer


@router.get("/{job_id}", response_model=VideoJobResult, responses=documented(404))
async def ask_for_video(videos: CurrentVideos, caller: CurrentReader, job_id: str) -> Response:
    """Ask how far a video is, and for the result when it is done; kept for ten minutes."""
    return await _answer(videos.find(caller.actor, job_id))


@router.delete("/{job_id}", response_model=VideoJobResult, responses=documented(404))
async def cancel_video(videos: CurrentVideos, caller: CurrentReader, job_id: str) -> Response:
    """Stop reading a video, or forget what was read, at once."""
    return await _answer(videos.cancel(caller.actor, job_id))


async def _answer(job: VideoJob, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Write the answer in a thread: a long video's takes longer than others should wait."""

    def write() -> str:
        told = VideoJobResult.of(job)
        content = told.model_dump_json()
        job.is_told = told.state.is_over
        return content

    return Response(await asyncio.to_thread(write), status, media_type="application/json")
