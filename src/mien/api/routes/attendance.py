"""Tell how many people of each department were recognized day by day."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from mien.api.dependencies import CurrentServer, require
from mien.api.moments import KnownDay
from mien.api.problems import documented
from mien.api.schemas.attendance import AttendanceResult
from mien.core.caller import Caller, Scope

_Auditor = Annotated[Caller, Depends(require(Scope.AUDIT))]
_Since = Annotated[KnownDay | None, Query(description="the first day; 30 before, when left out")]
_Until = Annotated[
    KnownDay | None, Query(description="the day after the last; today, when left out")
]

router = APIRouter(responses=documented(401, 403, 422, 429, 503), tags=["attendance"])


@router.get("/api/v1/attendance")
async def show_attendance(
    server: CurrentServer, caller: _Auditor, since: _Since = None, until: _Until = None
) -> AttendanceResult:
    """Show attendance by department, on days that are over and of five people or more."""
    tell = server.application.tell_attendance
    return AttendanceResult.of(await server.run(caller, lambda work: tell(work, since, until)))
