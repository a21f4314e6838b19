"""Read the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from mien.api.dependencies import CurrentServer, require
from mien.api.problems import documented
from mien.api.schemas.audit import AuditHeadResult, AuditPageResult
from mien.core.caller import Caller, Scope
from mien.service.paging import MAX_PAGE

_Auditor = Annotated[Caller, Depends(require(Scope.AUDIT))]
_After = Annotated[int, Query(ge=0, lt=2**63)]
_Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]

router = APIRouter(
    prefix="/api/v1/audit", responses=documented(401, 403, 422, 429, 503), tags=["audit"]
)


@router.get("")
async def read_audit_log(
    server: CurrentServer, caller: _Auditor, after: _After = 0, limit: _Limit = 100
) -> AuditPageResult:
    """Show what was done and tried, oldest first, a page at a time."""
    entries = await server.run(caller, lambda work: work.audit.page(limit=limit, after=after))
    return AuditPageResult.of(entries, limit=limit)


@router.get("/head")
async def show_head(server: CurrentServer, caller: _Auditor) -> AuditHeadResult:
    """Show the newest entry's digest, signed: keep it, and no one can take the log back."""
    return AuditHeadResult.of(await server.run(caller, lambda work: work.audit.head()))
