"""Enroll, authenticate, identify and detect, under their canonical and their older paths."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends

from mien.api import request_bodies
from mien.api.dependencies import CurrentServer, ServerState, require_api_key
from mien.api.intake import CurrentSubmission, Submission
from mien.api.problems import documented
from mien.api.schemas import (
    AuthenticationResult,
    DetectionResult,
    EnrollmentResult,
    IdentificationResult,
)
from mien.core.attempt import AttemptKind
from mien.errors import InvalidRequestError

_PROBLEMS: Final = documented(401, 413, 422, 503)
_ENROLL_PROBLEMS: Final = documented(401, 409, 413, 422, 503)

router = APIRouter(dependencies=[Depends(require_api_key)], tags=["faces"])


@router.post("/enroll", include_in_schema=False)
@router.post("/register", include_in_schema=False)
@router.post(
    "/api/v1/register",
    responses=_ENROLL_PROBLEMS,
    openapi_extra=request_bodies.SUBJECT_AND_IMAGES,
)
async def enroll(server: CurrentServer, submission: CurrentSubmission) -> EnrollmentResult:
    """Enroll a subject from one to ten photos, of which only embeddings are kept."""
    subject_id = submission.subject_id()
    enroll_subject = server.application.enroll
    enrollment = await server.run(lambda work: enroll_subject(work, subject_id, submission.images))
    return EnrollmentResult.of(enrollment)


@router.post("/authenticate", include_in_schema=False)
@router.post(
    "/api/v1/authenticate", responses=_PROBLEMS, openapi_extra=request_bodies.SUBJECT_AND_IMAGE
)
async def authenticate(
    server: CurrentServer, submission: CurrentSubmission
) -> AuthenticationResult:
    """Verify that a photo shows the subject (1:1). A refusal is an answer, not an error."""
    return await _authenticate(server, submission)


@router.post("/identify", include_in_schema=False)
@router.post("/api/v1/identify", responses=_PROBLEMS, openapi_extra=request_bodies.IMAGE_AND_TOP_K)
async def identify(server: CurrentServer, submission: CurrentSubmission) -> IdentificationResult:
    """Find out whom a photo shows, if anybody enrolled (1:N)."""
    return await _identify(server, submission)


@router.post("/verify", include_in_schema=False)
async def verify(
    server: CurrentServer, submission: CurrentSubmission
) -> AuthenticationResult | IdentificationResult:
    """Answer the older path: 1:1, or 1:N with mode=id."""
    mode = submission.fields.get("mode", "auth")
    if mode == "id":
        return await _identify(server, submission)
    if mode == "auth":
        return await _authenticate(server, submission)
    raise InvalidRequestError(f"mode is auth or id, not {mode}")


@router.post("/api/v1/detect", responses=_PROBLEMS, openapi_extra=request_bodies.IMAGE)
async def detect(server: CurrentServer, submission: CurrentSubmission) -> DetectionResult:
    """Find every face of 40 pixels and more, with landmarks and quality. Nothing is stored."""
    image = submission.image()
    application = server.application
    found = await server.pool.run(lambda: application.detect_faces(image))
    return DetectionResult.of(found, application.settings.quality.limits())


async def _authenticate(server: ServerState, submission: Submission) -> AuthenticationResult:
    subject_id, image = submission.subject_id(), submission.image()
    verify_claim = server.application.authenticate
    answer = await server.run(lambda work: verify_claim(work, subject_id, image))
    _count(server, AttemptKind.AUTHENTICATE, answer.reason, accepted=answer.accepted)
    return AuthenticationResult.of(answer)


async def _identify(server: ServerState, submission: Submission) -> IdentificationResult:
    image, top_k = submission.image(), submission.integer("top_k", default=1)
    search_gallery = server.application.identify
    answer = await server.run(lambda work: search_gallery(work, image, top_k))
    _count(server, AttemptKind.IDENTIFY, answer.reason, accepted=answer.found)
    return IdentificationResult.of(answer)


def _count(server: ServerState, kind: AttemptKind, reason: str, *, accepted: bool) -> None:
    server.metrics.decisions.labels(kind, str(accepted).lower(), reason).inc()
