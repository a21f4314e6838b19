from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.quality import QualityLimits
from mien.evaluation.assess import Assessment
from mien.evaluation.comparisons import Comparisons
from mien.evaluation.curves import Curves, trace_curves, trace_discard, trace_errors
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.metrics import false_match_rate, false_non_match_rate
from mien.evaluation.protocol import PairProtocol


def _comparisons(count: int) -> Comparisons:
    rng = np.random.default_rng(4)
    genuine = np.arange(count) % 4 == 0
    scores = (rng.normal(size=count) + 3 * genuine).astype(np.float32)
    people = np.zeros(count, dtype=np.int32)
    return Comparisons(scores, people, people, genuine, int((~genuine).sum()))


@pytest.fixture(scope="module")
def curves(protocol: PairProtocol, photos: EmbeddedPhotos, assessment: Assessment) -> Curves:
    return trace_curves(protocol, photos, assessment, QualityLimits())


def test_a_curve_is_made_of_rates_that_thresholds_have() -> None:
    compared = _comparisons(200)
    curve = trace_errors(compared, "made up")
    genuine = np.sort(compared.scores[compared.genuine])
    impostor = np.sort(compared.scores[~compared.genuine])
    reached = {
        (false_match_rate(impostor, threshold), false_non_match_rate(genuine, threshold))
        for threshold in compared.scores.tolist()
    }
    for fmr, fnmr in zip(curve.fmr.tolist(), curve.fnmr.tolist(), strict=True):
        assert any(np.allclose((fmr, fnmr), rates) for rates in reached)


def test_large_curves_are_thinned_and_small_ones_kept() -> None:
    large, small = (trace_errors(_comparisons(count), "") for count in (400_000, 100))
    assert len(large.fmr) < 4000
    assert np.abs(np.diff(large.fnmr)).max() < 0.01
    assert len(small.fmr) > 10


def test_a_rate_is_certain_from_thirty_errors_of_either_kind_on() -> None:
    compared = _comparisons(4000)
    curve = trace_errors(compared, "")
    errors = np.minimum(curve.fmr * 3000, curve.fnmr * 1000)
    assert np.array_equal(curve.is_certain, errors >= 30 - 1e-9)
    assert 0 < curve.is_certain.sum() < len(curve.fmr)


def test_discarding_the_faces_that_fail_leaves_no_errors() -> None:
    qualities = np.array([0.9, 0.1, 0.8, 0.2, 0.7])
    rejected = np.array([False, True, False, True, False])
    curve = trace_discard(qualities, rejected, 1e-3)
    assert curve.discarded.tolist() == [0, 0.2, 0.4]
    assert curve.fnmr.tolist() == [0.4, 0.25, 0]


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1))
def test_pairs_of_equal_quality_go_together(pairs: list[tuple[float, bool]]) -> None:
    qualities = np.array([quality for quality, _ in pairs])
    rejected = np.array([failed for _, failed in pairs])
    curve = trace_discard(qualities, rejected, 1e-3)
    assert curve.fnmr[0] == pytest.approx(rejected.mean())
    for share, fnmr in zip(curve.discarded.tolist(), curve.fnmr.tolist(), strict=True):
        kept = qualities >= np.sort(qualities)[round(share * len(qualities))]
        assert fnmr == pytest.approx(rejected[kept].mean())
        assert 1 - kept.mean() == pytest.approx(share)


def test_everything_is_drawn_where_people_are_known(curves: Curves) -> None:
    labels = [curve.label for curve in curves.errors]
    assert labels == ["the protocol's pairs", "every photo with every other", *labels[2:]]
    assert [curve.photos for curve in curves.identification] == [1, 3]
    assert len(curves.genuine) + len(curves.impostor) == 476 * 475 // 2


def test_the_discard_curve_begins_at_the_reported_rate(
    curves: Curves, assessment: Assessment
) -> None:
    (point,) = (p for p in assessment.enrolled if (p.sample_count, p.target_fmr) == (1, 1e-3))
    assert curves.discard.fnmr[0] == pytest.approx(point.fnmr.value)


def test_only_pairs_are_drawn_where_people_are_not_known(
    unidentified: PairProtocol, photos: EmbeddedPhotos, unidentified_assessment: Assessment
) -> None:
    curves = trace_curves(unidentified, photos, unidentified_assessment, QualityLimits())
    assert [curve.label for curve in curves.errors] == ["the protocol's pairs"]
    assert curves.identification == ()
    assert len(curves.genuine) + len(curves.impostor) == (
        unidentified_assessment.accuracy.acquired_pairs
    )


def test_kinds_that_do_not_overlap_have_a_curve_all_the_same() -> None:
    compared = _comparisons(100)
    apart = replace(compared, scores=compared.genuine.astype(np.float32))
    curve = trace_errors(apart, "")
    assert len(curve.fmr) == len(curve.fnmr) >= 1
    assert not curve.is_certain.any()
