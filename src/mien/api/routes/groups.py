"""Show, note and forget the groups that a person belongs to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from mien.api.dependencies import CurrentServer, require
from mien.api.problems import documented
from mien.api.schemas.consents import GroupRequest, GroupResult, GroupsResult
from mien.api.small_bodies import described_json, json_body
from mien.bootstrap.clock import utc_now
from mien.core.caller import Caller, Scope
from mien.core.groups import parse_attribute, parse_group
from mien.core.template import parse_subject_id
from mien.service.groups import put_group, show_groups

_UserId = Annotated[str, Path(description="the subject", examples=["ada"])]
_AttributeName = Annotated[str, Path(description="what groups differ in", examples=["department"])]
_Reader = Annotated[Caller, Depends(require(Scope.READ))]
_Enroller = Annotated[Caller, Depends(require(Scope.ENROLL))]

router = APIRouter(
    prefix="/api/v1/users/{user_id}/groups",
    responses=documented(401, 403, 404, 422, 429, 503),
    tags=["groups"],
)


@router.get("")
async def show_groups_of_a_user(
    server: CurrentServer, caller: _Reader, user_id: _UserId
) -> GroupsResult:
    """Show the groups that a person belongs to."""
    subject_id = parse_subject_id(user_id)
    groups = await server.run(caller, lambda work: show_groups(work, subject_id))
    return GroupsResult.of(subject_id, groups)


@router.get("/{attribute}")
async def show_a_group(
    server: CurrentServer, caller: _Reader, user_id: _UserId, attribute: _AttributeName
) -> GroupResult:
    """Show a person's group of one attribute."""
    subject_id, parsed = parse_subject_id(user_id), parse_attribute(attribute)
    groups = await server.run(caller, lambda work: show_groups(work, subject_id))
    return GroupResult(user_id=subject_id, attribute=parsed, group=groups.get(parsed))


@router.put("/{attribute}", responses=documented(413), openapi_extra=described_json(GroupRequest))
async def note_a_group(
    server: CurrentServer,
    caller: _Enroller,
    user_id: _UserId,
    attribute: _AttributeName,
    wanted: Annotated[GroupRequest, Depends(json_body(GroupRequest))],
) -> GroupResult:
    """Note a person's group; all attributes but `department` need their consent to `fairness`."""
    subject_id, parsed = parse_subject_id(user_id), parse_attribute(attribute)
    group = parse_group(wanted.group)
    await server.run(caller, lambda work: put_group(work, subject_id, parsed, group, utc_now()))
    return GroupResult(user_id=subject_id, attribute=parsed, group=group)


@router.delete("/{attribute}")
async def forget_a_group(
    server: CurrentServer, caller: _Enroller, user_id: _UserId, attribute: _AttributeName
) -> GroupResult:
    """Forget a person's group; one that is not noted is no error."""
    subject_id, parsed = parse_subject_id(user_id), parse_attribute(attribute)
    await server.run(caller, lambda work: put_group(work, subject_id, parsed, None, utc_now()))
    return GroupResult(user_id=subject_id, attribute=parsed, group=None)
