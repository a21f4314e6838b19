"""Show, give and withdraw what a person agrees to.

Whoever may enroll a person may say that they agree, or not any more: it is the relying application
that the person talks to, on their own behalf. Nobody needs more to say no than to say yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from mien.api.dependencies import CurrentServer, require
from mien.api.problems import documented
from mien.api.schemas.consents import ConsentsResult
from mien.bootstrap.clock import utc_now
from mien.core.caller import Caller, Scope
from mien.core.consent import Consent, Purpose
from mien.core.ports import UnitOfWork
from mien.core.template import parse_subject_id
from mien.service.consent import give_consent, show_consents, withdraw_consent

_UserId = Annotated[str, Path(description="the subject", examples=["ada"])]
_PurposeName = Annotated[Purpose, Path(description="what for", examples=["expression"])]
_Reader = Annotated[Caller, Depends(require(Scope.READ))]
_Enroller = Annotated[Caller, Depends(require(Scope.ENROLL))]

router = APIRouter(
    prefix="/api/v1/users/{user_id}/consents",
    responses=documented(401, 403, 404, 422, 429, 503),
    tags=["consents"],
)


@router.get("")
async def show_what_a_user_agreed_to(
    server: CurrentServer, caller: _Reader, user_id: _UserId
) -> ConsentsResult:
    """Show every purpose in the words that people are told, and whether this person agrees."""
    subject_id = parse_subject_id(user_id)
    given = await server.run(caller, lambda work: show_consents(work, subject_id))
    return ConsentsResult.of(subject_id, given, server.application.statement)


@router.put("/{purpose}")
async def give_a_consent(
    server: CurrentServer, caller: _Enroller, user_id: _UserId, purpose: _PurposeName
) -> ConsentsResult:
    """Note that the person agrees, after they were told what to; it goes on record."""
    subject_id, statement = parse_subject_id(user_id), server.application.statement

    def give_and_show(work: UnitOfWork) -> Sequence[Consent]:
        give_consent(work, subject_id, purpose, utc_now(), statement)
        return show_consents(work, subject_id)

    return ConsentsResult.of(subject_id, await server.run(caller, give_and_show), statement)


@router.delete("/{purpose}")
async def withdraw_a_consent(
    server: CurrentServer, caller: _Enroller, user_id: _UserId, purpose: _PurposeName
) -> ConsentsResult:
    """Note that the person does not agree any more: what was kept by their consent is erased."""
    subject_id, statement = parse_subject_id(user_id), server.application.statement

    def withdraw_and_show(work: UnitOfWork) -> Sequence[Consent]:
        withdraw_consent(work, subject_id, purpose, utc_now())
        return show_consents(work, subject_id)

    return ConsentsResult.of(subject_id, await server.run(caller, withdraw_and_show), statement)
