"""Tell whether groups of people are refused alike."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from mien.api.dependencies import CurrentServer, require
from mien.api.problems import documented
from mien.api.schemas.fairness import FairnessResult
from mien.core.caller import Caller, Scope
from mien.core.groups import parse_attribute
from mien.service.fairness import MAX_DAYS

_Auditor = Annotated[Caller, Depends(require(Scope.AUDIT))]
_AttributeName = Annotated[str, Query(description="what groups differ in", examples=["age"])]
_Days = Annotated[
    int | None,
    Query(ge=1, le=MAX_DAYS, description="whole days until last midnight, UTC"),
]

router = APIRouter(responses=documented(401, 403, 422, 429, 503), tags=["fairness"])


@router.get("/api/v1/fairness")
async def compare_groups_of_people(
    server: CurrentServer, caller: _Auditor, attribute: _AttributeName, days: _Days = None
) -> FairnessResult:
    """Compare how often groups of at least five people were refused; fewer are withheld."""
    parsed, compare = parse_attribute(attribute), server.application.compare_groups
    return FairnessResult.of(await server.run(caller, lambda work: compare(work, parsed, days)))
