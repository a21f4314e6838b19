"""Begin and complete live sessions; the frames between come over `mien.api.routes.stream`."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from mien.access.rate_limits import Action
from mien.access.tokens import require_nonce
from mien.api.answering import present, require_not_locked
from mien.api.dependencies import CurrentServer, require
from mien.api.problems import documented
from mien.api.schemas.faces import AuthenticationResult
from mien.api.schemas.live import CompletionRequest, LiveRequest, LiveTicketResult
from mien.api.small_bodies import described_json, json_body
from mien.core.caller import Caller, Scope
from mien.core.template import parse_subject_id

_Verifier = Annotated[Caller, Depends(require(Scope.VERIFY, action=Action.AUTHENTICATE))]

router = APIRouter(
    prefix="/api/v1/live", responses=documented(401, 403, 413, 422, 429, 503), tags=["faces"]
)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(500),
    openapi_extra=described_json(LiveRequest),
)
async def begin_session(
    server: CurrentServer,
    caller: _Verifier,
    wanted: Annotated[LiveRequest, Depends(json_body(LiveRequest))],
) -> LiveTicketResult:
    """Begin a live session; hand its id to whoever has the camera, who needs no key."""
    subject_id, sessions = parse_subject_id(wanted.user_id), server.application.live
    ticket = await server.run(
        caller, lambda work: sessions.begin(work, caller, subject_id, wanted.liveness)
    )
    return LiveTicketResult.of(ticket, client_id=secrets.token_hex(4))


@router.post(
    "/complete", responses=documented(404), openapi_extra=described_json(CompletionRequest)
)
async def complete_session(
    server: CurrentServer,
    caller: _Verifier,
    wanted: Annotated[CompletionRequest, Depends(json_body(CompletionRequest))],
) -> AuthenticationResult:
    """Ask what was decided in a session that you began; it is told once, for a minute."""
    require_nonce(wanted.nonce)
    sessions = server.application.live
    answer = await server.run(
        caller, lambda work: sessions.complete(work, caller, wanted.session_id)
    )
    require_not_locked(answer)
    return present(server, caller, answer, wanted.nonce)
