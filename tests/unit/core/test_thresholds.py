"""What rates may be chosen, and what is kept of one that no longer may."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.scoring import Calibration, Curve, FalseMatchRate
from mien.core.thresholds import strictest, supported, weakest
from mien.errors import InvalidRequestError

CURVE = Curve(
    similarities=(0.0, 0.5, 1.0),
    false_match_rates=(0.5, 1e-3, 1e-6),
    fmr_intervals=((0.5, 0.5), (1e-3, 1e-3), (0.0, 1e-3)),
    false_non_match_rates=(0.0, 0.1, 0.3),
    measured=2,
    likelihood_ratio=(1.0, 0.0),
    impostor_comparisons=10**6,
    genuine_comparisons=10**3,
)
SHORT = replace(CURVE, false_match_rates=(0.1, 1e-3, 1e-4))
CALIBRATION = Calibration("c" * 32, "made up", {1: CURVE, 3: SHORT})


def test_the_range_is_what_every_curve_has() -> None:
    assert (strictest(CALIBRATION), weakest(CALIBRATION)) == (1e-4, 0.1)
    for rate in (strictest(CALIBRATION), weakest(CALIBRATION)):
        CALIBRATION.require(rate)
    for rate in (FalseMatchRate(0.99e-4), FalseMatchRate(0.11)):
        with pytest.raises(InvalidRequestError):
            CALIBRATION.require(rate)


@given(st.floats(1e-12, 1, exclude_max=True))
def test_a_rate_out_of_range_is_kept_as_nearly_as_a_curve_can(rate: float) -> None:
    kept = supported(CURVE, FalseMatchRate(rate))
    CURVE.threshold(kept)
    if CURVE.strictest <= rate <= 0.5:
        assert kept == rate
    else:
        assert kept in (CURVE.strictest, 0.5)
