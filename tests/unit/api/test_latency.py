"""Latency off the metrics, as Prometheus itself would tell it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.api.latency import quantile, route_latencies
from mien.api.observability import Metrics

ENDS = (0.1, 0.2, 0.5, 1.0, math.inf)


def buckets(*counts: int) -> list[tuple[float, int]]:
    """Counts of each bucket, one after another, as they are kept: with those before."""
    return [(end, sum(counts[: place + 1])) for place, end in enumerate(ENDS)]


def test_a_quantile_lies_evenly_within_its_bucket() -> None:
    assert quantile(0.5, buckets(0, 10, 0, 0, 0)) == pytest.approx(0.15)
    assert quantile(0.95, buckets(0, 10, 0, 0, 0)) == pytest.approx(0.195)
    assert quantile(0.5, buckets(4, 0, 4, 0, 0)) == pytest.approx(0.1)
    assert quantile(0.95, buckets(90, 0, 0, 10, 0)) == pytest.approx(0.75)


def test_nothing_is_told_of_nothing_and_of_what_has_no_end() -> None:
    assert quantile(0.5, buckets(0, 0, 0, 0, 0)) is None
    assert quantile(0.95, buckets(9, 0, 0, 0, 1)) is None
    assert quantile(0.5, buckets(9, 0, 0, 0, 1)) is not None


@given(st.lists(st.integers(0, 50), min_size=5, max_size=5), st.sampled_from([0.5, 0.95]))
def test_a_quantile_is_in_the_bucket_where_that_many_are_reached(
    counts: list[int], share: float
) -> None:
    found, kept = quantile(share, buckets(*counts)), buckets(*counts)
    if found is None:
        assert sum(counts) == 0 or kept[-2][1] < share * kept[-1][1]
        return
    below = max((so_far for end, so_far in kept if end < found), default=0)
    upto = min(so_far for end, so_far in kept if end >= found)
    assert below <= share * sum(counts) <= upto


def test_routes_are_told_the_busiest_first() -> None:
    metrics = Metrics()
    for seconds in (0.015, 0.015, 30.0, 30.0):
        metrics.latency_s.labels("/slow").observe(seconds)
    metrics.latency_s.labels("/quick").observe(0.001)
    slow, quick = route_latencies(metrics.latency_s)
    assert (slow.route, slow.count, slow.p95_s) == ("/slow", 4, None)
    assert slow.median_s == pytest.approx(0.02)
    assert (quick.route, quick.count) == ("/quick", 1)
    assert quick.median_s == pytest.approx(0.0025)
