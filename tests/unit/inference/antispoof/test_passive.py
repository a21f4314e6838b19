from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.core.liveness import CheckName
from mien.inference.antispoof.minifas import MiniFas
from mien.inference.antispoof.passive import THRESHOLD, PassiveDetector, fuse
from mien.inference.antispoof.trained import TrainedNetwork
from tests.unit.inference.antispoof.stand_ins import StandInNetwork

FACE = Box(165.0, 110.0, 345.0, 340.0)


@pytest.fixture(scope="module")
def photo(grace_hopper: Pixels) -> Image:
    return Image(grace_hopper)


def _detector(real: float) -> PassiveDetector:
    return PassiveDetector([MiniFas(StandInNetwork(real, 0.0))])


def test_without_a_network_nothing_is_checked_and_nothing_passes(photo: Image) -> None:
    detector = PassiveDetector([])
    check = detector.assess(photo, FACE)
    assert not detector.can_check
    assert check.name is CheckName.PASSIVE
    assert check.score is None
    assert not check.passed


def test_a_face_that_no_network_can_see_is_not_checked(photo: Image) -> None:
    check = _detector(12.0).assess(photo, Box(-90.0, -90.0, -10.0, -10.0))
    assert check.score is None
    assert not check.passed


def test_the_score_is_the_sum_of_the_votes_that_are_told(photo: Image) -> None:
    check = PassiveDetector(
        [MiniFas(StandInNetwork(1.0, 0.0)), TrainedNetwork(StandInNetwork(0.5))]
    ).assess(photo, FACE)
    assert set(check.parts) == {"minifas", "trained", "detail", "chroma", "moire"}
    assert check.score == pytest.approx(fuse(check.parts.values()))
    assert check.threshold == THRESHOLD


def test_a_network_decides_in_the_end(photo: Image) -> None:
    assert _detector(12.0).assess(photo, FACE).passed
    assert not _detector(-12.0).assess(photo, FACE).passed


@pytest.mark.parametrize("answer", [math.nan, math.inf])
def test_an_answer_that_is_no_number_is_an_attack(photo: Image, answer: float) -> None:
    network = StandInNetwork(answer, answer)  # the difference is NaN
    check = PassiveDetector([MiniFas(network)]).assess(photo, FACE)
    assert check.score == 0.0
    assert not check.passed
    assert all(math.isfinite(bits) for bits in check.parts.values())


@given(st.lists(st.floats(-4, 4), max_size=8), st.floats(0, 4))
def test_a_score_is_a_probability_that_grows_with_every_vote(
    votes: list[float], more: float
) -> None:
    score = fuse(votes)
    assert 0 < score < 1
    assert fuse([*votes, more]) >= score
