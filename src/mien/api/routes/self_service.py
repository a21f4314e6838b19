"""What a person sees and does who has signed in for themselves: only of and for themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from mien.api.problems import documented
from mien.api.schemas.consents import ConsentsResult
from mien.api.schemas.self_service import (
    ErasureRequest,
    ErasureRequestResult,
    OwnPasswordRequest,
    SelfResult,
)
from mien.api.schemas.users import DisownResult, HistoryResult, UserExport
from mien.api.schemas.wellbeing import PersonWellbeing
from mien.api.self_service import CurrentSubject, offered
from mien.api.small_bodies import described_json, json_body
from mien.bootstrap.clock import utc_now
from mien.core.attempt import parse_attempt_id
from mien.core.consent import Consent, Purpose
from mien.core.lockout import WITHOUT_PAD
from mien.core.ports import UnitOfWork
from mien.core.review import ReviewState
from mien.core.template import SubjectId
from mien.core.wellbeing.periods import Period
from mien.service.consent import give_consent, show_consents, withdraw_consent
from mien.service.disown import disown
from mien.service.export_subject import export_subject
from mien.service.paging import MAX_PAGE
from mien.service.read_history import read_history
from mien.service.show_self import show_self

_Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
_Before = Annotated[int | None, Query(ge=1, lt=2**63)]
_PurposeName = Annotated[Purpose, Path(description="what for", examples=["expression"])]
_Since = Annotated[date | None, Query(description="tell only periods that begin on it or later")]
_AttemptId = Annotated[
    str, Path(description="an authentication", examples=["5f0c3e7a9b1d4c6e8f2a0b3c5d7e9f1a"])
]

router = APIRouter(
    prefix="/api/v1/self", responses=documented(401, 403, 422, 429, 503), tags=["self-service"]
)


@router.get("")
async def show_yourself(visitor: CurrentSubject) -> SelfResult:
    """Show a person what is known of them."""
    return SelfResult.of(await visitor.run(show_self), visitor.claims)


@router.get("/history")
async def show_your_history(
    visitor: CurrentSubject, limit: _Limit = 50, before: _Before = None
) -> HistoryResult:
    """Show a person what was done with them and tried in their name, newest first."""
    subject_id, entries = await visitor.run(
        lambda work, me: (me, read_history(work, me, limit=limit, before=before))
    )
    return HistoryResult.of(subject_id, entries, limit=limit)


@router.get("/consents")
async def show_your_consents(visitor: CurrentSubject) -> ConsentsResult:
    """Show a person every purpose in the words of whoever runs the server."""
    return await _told(visitor, lambda _work, _me: None)


@router.put("/consents/{purpose}")
async def agree(visitor: CurrentSubject, purpose: _PurposeName) -> ConsentsResult:
    """Note that the person agrees; it goes on record."""
    statement = visitor.server.application.statement
    return await _told(
        visitor, lambda work, me: give_consent(work, me, purpose, utc_now(), statement)
    )


@router.delete("/consents/{purpose}")
async def agree_no_more(visitor: CurrentSubject, purpose: _PurposeName) -> ConsentsResult:
    """Note that the person does not agree any more: what was kept by their consent is erased."""
    return await _told(visitor, lambda work, me: withdraw_consent(work, me, purpose, utc_now()))


@router.get("/wellbeing", responses=documented(500))
async def show_your_wellbeing(
    visitor: CurrentSubject, period: Period = Period.WEEK, since: _Since = None
) -> PersonWellbeing:
    """Show a person how their own expressions went."""
    wellbeing = visitor.server.application.wellbeing
    subject_id, series = await visitor.run(
        lambda work, me: (me, wellbeing.of_person(work, me, period, since))
    )
    return PersonWellbeing.of(subject_id, period, series)


@router.get("/export")
async def export_yourself(visitor: CurrentSubject) -> UserExport:
    """Give a person all that is stored of them."""
    export = await visitor.run(lambda work, me: export_subject(work, me, WITHOUT_PAD, utc_now()))
    return UserExport.of(export)


@router.put(
    "/password",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(413),
    openapi_extra=described_json(OwnPasswordRequest),
)
async def set_your_password(
    visitor: CurrentSubject,
    wanted: Annotated[OwnPasswordRequest, Depends(json_body(OwnPasswordRequest))],
) -> None:
    """Set the password that signs the person in where their face does not."""
    set_password, password = offered(visitor.server).password.set, wanted.password
    await visitor.run(lambda work, me: set_password(work, me, password.get_secret_value()))


@router.post(
    "/erasure",
    status_code=HTTPStatus.CREATED,
    responses=documented(413),
    openapi_extra=described_json(ErasureRequest),
)
async def ask_to_be_erased(
    visitor: CurrentSubject,
    wanted: Annotated[ErasureRequest, Depends(json_body(ErasureRequest))],
) -> ErasureRequestResult:
    """Ask operators to erase everything that is kept of the person."""
    ask = offered(visitor.server).requests.ask_for_erasure
    review = await visitor.run(lambda work, me: ask(work, me, wanted.note))
    return ErasureRequestResult(review_id=review.review_id, state=ReviewState.OPEN)


@router.post("/attempts/{attempt_id}/disown")
async def disown_your_attempt(visitor: CurrentSubject, attempt_id: _AttemptId) -> DisownResult:
    """Take back what was learned from an authentication: it was not the person."""
    attempt = parse_attempt_id(attempt_id)
    subject_id, disowned = await visitor.run(
        lambda work, me: (me, disown(work, me, attempt, utc_now()))
    )
    return DisownResult.of(subject_id, attempt, disowned)


async def _told(
    visitor: CurrentSubject, change: Callable[[UnitOfWork, SubjectId], None]
) -> ConsentsResult:
    """Make a change and return what the person agrees to then."""

    def changed(work: UnitOfWork, me: SubjectId) -> tuple[SubjectId, Sequence[Consent]]:
        change(work, me)
        return me, show_consents(work, me)

    subject_id, given = await visitor.run(changed)
    return ConsentsResult.of(subject_id, given, visitor.server.application.statement)
