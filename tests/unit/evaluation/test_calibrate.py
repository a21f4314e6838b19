from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import EmbeddingContract
from mien.errors import InvalidRequestError
from mien.evaluation.calibrate import (
    RULE_OF_30,
    SAMPLE_COUNTS,
    calibrate,
    describe_source,
    format_calibration,
    measure_curve,
)
from mien.evaluation.comparisons import Comparisons
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.lfw import PairProtocol
from mien.inference.calibration import load_builtin_calibration, parse_calibration
from mien.inference.pipeline import CONTRACT

FAKE = EmbeddingContract("fake", "fake", "fake", "fake", "fake", 32)
RATES = np.logspace(-1, -4, 31)


def _comparisons(impostors: int, genuine: int) -> Comparisons:
    rng = np.random.default_rng(4)
    scores = np.concatenate([rng.normal(0, 0.1, impostors), rng.normal(0.7, 0.1, genuine)])
    references = np.zeros(impostors + genuine, dtype=np.int32)
    probes = np.concatenate([np.ones(impostors), np.zeros(genuine)]).astype(np.int32)
    return Comparisons(scores.astype(np.float32), references, probes, impostors)


@pytest.fixture(scope="module")
def calibration(photos: EmbeddedPhotos) -> Calibration:
    return calibrate(photos, FAKE, source="made up", rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def builtin() -> Calibration:
    return load_builtin_calibration(CONTRACT)


def _require_monotone(calibration: Calibration) -> None:
    for curve in calibration.curves.values():
        assert np.all(np.diff(curve.similarities) > 0)
        assert np.all(np.diff(curve.false_match_rates) < 0)
        assert np.all(np.diff(curve.false_non_match_rates) >= 0)
        assert len(curve.similarities) == len(curve.false_match_rates)
        assert len(curve.similarities) == len(curve.false_non_match_rates)
        assert 0 < curve.strictest < curve.false_match_rates[0] <= 0.99


def test_curves_are_monotone(calibration: Calibration) -> None:
    assert tuple(calibration.curves) == SAMPLE_COUNTS
    _require_monotone(calibration)


def test_thresholds_reproduce_their_rates() -> None:
    comparisons = _comparisons(100_000, 1000)
    curve = measure_curve(comparisons)
    impostor = comparisons.scores[~comparisons.genuine]
    genuine = comparisons.scores[comparisons.genuine]
    for threshold, fmr, fnmr in zip(
        curve.similarities, curve.false_match_rates, curve.false_non_match_rates, strict=True
    ):
        assert (impostor >= threshold).mean() == pytest.approx(fmr, rel=1e-5)
        assert (genuine < threshold).mean() == pytest.approx(fnmr, rel=1e-5)


def test_nothing_is_promised_beyond_thirty_errors() -> None:
    curve = measure_curve(_comparisons(100_000, 1000))
    assert curve.strictest * 100_000 >= RULE_OF_30
    assert curve.strictest * 100_000 < RULE_OF_30 * 2


def test_repeated_impostors_support_no_stricter_rate() -> None:
    once = _comparisons(100_000, 1000)
    repeated = Comparisons(once.scores, once.references, once.probes, distinct_impostors=10_000)
    assert measure_curve(repeated).strictest == pytest.approx(
        10 * measure_curve(once).strictest, rel=0.1
    )


@pytest.mark.parametrize(("impostors", "genuine"), [(0, 10), (30, 10), (10_000, 0)])
def test_too_few_comparisons_are_refused(impostors: int, genuine: int) -> None:
    with pytest.raises(InvalidRequestError, match="too few"):
        measure_curve(_comparisons(impostors, genuine))


def test_what_is_written_can_be_read(calibration: Calibration) -> None:
    assert parse_calibration(format_calibration(calibration)) == calibration


def test_the_source_says_what_was_measured(protocol: PairProtocol, photos: EmbeddedPhotos) -> None:
    source = describe_source(protocol, photos, date(2026, 11, 21))
    assert "476 of 480 photos" in source
    assert "2026-11-21" in source
    assert "mien evaluate nowhere --write-calibration" in source


def test_the_shipped_calibration_is_of_the_shipped_models(builtin: Calibration) -> None:
    assert builtin.contract == CONTRACT.digest
    assert tuple(builtin.curves) == SAMPLE_COUNTS
    _require_monotone(builtin)


def test_the_shipped_calibration_supports_what_it_is_used_for(builtin: Calibration) -> None:
    for curve in builtin.curves.values():
        for target in (1e-2, 1e-3, 1e-4):
            curve.threshold(FalseMatchRate(target))
        assert curve.strictest * curve.impostor_comparisons >= RULE_OF_30


def test_in_the_shipped_calibration_more_samples_mean_a_higher_threshold(
    builtin: Calibration,
) -> None:
    # Calibration.curve rounds sample counts up, which is safe only if this holds.
    thresholds = np.array(
        [
            [curve.threshold(FalseMatchRate(rate)) for rate in RATES]
            for _, curve in sorted(builtin.curves.items())
        ]
    )
    assert np.all(np.diff(thresholds, axis=0) > 0)
