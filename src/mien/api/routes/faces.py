"""Enroll, authenticate, identify and detect, under their canonical and their older paths."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends

from mien.access.rate_limits import Action
from mien.access.tokens import require_nonce
from mien.api import request_bodies
from mien.api.answering import count_decision, present, require_not_locked
from mien.api.dependencies import CurrentServer, ServerState, require
from mien.api.intake import CurrentSubmission, Submission
from mien.api.problems import documented
from mien.api.schemas.faces import (
    AuthenticationResult,
    DetectionResult,
    EnrollmentResult,
    IdentificationResult,
)
from mien.core.audit import AuditAction
from mien.core.caller import Caller, Scope
from mien.errors import InvalidRequestError

_PROBLEMS: Final = documented(401, 403, 413, 422, 429, 503)
_ENROLL_PROBLEMS: Final = documented(401, 403, 409, 413, 422, 429, 503)

_Enroller = Annotated[Caller, Depends(require(Scope.ENROLL, action=Action.ENROLL))]
_Verifier = Annotated[Caller, Depends(require(Scope.VERIFY, action=Action.AUTHENTICATE))]
_Identifier = Annotated[Caller, Depends(require(Scope.IDENTIFY, action=Action.AUTHENTICATE))]
_Prober = Annotated[Caller, Depends(require(action=Action.AUTHENTICATE))]
_Reader = Annotated[Caller, Depends(require(Scope.READ, action=Action.AUTHENTICATE))]

router = APIRouter(tags=["faces"])


@router.post("/enroll", include_in_schema=False)
@router.post("/register", include_in_schema=False)
@router.post(
    "/api/v1/register",
    responses=_ENROLL_PROBLEMS,
    openapi_extra=request_bodies.ENROLLMENT,
)
async def enroll(
    server: CurrentServer, caller: _Enroller, submission: CurrentSubmission
) -> EnrollmentResult:
    """Enroll a subject from one to ten photos, of which only embeddings are kept."""
    subject_id, wish, images = submission.subject_id(), submission.wish(), submission.images
    enroll_subject = server.application.enroll
    enrollment = await server.run(
        caller, lambda work: enroll_subject(work, subject_id, images, wish, caller.liveness)
    )
    return EnrollmentResult.of(enrollment, caller)


@router.post("/authenticate", include_in_schema=False)
@router.post(
    "/api/v1/authenticate", responses=_PROBLEMS, openapi_extra=request_bodies.CLAIM_AND_IMAGE
)
async def authenticate(
    server: CurrentServer, caller: _Verifier, submission: CurrentSubmission
) -> AuthenticationResult:
    """Verify that a photo shows the subject (1:1). A refusal is an answer, not an error."""
    return await _authenticate(server, caller, submission)


@router.post("/identify", include_in_schema=False)
@router.post("/api/v1/identify", responses=_PROBLEMS, openapi_extra=request_bodies.IMAGE_AND_TOP_K)
async def identify(
    server: CurrentServer, caller: _Identifier, submission: CurrentSubmission
) -> IdentificationResult:
    """Find out whom a photo shows, if anybody enrolled (1:N)."""
    return await _identify(server, caller, submission)


@router.post("/verify", include_in_schema=False)
async def verify(
    server: CurrentServer, caller: _Prober, submission: CurrentSubmission
) -> AuthenticationResult | IdentificationResult:
    """Answer the older path: 1:1, or 1:N with mode=id."""
    mode = submission.fields.get("mode", "auth")
    if mode == "id":
        caller.require(Scope.IDENTIFY)
        return await _identify(server, caller, submission)
    if mode == "auth":
        caller.require(Scope.VERIFY)
        return await _authenticate(server, caller, submission)
    raise InvalidRequestError(f"mode is auth or id, not {mode}")


@router.post("/api/v1/detect", responses=_PROBLEMS, openapi_extra=request_bodies.IMAGE)
async def detect(
    server: CurrentServer, _caller: _Reader, submission: CurrentSubmission
) -> DetectionResult:
    """Find every face of 40 pixels and more, with landmarks and quality. Nothing is stored."""
    image = submission.image()
    application = server.application
    found = await server.pool.run(lambda: application.detect_faces(image))
    return DetectionResult.of(found, application.settings.quality.limits())


async def _authenticate(
    server: ServerState, caller: Caller, submission: Submission
) -> AuthenticationResult:
    subject_id, image = submission.subject_id(), submission.image()
    nonce = submission.fields.get("nonce")
    require_nonce(nonce)
    verify_claim = server.application.authenticate
    answer = await server.run(
        caller, lambda work: verify_claim(work, subject_id, image, caller.liveness)
    )
    count_decision(server, AuditAction.AUTHENTICATE, answer.reason, accepted=answer.accepted)
    require_not_locked(answer)
    return present(server, caller, answer, nonce)


async def _identify(
    server: ServerState, caller: Caller, submission: Submission
) -> IdentificationResult:
    image, top_k = submission.image(), submission.integer("top_k", default=1)
    search_gallery = server.application.identify
    answer = await server.run(
        caller, lambda work: search_gallery(work, image, top_k, caller.liveness)
    )
    count_decision(server, AuditAction.IDENTIFY, answer.reason, accepted=answer.found)
    return IdentificationResult.of(answer, caller)
