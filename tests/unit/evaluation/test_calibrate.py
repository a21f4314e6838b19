from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from importlib import resources

import numpy as np
import pytest

from mien.core.matching import Floats, Gist, LearnedFusion
from mien.core.scoring import Calibration, FalseMatchRate
from mien.evaluation.calibrate import (
    SAMPLE_COUNTS,
    calibrate,
    describe_source,
    format_calibration,
)
from mien.evaluation.calibration_curve import RULE_OF_30
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.resampling import People
from mien.inference.calibration import parse_calibration, parse_fusion

RATES = np.logspace(-1, -6, 51)


@pytest.fixture(scope="module")
def calibration(photos: EmbeddedPhotos) -> Calibration:
    return calibrate(photos, "0123abcd", source="made up", rng=np.random.default_rng(0))


@pytest.fixture(scope="module", params=["builtin", "standard"])
def shipped(request: pytest.FixtureRequest) -> Calibration:
    """Each calibration that is shipped, in turn."""
    file = resources.files("mien.inference.calibrations").joinpath(f"{request.param}.json")
    return parse_calibration(file.read_text("utf-8"))


def _require_monotone(calibration: Calibration) -> None:
    for curve in calibration.curves.values():
        assert np.all(np.diff(curve.similarities) > 0)
        assert np.all(np.diff(curve.false_match_rates) < 0)
        assert np.all(np.diff(curve.false_non_match_rates) >= 0)
        assert len(curve.similarities) == len(curve.false_match_rates)
        assert len(curve.similarities) == len(curve.false_non_match_rates)
        assert len(curve.similarities) == len(curve.fmr_intervals)
        assert 0 < curve.strictest < curve.false_match_rates[0] <= 0.99


def test_curves_are_monotone(calibration: Calibration) -> None:
    assert tuple(calibration.curves) == SAMPLE_COUNTS
    _require_monotone(calibration)


def test_nobody_can_be_recognized_by_a_photo_that_is_enrolled(photos: EmbeddedPhotos) -> None:
    """With three photos each, references of one and two leave a photo; of three, none."""
    few = np.concatenate([np.flatnonzero(photos.people == n)[:3] for n in range(80)])
    kept = replace(
        photos,
        acquired=tuple(photos.acquired[place] for place in few),
        embeddings=photos.embeddings[few],
        people=photos.people[few],
        qualities=tuple(photos.qualities[place] for place in few),
        central=photos.central[few],
    )
    found = calibrate(kept, "0123abcd", source="made up", rng=np.random.default_rng(0))
    assert tuple(found.curves) == (1, 2)


def test_others_than_the_photos_own_matcher_can_compare(photos: EmbeddedPhotos) -> None:
    """Such as a fusion that has not seen the people it compares."""

    def halved(first: Gist, _mine: People, second: Gist, _theirs: People) -> Floats:
        return photos.matcher.compare_all(first, second) / np.float32(2)

    own, halves = (
        calibrate(photos, "", source="", rng=np.random.default_rng(0), compare=compare).curves[1]
        for compare in (None, halved)
    )
    assert halves.measured == own.measured
    assert np.allclose(
        halves.similarities[: own.measured],
        np.array(own.similarities[: own.measured]) / 2,
        atol=2e-6,
    )


def test_what_is_written_can_be_read(calibration: Calibration) -> None:
    text = format_calibration(calibration)
    assert parse_calibration(text) == calibration
    assert parse_fusion(text) is None


def test_a_fusion_is_written_beside_its_curves(calibration: Calibration) -> None:
    fusion = LearnedFusion(
        center=np.array([0.5, 2.0], np.float32),
        scale=np.array([0.25, 4.0], np.float32),
        hidden=np.array([[1.0, 0.125], [0.5, -3.0]], np.float32),
        hidden_bias=np.array([-1.0, 0.75], np.float32),
        output=np.array([3.0, -0.5], np.float32),
        output_bias=0.5,
    )
    text = format_calibration(calibration, fusion)
    assert parse_calibration(text) == calibration
    read = parse_fusion(text)
    assert read is not None
    for field in fields(LearnedFusion):
        assert np.array_equal(getattr(read, field.name), getattr(fusion, field.name))


def test_the_source_says_what_was_measured_when_and_how(
    protocol: PairProtocol, photos: EmbeddedPhotos
) -> None:
    source = describe_source(
        protocol, photos, today=date(2026, 11, 21), command="mien calibrate nowhere"
    )
    assert "nowhere: 476 of 480 photos" in source
    assert "of 80 people" in source
    assert "2026-11-21" in source
    assert source.endswith("mien calibrate nowhere")


def test_a_shipped_calibration_is_monotone(shipped: Calibration) -> None:
    assert tuple(shipped.curves) == SAMPLE_COUNTS
    _require_monotone(shipped)


def test_a_shipped_calibration_supports_what_it_is_used_for(shipped: Calibration) -> None:
    for curve in shipped.curves.values():
        for target in (1e-2, 1e-3, 1e-4, 1e-5):
            curve.threshold(FalseMatchRate(target))
        strictest_measured = curve.false_match_rates[curve.measured - 1]
        assert strictest_measured * curve.impostor_comparisons >= RULE_OF_30
        assert not curve.is_extrapolated(FalseMatchRate(1e-4))


def test_in_a_shipped_calibration_more_samples_mean_a_higher_threshold(
    shipped: Calibration,
) -> None:
    # Calibration.curve rounds sample counts up, which is safe only if this holds.
    thresholds = np.array(
        [
            [curve.threshold(FalseMatchRate(rate)) for rate in RATES]
            for _, curve in sorted(shipped.curves.items())
        ]
    )
    assert np.all(np.diff(thresholds, axis=0) > 0)
