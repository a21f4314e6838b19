"""Tell how expressions went: of a person, for that person; of groups, for who looks after them.

The figures of groups need the scope `audit` and not `admin`: whoever shows them must not also be
able to move people between groups, erase them, or read what a single person's face expressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from mien.api.dependencies import CurrentServer, require
from mien.api.problems import documented
from mien.api.schemas.wellbeing import GroupWellbeing, PersonWellbeing
from mien.core.caller import Caller, Scope
from mien.core.groups import DEPARTMENT, parse_attribute
from mien.core.template import parse_subject_id
from mien.core.wellbeing.periods import Period
from mien.service.csv_text import Row, write_csv
from mien.service.wellbeing_tables import (
    GROUP_COLUMNS,
    PERSON_COLUMNS,
    rows_of_groups,
    rows_of_person,
    write_parquet,
)


class Format(StrEnum):
    """How figures are written."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


_CSV = "text/csv"
_PARQUET = "application/vnd.apache.parquet"
_TABLES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            _CSV: {"schema": {"type": "string"}},
            _PARQUET: {"schema": {"type": "string", "format": "binary"}},
        }
    }
}

_UserId = Annotated[str, Path(description="the subject", examples=["ada"])]
_Reader = Annotated[Caller, Depends(require(Scope.READ))]
_Auditor = Annotated[Caller, Depends(require(Scope.AUDIT))]
_Since = Annotated[date | None, Query(description="tell only periods that begin on it or later")]
_Attribute = Annotated[str, Query(description="by what groups are told; only `department` is")]
_GroupPeriod = Annotated[
    Period | None, Query(description="the one that the server tells groups by; it may be left out")
]

router = APIRouter(responses=documented(401, 403, 422, 429, 500, 503), tags=["well-being"])


@router.get(
    "/api/v1/users/{user_id}/wellbeing",
    response_model=PersonWellbeing,
    responses={**_TABLES, **documented(404)},
)
async def show_wellbeing_of_a_user(
    server: CurrentServer,
    caller: _Reader,
    user_id: _UserId,
    period: Period = Period.WEEK,
    since: _Since = None,
    format: Format = Format.JSON,  # noqa: A002 the wire's own word
) -> PersonWellbeing | Response:
    """Show a person how their own expressions went: show it to that person only."""
    subject_id, wellbeing = parse_subject_id(user_id), server.application.wellbeing
    series = await server.run(
        caller, lambda work: wellbeing.of_person(work, subject_id, period, since)
    )
    if format is Format.JSON:
        return PersonWellbeing.of(subject_id, period, series)
    return _table(format, rows_of_person(series, period), PERSON_COLUMNS)


@router.get("/api/v1/wellbeing", response_model=GroupWellbeing, responses=_TABLES)
async def show_wellbeing_of_groups(
    server: CurrentServer,
    caller: _Auditor,
    attribute: _Attribute = DEPARTMENT,
    period: _GroupPeriod = None,
    since: _Since = None,
    format: Format = Format.JSON,  # noqa: A002 the wire's own word
) -> GroupWellbeing | Response:
    """Show how groups of at least five people did; fewer are withheld, and what gives them away."""
    parsed, wellbeing = parse_attribute(attribute), server.application.wellbeing
    told = await server.run(caller, lambda work: wellbeing.of_groups(work, parsed, period, since))
    if format is Format.JSON:
        return GroupWellbeing.of(told)
    return _table(format, rows_of_groups(told), GROUP_COLUMNS)


def _table(wanted: Format, rows: Sequence[Row], columns: Sequence[str]) -> Response:
    if wanted is Format.CSV:
        return Response(write_csv(rows, columns), media_type=_CSV)
    return Response(write_parquet(rows, columns), media_type=_PARQUET)
