"""Read, verify and download the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from mien.api.audit_download import AuditDownload, AuditFormat
from mien.api.dependencies import CurrentServer, require
from mien.api.moments import Moment
from mien.api.problems import documented
from mien.api.schemas.audit import AuditHeadResult, AuditPageResult, AuditVerificationResult
from mien.core.audit import AuditAction
from mien.core.audit_log import AuditFilter
from mien.core.caller import Caller, Scope
from mien.core.template import parse_subject_id
from mien.errors import InvalidRequestError
from mien.service.paging import MAX_PAGE

_Auditor = Annotated[Caller, Depends(require(Scope.AUDIT))]
_After = Annotated[int | None, Query(ge=0, lt=2**63, description="only entries of a higher number")]
_Before = Annotated[
    int | None,
    Query(ge=1, lt=2**63, description="only entries of a lower number, the newest first"),
]
_Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
_Actor = Annotated[
    str | None, Query(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["operator:ada"])
]
_UserId = Annotated[
    str | None, Query(description="what concerns one subject; it needs the scope `read` too")
]

router = APIRouter(
    prefix="/api/v1/audit", responses=documented(401, 403, 422, 429, 500, 503), tags=["audit"]
)


def _filter(
    caller: _Auditor,
    *,
    action: AuditAction | None = None,
    actor: _Actor = None,
    user_id: _UserId = None,
    accepted: bool | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> AuditFilter:
    # The log itself names nobody: whose pseudonym is whose is told only to who may read subjects.
    if user_id is not None:
        caller.require(Scope.READ)
    subject_id = None if user_id is None else parse_subject_id(user_id)
    return AuditFilter(action, actor, subject_id, accepted, since, until)


_Filter = Annotated[AuditFilter, Depends(_filter)]


@router.get("", responses=documented(404))
async def read_audit_log(
    server: CurrentServer,
    caller: _Auditor,
    wanted: _Filter,
    after: _After = None,
    before: _Before = None,
    limit: _Limit = 100,
) -> AuditPageResult:
    """Show what was done and tried, oldest first or, before an entry, newest first."""
    if after is not None and before is not None:
        raise InvalidRequestError("ask for entries after one or before one, not for both")
    entries = await server.run(
        caller,
        lambda work: work.audit_queries.find(wanted, limit=limit, after=after, before=before),
    )
    return AuditPageResult.of(entries, limit=limit)


@router.get("/head")
async def show_head(server: CurrentServer, caller: _Auditor) -> AuditHeadResult:
    """Show the newest entry's digest, signed: keep it, and no one can take the log back."""
    return AuditHeadResult.of(await server.run(caller, lambda work: work.audit.head()))


@router.post("/verify")
async def verify_audit_log(server: CurrentServer, caller: _Auditor) -> AuditVerificationResult:
    """Check every entry and every signature; one check at a time, others are refused meanwhile."""
    verify = server.application.verify_audit
    return AuditVerificationResult.of(await server.run(caller, lambda work: verify(work.audit)))


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={
        200: {"content": {each.media_type: {"schema": {"type": "string"}} for each in AuditFormat}},
        **documented(404),
    },
)
async def export_audit_log(
    server: CurrentServer,
    caller: _Auditor,
    wanted: _Filter,
    format: AuditFormat = AuditFormat.NDJSON,  # noqa: A002 the wire's own word
) -> StreamingResponse:
    """Download the log, or what a filter leaves of it, as JSON lines or CSV.

    JSON lines without a filter come with signatures and keys: examples/verify_audit_export.py
    checks them, with nothing of mien.
    """
    download = await AuditDownload.begin(server, caller, wanted, format)
    return StreamingResponse(
        download.chunks(),
        media_type=format.media_type,
        headers={"Content-Disposition": f'attachment; filename="audit.{format}"'},
    )
