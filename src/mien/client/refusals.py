"""From what a server refuses to the error that is raised for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from mien.errors import (
    ForbiddenError,
    InvalidRequestError,
    LicenseNotAcceptedError,
    LivenessRequiredError,
    LockedOutError,
    MienError,
    ModelMissingError,
    OverloadedError,
    RateLimitedError,
    RetryLaterError,
    ServerRefusedError,
    ServerUnreachableError,
    StorageError,
    UnauthorizedError,
    UnknownSessionError,
    UnknownSubjectError,
)

_ERRORS: Final[Mapping[str, type[MienError]]] = {
    error.code: error
    for error in (
        ForbiddenError,
        InvalidRequestError,
        LicenseNotAcceptedError,
        LivenessRequiredError,
        ModelMissingError,
        StorageError,
        UnauthorizedError,
        UnknownSessionError,
        UnknownSubjectError,
    )
}
_LATER: Final[Mapping[str, type[RetryLaterError]]] = {
    error.code: error for error in (LockedOutError, OverloadedError, RateLimitedError)
}
_DEFAULT_WAIT_S: Final = 60

_CLOSED: Final[Mapping[int, tuple[type[MienError], str]]] = {
    1001: (ServerUnreachableError, "the server was stopped: try again"),
    1009: (InvalidRequestError, "a frame is too big for the server: send smaller ones"),
    1011: (ServerRefusedError, "something is wrong in the server: its log says what"),
    4400: (InvalidRequestError, "the server could not read a message: are both of one version?"),
    4401: (UnauthorizedError, "the server does not accept the API key"),
    4403: (ForbiddenError, "the API key may not verify"),
    4404: (UnknownSessionError, "this session is unknown, expired or used: begin another"),
    4408: (ServerRefusedError, "the session ended before it was decided: begin another"),
}
"""What the close codes of a stream mean (docs/api.md)."""

_CLOSED_LATER: Final[Mapping[int, tuple[type[RetryLaterError], str]]] = {
    1013: (OverloadedError, "the server has too many live sessions: try again"),
    4429: (RateLimitedError, "the server was sent too much at once: send fewer frames"),
}


def from_code(code: str, detail: str, retry_after_s: int | None = None) -> MienError:
    """Return the error of a code that the server named; see mien.errors."""
    if later := _LATER.get(code):
        return later(detail, retry_after_s or _DEFAULT_WAIT_S)
    if known := _ERRORS.get(code):
        return known(detail)
    return ServerRefusedError(f"{code}: {detail}")


def from_close_code(code: int, reason: str) -> MienError:
    """Return the error of a stream that was closed without a word."""
    if later := _CLOSED_LATER.get(code):
        return later[0](reason or later[1], _DEFAULT_WAIT_S)
    if known := _CLOSED.get(code):
        return known[0](reason or known[1])
    return ServerUnreachableError("the connection was lost before anything was decided: try again")


def from_http(status: int, body: bytes, retry_after: str | None) -> MienError:
    """Return the error of a problem document (RFC 9457), or of whatever came in its place."""
    wait_s = int(retry_after) if retry_after and retry_after.isdecimal() else None
    try:
        problem = json.loads(body)
        return from_code(str(problem["code"]), str(problem["detail"]), wait_s)
    except (ValueError, TypeError, KeyError):
        pass
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return UnauthorizedError("the server does not accept the API key")
    if status == HTTPStatus.NOT_FOUND:
        return ServerRefusedError("no mien with live sessions answers there: is the URL right?")
    return ServerRefusedError(f"the server answered with {status}: is it mien, and is it healthy?")
