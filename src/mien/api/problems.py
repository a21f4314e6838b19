"""The only mapping of errors to HTTP (RFC 9457, application/problem+json)."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from mien import errors
from mien.api.observability import request_id_of

MEDIA_TYPE: Final = "application/problem+json"

_STATUS: Final[dict[type[errors.MienError], HTTPStatus]] = {
    errors.ImageUnreadableError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ImageTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.NoFaceError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.MultipleFacesError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.LowQualityError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.EnrollmentRejectedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.AlreadyEnrolledError: HTTPStatus.CONFLICT,
    errors.UnknownSubjectError: HTTPStatus.NOT_FOUND,
    errors.UnauthorizedError: HTTPStatus.UNAUTHORIZED,
    errors.OverloadedError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Every other MienError is the operator's to mend: 500."""


_MEANING: Final = {
    HTTPStatus.UNAUTHORIZED: "UNAUTHORIZED: no API key, or an unknown one",
    HTTPStatus.NOT_FOUND: "UNKNOWN_SUBJECT",
    HTTPStatus.CONFLICT: "ALREADY_ENROLLED",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "IMAGE_TOO_LARGE",
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        "INVALID_REQUEST, IMAGE_UNREADABLE, NO_FACE, MULTIPLE_FACES, LOW_QUALITY (with reasons) "
        "or ENROLLMENT_REJECTED (with a reason per sample)"
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: "OVERLOADED: Retry-After says when to try again",
    HTTPStatus.INTERNAL_SERVER_ERROR: "the operator's to mend, as STORAGE_UNUSABLE",
}


class Problem(BaseModel):
    """What went wrong: `code` for programs, `detail` for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:mien:problem:NO_FACE",
                    "title": "Unprocessable Entity",
                    "status": 422,
                    "code": "NO_FACE",
                    "detail": "no face was found: face the camera, closer and in even light",
                    "request_id": "4f1c2d9e8b7a4c3f9d2e1a0b5c6d7e8f",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    reasons: Sequence[str] | None = None
    sample_reasons: Sequence[str | None] | None = None


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI descriptions of these problem answers."""
    return {
        status: {"model": Problem, "description": _MEANING[HTTPStatus(status)]}
        for status in statuses
    }


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of *app* with a problem document."""

    @app.exception_handler(errors.MienError)
    async def on_mien_error(request: Request, error: errors.MienError) -> JSONResponse:
        status = _STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
        headers = {}
        if isinstance(error, errors.OverloadedError):
            headers["Retry-After"] = str(error.retry_after_s)
        if isinstance(error, errors.UnauthorizedError):
            headers["WWW-Authenticate"] = "Bearer"
        reasons = error.reasons if isinstance(error, errors.LowQualityError) else None
        rejected = error if isinstance(error, errors.EnrollmentRejectedError) else None
        return _problem(
            request,
            status,
            error.code,
            str(error),
            headers,
            reasons=reasons,
            sample_reasons=rejected.sample_reasons if rejected else None,
        )

    @app.exception_handler(RequestValidationError)
    async def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
        detail = "; ".join(
            f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"
            for found in error.errors()
        )
        return _problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_REQUEST", detail)

    @app.exception_handler(HTTPException)
    async def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        return _problem(request, status, status.name, error.detail, dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def on_unexpected(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 the handler's form
        # The details are in the log, under the same request id: they are not the caller's.
        detail = "an unexpected error; the server's log tells more under this request id"
        return _problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL", detail)


def _problem(
    request: Request,
    status: HTTPStatus,
    code: str,
    detail: str,
    headers: dict[str, str] | None = None,
    *,
    reasons: Sequence[str] | None = None,
    sample_reasons: Sequence[str | None] | None = None,
) -> JSONResponse:
    body = Problem(
        type=f"urn:mien:problem:{code}",
        title=status.phrase,
        status=status,
        code=code,
        detail=detail,
        request_id=request_id_of(request.scope),
        reasons=reasons,
        sample_reasons=sample_reasons,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE
    )
