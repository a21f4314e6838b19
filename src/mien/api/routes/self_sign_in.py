"""Let people sign in for themselves: with a face, a password, or an operator's approval.

Nobody vouches for who calls: every route is limited by address, and answers the same, in the same
time, for somebody who is not enrolled.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request

from mien.access.jwts import IssuedToken
from mien.access.rate_limits import Action
from mien.api import request_bodies
from mien.api.answering import count_decision, require_not_locked
from mien.api.dependencies import CurrentServer, ServerState, address_of
from mien.api.intake import CurrentSubmission
from mien.api.problems import documented
from mien.api.schemas.faces import told_reason
from mien.api.schemas.live import LiveTicketResult
from mien.api.schemas.liveness import LivenessResult
from mien.api.schemas.self_service import (
    EntryRequest,
    RedemptionResult,
    SelfCompletionRequest,
    SelfLiveRequest,
    SelfPasswordRequest,
    SelfSignIn,
    TicketRequest,
    TicketResult,
    WaysResult,
)
from mien.api.self_service import THEMSELVES, open_to_all
from mien.api.small_bodies import described_json, json_body
from mien.bootstrap.clock import utc_now
from mien.bootstrap.self_service import SelfService
from mien.core.audit import AuditAction
from mien.core.self_service import SelfClaims
from mien.core.template import parse_subject_id
from mien.service.claim import locked_out
from mien.service.self_sign_in import FaceSignIn
from mien.service.sign_in import Refused

_Ways = Annotated[SelfService, Depends(open_to_all(Action.GENERAL))]
_FaceWays = Annotated[SelfService, Depends(open_to_all(Action.AUTHENTICATE))]
_GuessableWays = Annotated[SelfService, Depends(open_to_all(Action.LOG_IN))]

_PROBLEMS: Final = documented(403, 413, 422, 429, 503)

router = APIRouter(prefix="/api/v1/self", tags=["self-service"])


@router.get("/ways", responses=documented(429))
async def show_ways(server: CurrentServer, request: Request) -> WaysResult:
    """Show how people can sign in for themselves here, if they can."""
    await server.limit(Action.GENERAL, None, address_of(request))
    ways = server.application.self_service
    if ways is None:
        return WaysResult(face=None, password=False, review=False)
    return WaysResult(face=ways.face.policy, password=True, review=True)


@router.post(
    "/live",
    status_code=HTTPStatus.CREATED,
    responses={**_PROBLEMS, **documented(500)},
    openapi_extra=described_json(SelfLiveRequest),
)
async def begin_session_of_their_own(
    server: CurrentServer,
    ways: _FaceWays,
    wanted: Annotated[SelfLiveRequest, Depends(json_body(SelfLiveRequest))],
) -> LiveTicketResult:
    """Begin a live session to sign in with; show frames over its WebSocket."""
    subject_id = parse_subject_id(wanted.user_id)
    ticket = await server.run(THEMSELVES, lambda work: ways.face.begin(work, subject_id))
    return LiveTicketResult.of(ticket, client_id=secrets.token_hex(4))


@router.post(
    "/live/complete",
    responses={**_PROBLEMS, **documented(404)},
    openapi_extra=described_json(SelfCompletionRequest),
)
async def complete_session_of_their_own(
    server: CurrentServer,
    ways: _FaceWays,
    wanted: Annotated[SelfCompletionRequest, Depends(json_body(SelfCompletionRequest))],
) -> SelfSignIn:
    """Sign in by a live session that was decided; it is told once, for a minute."""
    session_id = wanted.session_id
    found = await server.run(THEMSELVES, lambda work: ways.face.complete(work, session_id))
    return _face_answer(server, found)


@router.post(
    "/photo",
    responses={**_PROBLEMS, **documented(500)},
    openapi_extra=request_bodies.OWN_IMAGE,
)
async def sign_in_by_photo(
    server: CurrentServer, ways: _FaceWays, submission: CurrentSubmission
) -> SelfSignIn:
    """Sign in by a photo, where the server asks for no live session."""
    subject_id, image = submission.subject_id(), submission.image()
    found = await server.run(THEMSELVES, lambda work: ways.face.with_photo(work, subject_id, image))
    answer = found.answer
    count_decision(server, AuditAction.AUTHENTICATE, answer.reason, accepted=answer.accepted)
    return _face_answer(server, found)


@router.post("/password", responses=_PROBLEMS, openapi_extra=described_json(SelfPasswordRequest))
async def sign_in_by_password(
    server: CurrentServer,
    ways: _GuessableWays,
    wanted: Annotated[SelfPasswordRequest, Depends(json_body(SelfPasswordRequest))],
) -> SelfSignIn:
    """Sign in by a password that the person set before."""
    subject_id, password = parse_subject_id(wanted.user_id), wanted.password.get_secret_value()
    found = await server.run(THEMSELVES, lambda work: ways.password(work, subject_id, password))
    if isinstance(found, Refused):
        if found.locked_until is not None:
            raise locked_out(found.locked_until, utc_now())
        return SelfSignIn.of("WRONG_PASSWORD", None)
    return SelfSignIn.of("PASSWORD", _token(server, found))


@router.post(
    "/requests",
    status_code=HTTPStatus.CREATED,
    responses=_PROBLEMS,
    openapi_extra=described_json(EntryRequest),
)
async def ask_to_be_let_in(
    server: CurrentServer,
    ways: _GuessableWays,
    wanted: Annotated[EntryRequest, Depends(json_body(EntryRequest))],
) -> TicketResult:
    """Ask operators to be let in; a request before that is still open is replaced."""
    subject_id, note = parse_subject_id(wanted.user_id), wanted.note
    ticket = await server.run(
        THEMSELVES, lambda work: ways.requests.ask_for_entry(work, subject_id, note)
    )
    return TicketResult(ticket=ticket.text, expires_at=ticket.expires_at)


@router.post("/requests/redeem", responses=_PROBLEMS, openapi_extra=described_json(TicketRequest))
async def redeem_a_request(
    server: CurrentServer,
    ways: _Ways,
    wanted: Annotated[TicketRequest, Depends(json_body(TicketRequest))],
) -> RedemptionResult:
    """Ask how far a request is; an approved one signs in, once."""
    ticket = wanted.ticket
    found = await server.run(THEMSELVES, lambda work: ways.requests.redeem(work, ticket))
    sign_in = None
    if found.claims is not None:
        sign_in = SelfSignIn.of("APPROVED", _token(server, found.claims))
    return RedemptionResult.model_validate({"state": found.state.value, "sign_in": sign_in})


def _face_answer(server: ServerState, found: FaceSignIn) -> SelfSignIn:
    require_not_locked(found.answer)
    token = None if found.claims is None else _token(server, found.claims)
    liveness = LivenessResult.of(found.answer.liveness, THEMSELVES)
    return SelfSignIn.of(told_reason(found.answer.reason, THEMSELVES), token, liveness)


def _token(server: ServerState, claims: SelfClaims) -> IssuedToken:
    return server.application.subject_tokens.issue(claims)
