"""Answers with figures over everybody: attempts, latency and scores."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from pydantic import BaseModel

from mien.api.latency import RouteLatency
from mien.api.schemas.example import example
from mien.core.attempt_counts import AttemptFigures, Bucket, BucketCounts
from mien.core.matching import Unit
from mien.service.scores import Origin, ScoreReport, ScoreSource


class BucketResult(BaseModel):
    """One hour, day or week. accepted: of the authentications; found: by the identifications."""

    at: datetime
    authentications: int
    accepted: int
    identifications: int
    found: int
    enrollments: int

    @classmethod
    def of(cls, counts: BucketCounts) -> Self:
        """Present a bucket."""
        return cls(
            at=counts.at,
            authentications=counts.authentications,
            accepted=counts.accepted,
            identifications=counts.identifications,
            found=counts.found,
            enrollments=counts.enrollments,
        )


class AttemptFiguresResult(BaseModel):
    """What was tried from *since*, where a bucket begins, to before *until*.

    reasons: how authentications and identifications ended, MATCH among them.
    """

    model_config = example(
        since="2026-11-20T00:00:00Z",
        until="2026-11-21T00:00:00Z",
        bucket="day",
        buckets=[
            {
                "at": "2026-11-20T00:00:00Z",
                "authentications": 1204,
                "accepted": 1150,
                "identifications": 88,
                "found": 80,
                "enrollments": 3,
            }
        ],
        reasons={"MATCH": 1230, "LOW_CONFIDENCE": 57, "UNKNOWN_SUBJECT": 5},
    )

    since: datetime
    until: datetime
    bucket: Bucket
    buckets: list[BucketResult]
    reasons: dict[str, int]

    @classmethod
    def of(cls, figures: AttemptFigures) -> Self:
        """Present figures."""
        return cls(
            since=figures.since,
            until=figures.until,
            bucket=figures.bucket,
            buckets=[BucketResult.of(counts) for counts in figures.buckets],
            reasons={reason.value: count for reason, count in figures.reasons.items()},
        )


class RouteLatencyResult(BaseModel):
    """How long a route's requests took, within the width of the metrics' buckets.

    Null where it lies beyond the longest time that is measured.
    """

    route: str
    count: int
    median_ms: float | None
    p95_ms: float | None

    @classmethod
    def of(cls, latency: RouteLatency) -> Self:
        """Present a route."""
        return cls(
            route=latency.route,
            count=latency.count,
            median_ms=_milliseconds(latency.median_s),
            p95_ms=_milliseconds(latency.p95_s),
        )


class LatencyResult(BaseModel):
    """The requests that this process has answered since it began, the busiest route first."""

    since: datetime
    routes: list[RouteLatencyResult]

    @classmethod
    def of(cls, since: datetime, latencies: Iterable[RouteLatency]) -> Self:
        """Present latencies."""
        return cls(since=since, routes=[RouteLatencyResult.of(latency) for latency in latencies])


class ScoreSourceResult(BaseModel):
    """How similarities of one person and of two are spread. samples: behind each reference.

    edges: of n bins, [n + 1]; genuine and impostor: each bin's share of all such comparisons,
    which leaves out what lies beyond the edges. thresholds: ascending, each with the false match
    rate, its 95 % interval and the false non-match rate.
    """

    source: Origin
    samples: int
    description: str
    genuine_comparisons: int
    impostor_comparisons: int
    edges: list[float]
    genuine: list[float]
    impostor: list[float]
    thresholds: list[float]
    false_match_rates: list[float]
    false_non_match_rates: list[float]
    fmr_intervals: list[tuple[float, float]]

    @classmethod
    def of(cls, source: ScoreSource) -> Self:
        """Present a source."""
        spread = source.distribution
        return cls(
            source=source.origin,
            samples=source.samples,
            description=source.description,
            genuine_comparisons=spread.genuine_comparisons,
            impostor_comparisons=spread.impostor_comparisons,
            edges=list(spread.edges),
            genuine=list(spread.genuine),
            impostor=list(spread.impostor),
            thresholds=list(spread.thresholds),
            false_match_rates=list(spread.false_match_rates),
            false_non_match_rates=list(spread.false_non_match_rates),
            fmr_intervals=list(spread.fmr_intervals),
        )


class ScoreFiguresResult(BaseModel):
    """Scores of the calibration, and of who is enrolled here where that is enough people.

    threshold: for the tolerated false match rate, and references of one sample.
    """

    unit: Unit
    target_fmr: float
    threshold: float
    sources: list[ScoreSourceResult]

    @classmethod
    def of(cls, report: ScoreReport) -> Self:
        """Present a report."""
        return cls(
            unit=report.unit,
            target_fmr=report.target,
            threshold=report.threshold,
            sources=[ScoreSourceResult.of(source) for source in report.sources],
        )


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(1000 * seconds, 3)
