"""List, show, export, lock and erase subjects, read their history, disown attempts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from mien.api.dependencies import CurrentServer, ServerState, require
from mien.api.problems import documented
from mien.api.schemas.users import (
    DisownResult,
    ErasureResult,
    HistoryResult,
    LockResult,
    UnlockResult,
    UserExport,
    UserPageResult,
    UserResult,
)
from mien.bootstrap.clock import utc_now
from mien.core.attempt import parse_attempt_id
from mien.core.caller import Caller, Scope
from mien.core.groups import parse_group
from mien.core.lockout import WITHOUT_PAD
from mien.core.subject_search import SubjectSearch
from mien.core.template import parse_subject_id
from mien.service.disown import disown
from mien.service.erase_subject import erase_subject
from mien.service.export_subject import export_subject
from mien.service.list_subjects import list_subjects
from mien.service.lockouts import lift_lock, put_lock
from mien.service.paging import MAX_PAGE
from mien.service.profile import show_profile
from mien.service.read_history import read_history
from mien.service.show_subject import show_subject

_UserId = Annotated[str, Path(description="the subject", examples=["ada"])]
_AttemptId = Annotated[
    str, Path(description="an authentication", examples=["5f0c3e7a9b1d4c6e8f2a0b3c5d7e9f1a"])
]
_Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
_Offset = Annotated[int, Query(ge=0, lt=2**31)]
_Before = Annotated[int | None, Query(ge=1, lt=2**63)]
_Text = Annotated[
    str,
    Query(
        max_length=128,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="somewhere in the user_id, small or capital",
    ),
]
_Department = Annotated[str | None, Query(description="only those who belong to it")]
_Reader = Annotated[Caller, Depends(require(Scope.READ))]
_Enroller = Annotated[Caller, Depends(require(Scope.ENROLL))]
_Admin = Annotated[Caller, Depends(require(Scope.ADMIN))]

router = APIRouter(responses=documented(401, 403, 404, 422, 429, 503), tags=["users"])


@router.get("/debug/registered-users", include_in_schema=False)
@router.get("/api/v1/users")
async def list_users(
    server: CurrentServer,
    caller: _Reader,
    query: _Text = "",
    department: _Department = None,
    limit: _Limit = 100,
    offset: _Offset = 0,
) -> UserPageResult:
    """List the enrolled subjects that are found, by id, a page at a time."""
    search = SubjectSearch(query, None if department is None else parse_group(department))
    page = await server.run(
        caller,
        lambda work: list_subjects(work, WITHOUT_PAD, limit=limit, offset=offset, search=search),
    )
    return UserPageResult.of(page)


@router.get("/api/v1/users/{user_id}")
async def show_user(server: CurrentServer, caller: _Reader, user_id: _UserId) -> UserResult:
    """Show one subject."""
    subject_id = parse_subject_id(user_id)
    shown, profile = await server.run(
        caller,
        lambda work: (
            show_subject(work, subject_id, WITHOUT_PAD),
            show_profile(work, subject_id),
        ),
    )
    return UserResult.of(*shown, profile)


@router.get("/users/{user_id}/history", include_in_schema=False)
@router.get("/api/v1/users/{user_id}/history")
async def show_history(
    server: CurrentServer,
    caller: _Reader,
    user_id: _UserId,
    limit: _Limit = 50,
    before: _Before = None,
) -> HistoryResult:
    """Show what was done with a subject and tried in its name, newest first."""
    subject_id = parse_subject_id(user_id)
    entries = await server.run(
        caller, lambda work: read_history(work, subject_id, limit=limit, before=before)
    )
    return HistoryResult.of(subject_id, entries, limit=limit)


@router.post("/api/v1/users/{user_id}/attempts/{attempt_id}/disown")
async def disown_attempt(
    server: CurrentServer, caller: _Enroller, user_id: _UserId, attempt_id: _AttemptId
) -> DisownResult:
    """Take back what was learned from an authentication: the person says that it was not them.

    It goes on record, also when nothing was learned. What was enrolled is never touched.
    """
    subject_id, attempt = parse_subject_id(user_id), parse_attempt_id(attempt_id)
    disowned = await server.run(caller, lambda work: disown(work, subject_id, attempt, utc_now()))
    return DisownResult.of(subject_id, attempt, disowned)


@router.get("/api/v1/users/{user_id}/export")
async def export_user(server: CurrentServer, caller: _Admin, user_id: _UserId) -> UserExport:
    """Give a person all that is stored of them, templates and history included."""
    subject_id = parse_subject_id(user_id)
    export = await server.run(
        caller, lambda work: export_subject(work, subject_id, WITHOUT_PAD, utc_now())
    )
    return UserExport.of(export)


@router.put("/api/v1/users/{user_id}/lock")
async def lock_user(server: CurrentServer, caller: _Admin, user_id: _UserId) -> LockResult:
    """Lock an identity, enrolled or not, until an operator lifts the lock."""
    subject_id = parse_subject_id(user_id)
    lock = await server.run(caller, lambda work: put_lock(work, subject_id, utc_now()))
    return LockResult(success=True, user_id=subject_id, locked_until=lock.until)


@router.delete("/api/v1/users/{user_id}/lock")
async def unlock_user(server: CurrentServer, caller: _Admin, user_id: _UserId) -> UnlockResult:
    """Lift the lock that failed attempts have put on an identity, enrolled or not."""
    subject_id = parse_subject_id(user_id)
    await server.run(caller, lambda work: lift_lock(work, subject_id, utc_now()))
    return UnlockResult(success=True, user_id=subject_id)


@router.delete("/api/v1/users/{user_id}")
async def erase_user(server: CurrentServer, caller: _Admin, user_id: _UserId) -> ErasureResult:
    """Erase a subject: templates, the key that opens them in backups, history and name."""
    return await _erase(server, caller, user_id)


@router.post("/api/v1/delete_user", include_in_schema=False)
async def delete_user(
    server: CurrentServer, caller: _Admin, user_id: Annotated[str, Query()]
) -> ErasureResult:
    """Erase a subject, under the older path."""
    return await _erase(server, caller, user_id)


async def _erase(server: ServerState, caller: Caller, user_id: str) -> ErasureResult:
    subject_id = parse_subject_id(user_id)
    await server.run(caller, lambda work: erase_subject(work, subject_id, utc_now()))
    return ErasureResult(success=True, user_id=subject_id)
