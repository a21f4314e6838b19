"""Figures over everybody: attempts over time, latency, and how scores are spread."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from mien.api.dependencies import CurrentServer, require
from mien.api.latency import route_latencies
from mien.api.moments import Moment
from mien.api.problems import documented
from mien.api.schemas.analytics import AttemptFiguresResult, LatencyResult, ScoreFiguresResult
from mien.core.attempt_counts import Bucket
from mien.core.caller import Caller, Scope

_Auditor = Annotated[Caller, Depends(require(Scope.AUDIT))]
_Since = Annotated[
    Moment | None, Query(description="from the beginning of the bucket on that it lies in")
]
_Until = Annotated[Moment | None, Query(description="before this moment; now, when left out")]

router = APIRouter(
    prefix="/api/v1/analytics",
    responses=documented(401, 403, 422, 429, 500, 503),
    tags=["analytics"],
)


@router.get("/attempts")
async def count_attempts_over_time(
    server: CurrentServer,
    caller: _Auditor,
    bucket: Bucket = Bucket.DAY,
    since: _Since = None,
    until: _Until = None,
) -> AttemptFiguresResult:
    """Count authentications, identifications and enrollments by hour, day or week, in UTC."""
    count = server.application.count_attempts
    figures = await server.run(caller, lambda work: count(work, bucket, since, until))
    return AttemptFiguresResult.of(figures)


@router.get("/latency", dependencies=[Depends(require(Scope.AUDIT))])
async def show_latency(server: CurrentServer) -> LatencyResult:
    """Show how long requests took, of this process and since it began."""
    return LatencyResult.of(server.started_at, route_latencies(server.metrics.latency_s))


@router.get("/scores")
async def show_score_distributions(server: CurrentServer, caller: _Auditor) -> ScoreFiguresResult:
    """Show how similarities are spread, and what each threshold costs.

    Of those who are enrolled a sample is compared, at most once a minute, and only where at least
    five people have equally many templates.
    """
    return ScoreFiguresResult.of(await server.run(caller, server.application.show_scores))
