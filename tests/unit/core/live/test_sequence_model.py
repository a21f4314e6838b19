from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.live.motion import FEATURES, Motion
from mien.core.live.sequence_model import INPUTS, Floats, GatedSequence, Gates, Standard
from tests.people import Person


def random_model(seed: int = 1, width: int = 6) -> GatedSequence:
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> Floats:
        return rng.normal(0, 0.5, shape).astype(np.float32)

    return GatedSequence(
        Standard(draw(INPUTS), np.abs(draw(INPUTS)) + np.float32(0.5)),
        Gates(draw(3 * width, INPUTS), draw(3 * width, width), draw(3 * width), draw(3 * width)),
        draw(2 * width),
        0.1,
        threshold=0.5,
    )


def features(rows: int, seed: int = 0, size: float = 1.0) -> Floats:
    rng = np.random.default_rng(seed)
    return rng.normal(0, size, (rows, len(FEATURES))).astype(np.float32)


@given(seed=st.integers(0, 1000), rows=st.integers(1, 60), size=st.floats(0, 1e6))
def test_every_session_has_a_score_between_0_and_1(seed: int, rows: int, size: float) -> None:
    assert 0 <= random_model(seed).score(features(rows, seed, size)) <= 1


def test_one_number_that_is_none_makes_the_score_none_and_the_session_fail() -> None:
    broken = features(20)
    broken[7, 3] = np.nan

    assert np.isnan(random_model().score(broken))


def test_the_order_of_a_session_matters() -> None:
    session = features(20)

    assert random_model().score(session) != pytest.approx(random_model().score(session[::-1]))


def test_what_is_further_off_than_anything_seen_counts_as_six_deviations() -> None:
    standard = Standard.of([features(200)])

    assert np.abs(standard.inputs(features(20, size=1e9))).max() == 6


def test_inputs_are_standardized_values_and_changes() -> None:
    sessions = [features(400, seed, size=3.0) + np.float32(10) for seed in range(5)]
    standard = Standard.of(sessions)

    inputs = np.concatenate([standard.inputs(session) for session in sessions])

    assert inputs.shape == (2000, INPUTS)
    assert inputs.mean(axis=0) == pytest.approx(np.zeros(INPUTS), abs=0.05)
    assert inputs.std(axis=0) == pytest.approx(np.ones(INPUTS), abs=0.05)
    assert standard.inputs(sessions[0][:1] * 0)[0, len(FEATURES) :] == pytest.approx(
        -standard.center[len(FEATURES) :] / standard.scale[len(FEATURES) :], abs=1e-5
    )


@pytest.mark.parametrize(("threshold", "passes"), [(0.0, True), (1.0, False)])
def test_a_session_is_held_against_its_threshold(*, threshold: float, passes: bool) -> None:
    person, motion = Person(np.random.default_rng(1)), Motion()
    motion = Motion(replace(random_model(), threshold=threshold))
    for number in range(40):
        motion.observe(person.reading(number / 15, None))

    assert motion.check().passed is passes
