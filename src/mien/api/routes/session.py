"""An operator's session in a browser: the refresh token stays in a cookie that no script reads.

The cookie goes back only to these routes, none of which does anything but begin, continue and end
the session; every other route takes the access token, which no browser sends by itself.
"""

from __future__ import annotations

from datetime import MAXYEAR
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from mien.access.rate_limits import Action
from mien.api.dependencies import CurrentServer, ServerState, address_of
from mien.api.problems import documented, problem
from mien.api.schemas.session import SessionRequest, SessionResult
from mien.api.small_bodies import described_json, json_body
from mien.bootstrap.clock import utc_now
from mien.errors import ForbiddenError, LockedOutError, UnauthorizedError
from mien.service.sign_in import Refused, SignedIn

COOKIE: Final = "mien_session"

_PATH: Final = "/api/v1/session"
_OWN_PAGES: Final = frozenset({"same-origin", "none"})
_LONGEST_WAIT_S: Final = 24 * 60 * 60
_FOREIGN: Final = (
    "this comes from a page of another address, and sessions are for this server's own: open the "
    "dashboard at the server's address; a proxy in front of it has to pass on Host"
)


def from_own_page(request: Request) -> None:
    """Raise ForbiddenError for what a browser sends for a page of another origin.

    Besides SameSite=Strict, which takes another port or subdomain for the same site.
    """
    # 1. What the browser says itself, where it does (W3C Fetch Metadata).
    if request.headers.get("sec-fetch-site", "none") not in _OWN_PAGES:
        raise ForbiddenError(_FOREIGN)
    # 2. Where it says from which origin. Its scheme is not compared: a proxy that ends TLS and is
    #    not named in MIEN_TRUSTED_PROXIES hides it.
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise ForbiddenError(_FOREIGN)


router = APIRouter(
    prefix=_PATH,
    dependencies=[Depends(from_own_page)],
    responses=documented(403, 429, 503),
    tags=["sign-in"],
)


@router.post("", responses=documented(401, 413, 422), openapi_extra=described_json(SessionRequest))
async def begin_session(
    server: CurrentServer,
    request: Request,
    response: Response,
    wanted: Annotated[SessionRequest, Depends(json_body(SessionRequest))],
) -> SessionResult:
    """Sign an operator in with their password."""
    await server.limit(Action.LOG_IN, None, address_of(request))
    sign_in, password = server.application.sign_in, wanted.password.get_secret_value()
    answer = await server.run(None, lambda work: sign_in.with_password(work, wanted.name, password))
    if isinstance(answer, Refused):
        raise _refusal(answer)
    return _go_on(server, request, response, answer)


@router.post("/refresh", response_model=SessionResult, responses=documented(401))
async def continue_session(
    server: CurrentServer, request: Request, response: Response
) -> SessionResult | Response:
    """Exchange the cookie for another one and a new access token."""
    await server.limit(Action.GENERAL, None, address_of(request))
    sign_in, token = server.application.sign_in, request.cookies.get(COOKIE, "")
    answer = await server.run(None, lambda work: sign_in.with_refresh_token(work, token))
    if isinstance(answer, Refused):
        refusal = problem(
            request,
            HTTPStatus.UNAUTHORIZED,
            UnauthorizedError.code,
            "there is no session, or it has ended: sign in again",
            {"WWW-Authenticate": "Bearer"},
        )
        _clear_cookie(refusal, request)
        return refusal
    return _go_on(server, request, response, answer)


@router.delete("", status_code=HTTPStatus.NO_CONTENT)
async def end_session(server: CurrentServer, request: Request, response: Response) -> None:
    """Sign out; without a session there is nothing to do."""
    await server.limit(Action.GENERAL, None, address_of(request))
    sign_in, token = server.application.sign_in, request.cookies.get(COOKIE, "")
    await server.run(None, lambda work: sign_in.sign_out(work, token))
    _clear_cookie(response, request)


def _go_on(
    server: ServerState, request: Request, response: Response, session: SignedIn
) -> SessionResult:
    # Without Max-Age: the browser forgets it when it is closed, the server after the session's
    # lifetime.
    response.set_cookie(
        COOKIE,
        session.refresh_token,
        path=_PATH,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return SessionResult.of(session, server.application.access_tokens.issue(session.operator))


def _clear_cookie(response: Response, request: Request) -> None:
    response.delete_cookie(
        COOKIE,
        path=_PATH,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _refusal(refused: Refused) -> UnauthorizedError | LockedOutError:
    until = refused.locked_until
    if until is None:
        return UnauthorizedError("wrong name or password")
    locked = "too many failed attempts on this name"
    if until.year == MAXYEAR:
        return LockedOutError(f"{locked}: an administrator can set a new password", _LONGEST_WAIT_S)
    wait_s = max(1, round((until - utc_now()).total_seconds()))
    return LockedOutError(f"{locked}: try again in {wait_s} seconds", wait_s)
