"""Sign operators in and out, and publish the keys that tokens and assertions are signed with.

The two OAuth 2 endpoints answer errors as OAuth 2 clients expect them (RFC 6749, 5.2), not as
problem documents: a client library decides by `error` whether to ask for the password again. What
has nothing to do with the request, as an address that asks too often (429) or a server with too
much to do (503), stays a problem document, here as everywhere.
"""

from __future__ import annotations

from datetime import MAXYEAR
from http import HTTPStatus
from typing import Annotated, Any, Final, final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from mien.access.jwts import trusted
from mien.access.rate_limits import Action
from mien.access.tokens import jwks
from mien.api.dependencies import CurrentApplication, CurrentServer, address_of, require
from mien.api.problems import MEDIA_TYPE, PROBLEM_SCHEMA, documented
from mien.api.schemas.operators import (
    CallerResult,
    JsonWebKeySet,
    OAuthError,
    RevocationForm,
    TokenForm,
    TokenResult,
)
from mien.api.small_bodies import described_form, read_form
from mien.bootstrap.application import Application
from mien.bootstrap.clock import utc_now
from mien.core.caller import Caller
from mien.core.ports import UnitOfWork
from mien.errors import InvalidRequestError
from mien.service.sign_in import Refused, SignedIn

_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_KEYS_CACHED: Final = {"Cache-Control": "public, max-age=300"}
_OAUTH_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": OAuthError, "description": "a wrong password or token, or a malformed request"},
    429: {
        "model": OAuthError,
        "description": "too many failed attempts on a name; or a problem document, RATE_LIMITED",
        "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}},
    },
}
_GRANTS: Final = ("password", "refresh_token")


@final
class _JwkSet(JSONResponse):
    """Says in its answer and in OpenAPI what it is (RFC 7517, 8.5.2)."""

    media_type = "application/jwk-set+json"


router = APIRouter(tags=["sign-in"])


@router.post(
    "/api/v1/auth/token",
    response_model=TokenResult,
    responses={**_OAUTH_ERRORS, **documented(413, 503)},
    openapi_extra=described_form(TokenForm),
)
async def issue_token(server: CurrentServer, request: Request) -> JSONResponse:
    """Exchange a password, or a refresh token, for an access token and a new refresh token."""
    try:
        form = await read_form(request)
    except InvalidRequestError as error:
        return _error("invalid_request", str(error))
    password_tried = form.get("grant_type") == "password"
    action = Action.LOG_IN if password_tried else Action.GENERAL
    await server.limit(action, None, address_of(request))
    application = server.application
    sign_in = application.sign_in

    def grant(work: UnitOfWork) -> JSONResponse:
        match form:
            case {"grant_type": "password", "username": name, "password": password}:
                answer = sign_in.with_password(work, name, password)
            case {"grant_type": "refresh_token", "refresh_token": token}:
                answer = sign_in.with_refresh_token(work, token)
            case {"grant_type": known} if known in _GRANTS:
                return _error("invalid_request", "a field of this grant_type is missing")
            case {"grant_type": _}:
                return _error("unsupported_grant_type", "grant_type: password or refresh_token")
            case _:
                return _error("invalid_request", "grant_type is missing")
        return _answer(application, answer)

    return await server.run(None, grant)


@router.post(
    "/api/v1/auth/revoke",
    response_class=Response,
    responses={400: _OAUTH_ERRORS[400], **documented(413, 429, 503)},
    openapi_extra=described_form(RevocationForm),
)
async def revoke_token(server: CurrentServer, request: Request) -> Response:
    """Sign out: end the session of a refresh token; 200 for an unknown token too (RFC 7009)."""
    try:
        token = (await read_form(request)).get("token")
    except InvalidRequestError as error:
        return _error("invalid_request", str(error))
    await server.limit(Action.GENERAL, None, address_of(request))
    if token is None:
        return _error("invalid_request", "token is missing")
    if "." in token:  # a JWT; a refresh token is hexadecimal
        return _error("unsupported_token_type", "revoke the refresh token; this one ends soon")
    sign_in = server.application.sign_in
    await server.run(None, lambda work: sign_in.sign_out(work, token))
    return Response(headers=_NO_STORE)


@router.get("/api/v1/auth/me", responses=documented(401, 429))
async def show_caller(caller: Annotated[Caller, Depends(require())]) -> CallerResult:
    """Show who is asking, and what they may do."""
    return CallerResult.of(caller)


@router.get("/.well-known/jwks.json", response_model=JsonWebKeySet, response_class=_JwkSet)
def show_keys(application: CurrentApplication) -> _JwkSet:
    """Show the public keys that assertions are checked with, just retired ones included."""
    keys = jwks(trusted(application.database.signing_keys, utc_now()))
    return _JwkSet(keys, headers=_KEYS_CACHED)


def _answer(application: Application, answer: SignedIn | Refused) -> JSONResponse:
    if isinstance(answer, Refused):
        return _refusal(answer)
    access_token = application.access_tokens.issue(answer.operator)
    body = TokenResult(
        access_token=access_token.text,
        token_type="Bearer",  # noqa: S106 the kind of the token, not the token
        expires_in=round(access_token.lifetime.total_seconds()),
        refresh_token=answer.refresh_token,
        scope=" ".join(sorted(answer.operator.role.scopes)),
    )
    return JSONResponse(body.model_dump(), headers=_NO_STORE)


def _refusal(refused: Refused) -> JSONResponse:
    until = refused.locked_until
    if until is None:
        return _error("invalid_grant", "wrong name or password, or this session has ended")
    locked = "too many failed attempts on this name"
    if until.year == MAXYEAR:
        message = f"{locked}: an administrator can set a new password"
        return _error("invalid_grant", message, HTTPStatus.TOO_MANY_REQUESTS)
    wait_s = max(1, round((until - utc_now()).total_seconds()))
    message = f"{locked}: try again in {wait_s} seconds"
    response = _error("invalid_grant", message, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(wait_s)
    return response


def _error(code: str, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> JSONResponse:
    body = OAuthError.model_validate({"error": code, "error_description": message})
    return JSONResponse(body.model_dump(), status, headers=_NO_STORE)
