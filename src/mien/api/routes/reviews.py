"""Show what people ask operators for, and decide on it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query

from mien.api.dependencies import CurrentServer, ServerState, require
from mien.api.problems import documented
from mien.api.schemas.reviews import ReasonRequest, ReviewPageResult, ReviewResult
from mien.api.small_bodies import described_json, json_body
from mien.core.caller import Caller, Scope
from mien.core.review import ReviewId
from mien.service.paging import MAX_PAGE

_Reviewer = Annotated[Caller, Depends(require(Scope.REVIEW))]
_ReviewId = Annotated[
    str, Path(description="a request", examples=["5f0c3e7a9b1d4c6e8f2a0b3c5d7e9f1a"])
]
_State = Annotated[
    Literal["open", "decided"] | None,
    Query(description="only those that wait, or only those that do not any more"),
]
_Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
_Before = Annotated[int | None, Query(ge=1, lt=2**31)]
_Reason = Annotated[ReasonRequest, Depends(json_body(ReasonRequest))]

router = APIRouter(
    prefix="/api/v1/reviews", responses=documented(401, 403, 422, 429, 503), tags=["reviews"]
)


@router.get("")
async def list_reviews(
    server: CurrentServer,
    caller: _Reviewer,
    state: _State = None,
    limit: _Limit = 50,
    before: _Before = None,
) -> ReviewPageResult:
    """List requests, newest first; one that expired undecided counts as decided."""
    reviews = server.application.reviews
    is_open = None if state is None else state == "open"
    page = await server.run(
        caller, lambda work: reviews.page(work, is_open=is_open, limit=limit, before=before)
    )
    return ReviewPageResult.of(page, limit=limit)


@router.post(
    "/{review_id}/approve",
    responses=documented(404, 409, 413),
    openapi_extra=described_json(ReasonRequest),
)
async def approve_review(
    server: CurrentServer, caller: _Reviewer, review_id: _ReviewId, wanted: _Reason
) -> ReviewResult:
    """Let a person in once, within an hour; or erase who asked for that, with the scope admin."""
    return await _decide(server, caller, review_id, wanted.reason, approved=True)


@router.post(
    "/{review_id}/deny",
    responses=documented(404, 409, 413),
    openapi_extra=described_json(ReasonRequest),
)
async def deny_review(
    server: CurrentServer, caller: _Reviewer, review_id: _ReviewId, wanted: _Reason
) -> ReviewResult:
    """Deny a request."""
    return await _decide(server, caller, review_id, wanted.reason, approved=False)


async def _decide(
    server: ServerState, caller: Caller, review_id: str, reason: str, *, approved: bool
) -> ReviewResult:
    decide = server.application.reviews.decide
    shown = await server.run(
        caller,
        lambda work: decide(work, caller, ReviewId(review_id), approved=approved, reason=reason),
    )
    return ReviewResult.of(shown)
