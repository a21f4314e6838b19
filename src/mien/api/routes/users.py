"""List, show and erase subjects, and read their history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from mien.api.dependencies import CurrentServer, ServerState, require_api_key
from mien.api.problems import documented
from mien.api.schemas import ErasureResult, HistoryResult, UserPageResult, UserResult
from mien.core.template import parse_subject_id
from mien.service.erase_subject import erase_subject
from mien.service.list_subjects import list_subjects
from mien.service.paging import MAX_PAGE
from mien.service.read_history import read_history
from mien.service.show_subject import show_subject

_UserId = Annotated[str, Path(description="the subject", examples=["ada"])]
_Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
_Offset = Annotated[int, Query(ge=0, lt=2**31)]

router = APIRouter(
    dependencies=[Depends(require_api_key)],
    responses=documented(401, 404, 422, 503),
    tags=["users"],
)


@router.get("/debug/registered-users", include_in_schema=False)
@router.get("/api/v1/users")
async def list_users(
    server: CurrentServer, limit: _Limit = 100, offset: _Offset = 0
) -> UserPageResult:
    """List the enrolled subjects by id, a page at a time."""
    page = await server.run(lambda work: list_subjects(work, limit=limit, offset=offset))
    return UserPageResult.of(page)


@router.get("/api/v1/users/{user_id}")
async def show_user(server: CurrentServer, user_id: _UserId) -> UserResult:
    """Show one subject."""
    subject_id = parse_subject_id(user_id)
    return UserResult.of(await server.run(lambda work: show_subject(work, subject_id)))


@router.get("/users/{user_id}/history", include_in_schema=False)
@router.get("/api/v1/users/{user_id}/history")
async def show_history(
    server: CurrentServer, user_id: _UserId, limit: _Limit = 50
) -> HistoryResult:
    """Show what was tried in a subject's name, newest first."""
    subject_id = parse_subject_id(user_id)
    attempts = await server.run(lambda work: read_history(work, subject_id, limit=limit))
    return HistoryResult.of(subject_id, attempts)


@router.delete("/api/v1/users/{user_id}")
async def erase_user(server: CurrentServer, user_id: _UserId) -> ErasureResult:
    """Erase a subject with templates and history."""
    return await _erase(server, user_id)


@router.post("/api/v1/delete_user", include_in_schema=False)
async def delete_user(server: CurrentServer, user_id: Annotated[str, Query()]) -> ErasureResult:
    """Erase a subject, under the older path."""
    return await _erase(server, user_id)


async def _erase(server: ServerState, user_id: str) -> ErasureResult:
    subject_id = parse_subject_id(user_id)
    await server.run(lambda work: erase_subject(work, subject_id))
    return ErasureResult(success=True, user_id=subject_id)
