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
from starlette.requests import HTTPConnection
from starlette.routing import Match

from mien import errors
from mien.api.observability import request_id_of

MEDIA_TYPE: Final = "application/problem+json"

PROBLEM_SCHEMA: Final = {"$ref": "#/components/schemas/Problem"}
"""How OpenAPI names `Problem`."""

_METHODS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")

_STATUS: Final[dict[type[errors.MienError], HTTPStatus]] = {
    errors.ImageUnreadableError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ImageTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.VideoUnreadableError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.VideoTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.NoFaceError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.MultipleFacesError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.LowQualityError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SpoofSuspectedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.EnrollmentRejectedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.AlreadyEnrolledError: HTTPStatus.CONFLICT,
    errors.UnknownSubjectError: HTTPStatus.NOT_FOUND,
    errors.UnknownSessionError: HTTPStatus.NOT_FOUND,
    errors.UnknownJobError: HTTPStatus.NOT_FOUND,
    errors.UnknownKeyError: HTTPStatus.NOT_FOUND,
    errors.UnknownOperatorError: HTTPStatus.NOT_FOUND,
    errors.UnknownReviewError: HTTPStatus.NOT_FOUND,
    errors.AlreadyDecidedError: HTTPStatus.CONFLICT,
    errors.OperatorExistsError: HTTPStatus.CONFLICT,
    errors.UnauthorizedError: HTTPStatus.UNAUTHORIZED,
    errors.ForbiddenError: HTTPStatus.FORBIDDEN,
    errors.LivenessRequiredError: HTTPStatus.FORBIDDEN,
    errors.ConsentMissingError: HTTPStatus.FORBIDDEN,
    errors.RateLimitedError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.LockedOutError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.OverloadedError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Every other MienError is the operator's to mend: 500."""


_MEANING: Final = {
    HTTPStatus.UNAUTHORIZED: "UNAUTHORIZED: no key or token, or one that is not accepted",
    HTTPStatus.FORBIDDEN: (
        "FORBIDDEN: the key or token lacks the scope; LIVENESS_REQUIRED: it takes live sessions; "
        "CONSENT_MISSING: the person has not agreed to this"
    ),
    HTTPStatus.NOT_FOUND: (
        "UNKNOWN_SUBJECT, UNKNOWN_SESSION, UNKNOWN_JOB, UNKNOWN_KEY, UNKNOWN_OPERATOR "
        "or UNKNOWN_REVIEW"
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "RATE_LIMITED, or LOCKED_OUT after too many failed attempts on an identity: "
        "Retry-After says when to try again"
    ),
    HTTPStatus.CONFLICT: "ALREADY_ENROLLED, OPERATOR_EXISTS or ALREADY_DECIDED",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "IMAGE_TOO_LARGE, VIDEO_TOO_LARGE or BODY_TOO_LARGE",
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        "INVALID_REQUEST, IMAGE_UNREADABLE, VIDEO_UNREADABLE, NO_FACE, MULTIPLE_FACES, "
        "LOW_QUALITY (with reasons) or ENROLLMENT_REJECTED (with a reason per sample)"
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
    """Answer every error of *app* with a problem document, and say so in OpenAPI."""
    _describe_problems(app)

    @app.exception_handler(errors.MienError)
    async def on_mien_error(request: Request, error: errors.MienError) -> JSONResponse:
        headers = {}
        if isinstance(error, errors.RetryLaterError):
            headers["Retry-After"] = str(error.retry_after_s)
        if isinstance(error, errors.UnauthorizedError):
            headers["WWW-Authenticate"] = "Bearer"
        return _answer(problem_of(request, error), headers)

    @app.exception_handler(RequestValidationError)
    async def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
        detail = "; ".join(
            f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"
            for found in error.errors()
        )
        return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_REQUEST", detail)

    @app.exception_handler(HTTPException)
    async def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
        status, headers = HTTPStatus(error.status_code), dict(error.headers or {})
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_allowed_methods(app, request))
        return problem(request, status, status.name, error.detail, headers)


def _allowed_methods(app: FastAPI, request: Request) -> list[str]:
    """Return every method of a path (RFC 9110, 15.5.6); its first route names only its own."""
    return [
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in app.routes
        )
    ]


def _describe_problems(app: FastAPI) -> None:
    """Give problems their media type; FastAPI gives every answer of a route that of its success."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        document = describe()
        for operations in document["paths"].values():
            for operation in operations.values():
                for answer in operation["responses"].values():
                    _name_media_type(answer.get("content", {}))
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to change it


def _name_media_type(content: dict[str, Any]) -> None:
    if content.get("application/json", {}).get("schema") == PROBLEM_SCHEMA:
        content[MEDIA_TYPE] = content.pop("application/json")


def problem_of(connection: HTTPConnection, error: errors.MienError) -> Problem:
    """Return what the caller of a request is told of an error."""
    status = _STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    described = _describe(connection, status, error.code, str(error))
    if isinstance(error, errors.LowQualityError):
        return described.model_copy(update={"reasons": error.reasons})
    if isinstance(error, errors.EnrollmentRejectedError):
        return described.model_copy(update={"sample_reasons": error.sample_reasons})
    return described


def problem(
    connection: HTTPConnection,
    status: HTTPStatus,
    code: str,
    detail: str,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Return a problem document as the answer to a request, or to a handshake."""
    return _answer(_describe(connection, status, code, detail), headers)


def _describe(connection: HTTPConnection, status: HTTPStatus, code: str, detail: str) -> Problem:
    return Problem(
        type=f"urn:mien:problem:{code}",
        title=status.phrase,
        status=status,
        code=code,
        detail=detail,
        request_id=request_id_of(connection.scope),
    )


def _answer(described: Problem, headers: dict[str, str] | None) -> JSONResponse:
    return JSONResponse(
        described.model_dump(exclude_none=True),
        described.status,
        headers=headers,
        media_type=MEDIA_TYPE,
    )
