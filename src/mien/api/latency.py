"""How long requests took, read off this process's own metrics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from prometheus_client import Histogram

_MEDIAN, _P95 = 0.5, 0.95


@dataclass(frozen=True, slots=True)
class RouteLatency:
    """One route's requests. A time is None where it lies beyond the last bucket that ends."""

    route: str
    count: int
    median_s: float | None
    p95_s: float | None


def route_latencies(histogram: Histogram) -> list[RouteLatency]:
    """Return what a histogram by `route` says, the busiest route first."""
    buckets: dict[str, list[tuple[float, int]]] = {}
    for metric in histogram.collect():
        for sample in metric.samples:
            if sample.name.endswith("_bucket"):
                ends = buckets.setdefault(sample.labels["route"], [])
                ends.append((float(sample.labels["le"]), int(sample.value)))
    latencies = (
        RouteLatency(route, ends[-1][1], quantile(_MEDIAN, ends), quantile(_P95, ends))
        for route, ends in buckets.items()
    )
    return sorted(latencies, key=lambda latency: (-latency.count, latency.route))


def quantile(share: float, buckets: Sequence[tuple[float, int]]) -> float | None:
    """Return the value below which a share of all lies, as Prometheus' histogram_quantile.

    buckets: where each ends, ascending to infinity, and how many lie in it and those before it.
    Within a bucket values are taken as evenly spread. None for nothing, and for what lies in the
    bucket without an end, of which nothing is known.
    """
    rank = share * buckets[-1][1]
    for (start, below), (end, so_far) in pairwise([(0.0, 0), *buckets]):
        if so_far > below and so_far >= rank:
            within = (rank - below) / (so_far - below)
            return None if math.isinf(end) else start + (end - start) * within
    return None
