"""Show and note what a person is called and does."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from mien.api.dependencies import CurrentServer, require
from mien.api.problems import documented
from mien.api.schemas.profiles import ProfileRequest, ProfileResult
from mien.api.small_bodies import described_json, json_body
from mien.bootstrap.clock import utc_now
from mien.core.caller import Caller, Scope
from mien.core.profile import parse_line
from mien.core.template import parse_subject_id
from mien.service.profile import put_profile, show_profile

_UserId = Annotated[str, Path(description="the subject", examples=["ada"])]
_Reader = Annotated[Caller, Depends(require(Scope.READ))]
_Enroller = Annotated[Caller, Depends(require(Scope.ENROLL))]

router = APIRouter(
    prefix="/api/v1/users/{user_id}/profile",
    responses=documented(401, 403, 404, 422, 429, 503),
    tags=["users"],
)


@router.get("")
async def show_profile_of_a_user(
    server: CurrentServer, caller: _Reader, user_id: _UserId
) -> ProfileResult:
    """Show what a person is called and does."""
    subject_id = parse_subject_id(user_id)
    profile = await server.run(caller, lambda work: show_profile(work, subject_id))
    return ProfileResult.of(subject_id, profile)


@router.put("", responses=documented(413), openapi_extra=described_json(ProfileRequest))
async def note_a_profile(
    server: CurrentServer,
    caller: _Enroller,
    user_id: _UserId,
    wanted: Annotated[ProfileRequest, Depends(json_body(ProfileRequest))],
) -> ProfileResult:
    """Note name and role in place of those before; the department is a group."""
    subject_id = parse_subject_id(user_id)
    name, role = parse_line(wanted.name, "name"), parse_line(wanted.role, "role")
    profile = await server.run(
        caller, lambda work: put_profile(work, subject_id, name, role, utc_now())
    )
    return ProfileResult.of(subject_id, profile)
