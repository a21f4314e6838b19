"""Read what faces in photos express. Nothing is stored, and nobody is compared."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request

from mien.access.rate_limits import Action
from mien.api import request_bodies
from mien.api.dependencies import EmotionServer, EmotionState, require
from mien.api.intake import CurrentSubmission
from mien.api.problems import documented, problem_of
from mien.api.schemas.emotion import BatchItemResult, EmotionBatchResult, EmotionResult
from mien.core.caller import Caller, Scope
from mien.errors import FaceError, ImageError, NoFaceError

_PROBLEMS: Final = documented(401, 403, 413, 422, 429, 503)

_Reader = Annotated[Caller, Depends(require(Scope.READ, action=Action.AUTHENTICATE))]

router = APIRouter(tags=["emotion"])


@router.post("/analyze", include_in_schema=False)
@router.post("/api/v1/emotion", responses=_PROBLEMS, openapi_extra=request_bodies.IMAGE)
async def read_emotion(
    server: EmotionServer, _caller: _Reader, submission: CurrentSubmission
) -> EmotionResult:
    """Read the expression of every face in a photo, as probabilities. Nothing is stored."""
    return await _read(server, submission.image())


@router.post("/api/v1/emotion/batch", responses=_PROBLEMS, openapi_extra=request_bodies.IMAGES)
async def read_emotions(
    request: Request, server: EmotionServer, _caller: _Reader, submission: CurrentSubmission
) -> EmotionBatchResult:
    """Read one to ten photos: one result or problem for each, in their order."""
    items: list[BatchItemResult] = []
    # One after another: a batch takes no more of the server at a time than a photo does.
    for image in submission.several():
        try:
            items.append(BatchItemResult(result=await _read(server, image)))
        except (ImageError, FaceError) as error:
            items.append(BatchItemResult(problem=problem_of(request, error)))
    return EmotionBatchResult(images=items)


async def _read(server: EmotionState, image: bytes) -> EmotionResult:
    application = server.application
    found = await server.pool.run(lambda: application.read_expressions(image))
    if not found.faces:
        raise NoFaceError("no face was found: face the camera, closer and in even light")
    limits = application.settings.quality.limits()
    return EmotionResult.of(found, application.expressions, limits)
