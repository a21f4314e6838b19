"""Show and set which false match rate is tolerated of a department."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from mien.api.dependencies import CurrentServer, require
from mien.api.problems import documented
from mien.api.schemas.thresholds import GroupThresholdResult, ThresholdRequest, ThresholdsResult
from mien.api.small_bodies import described_json, json_body
from mien.core.caller import Caller, Scope
from mien.core.groups import parse_group
from mien.core.scoring import FalseMatchRate

_Group = Annotated[str, Path(description="a department", examples=["treasury"])]
_Auditor = Annotated[Caller, Depends(require(Scope.AUDIT))]
_Admin = Annotated[Caller, Depends(require(Scope.ADMIN))]

router = APIRouter(
    prefix="/api/v1/thresholds", responses=documented(401, 403, 422, 429, 503), tags=["thresholds"]
)


@router.get("")
async def show_thresholds(server: CurrentServer, caller: _Auditor) -> ThresholdsResult:
    """Show the false match rate that is tolerated of everybody, and of departments instead."""
    thresholds = server.application.group_thresholds
    return ThresholdsResult.of(await server.run(caller, thresholds.show))


# A department may have a slash in its name; with a line break there is no such path: 404.
@router.put(
    "/{group:path}", responses=documented(404), openapi_extra=described_json(ThresholdRequest)
)
async def set_a_threshold(
    server: CurrentServer,
    caller: _Admin,
    group: _Group,
    wanted: Annotated[ThresholdRequest, Depends(json_body(ThresholdRequest))],
) -> GroupThresholdResult:
    """Tolerate another false match rate when somebody of a department is verified.

    Identification keeps its own rate: it does not know whom it looks for.
    """
    named, thresholds = parse_group(group), server.application.group_thresholds
    target = FalseMatchRate(wanted.target_fmr)
    put = await server.run(caller, lambda work: thresholds.put(work, named, target))
    return GroupThresholdResult.of(put)


@router.delete("/{group:path}", status_code=204, responses=documented(404))
async def reset_a_threshold(server: CurrentServer, caller: _Admin, group: _Group) -> Response:
    """Tolerate of a department what is tolerated of everybody; no other rate is no error."""
    named, thresholds = parse_group(group), server.application.group_thresholds
    await server.run(caller, lambda work: thresholds.remove(work, named))
    return Response(status_code=204)
