"""MiniFAS, the MiniFASNets, and what an operator trains: each in its own crop."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.antispoof import minifas, minifasnet, trained
from mien.inference.antispoof.minifas import MiniFas
from mien.inference.antispoof.minifasnet import MiniFasNetPair
from mien.inference.antispoof.trained import TrainedNetwork
from mien.inference.antispoof.votes import LARGEST_VOTE, Witness
from tests.unit.inference.antispoof.stand_ins import StandInNetwork

FACE = Box(180.0, 70.0, 270.0, 180.0)
NOWHERE = Box(-90.0, -90.0, -10.0, -10.0)


@pytest.fixture(scope="module")
def photo(astronaut: Pixels) -> Image:
    return Image(astronaut)


def test_minifas_sees_one_crop_and_doubts_its_log_odds(photo: Image) -> None:
    network = StandInNetwork(2.0, -1.0)
    votes = MiniFas(network).vote(photo, FACE)
    assert votes == {minifas.NAME: pytest.approx(1.0)}
    (shown,) = network.shown
    np.testing.assert_array_equal(shown[0], minifas.crop(photo, FACE))
    assert shown.shape == (1, 128, 128, 3)


def test_the_pair_sees_a_near_and_a_far_crop(photo: Image) -> None:
    near, far = StandInNetwork(0.0, 5.0, 0.0), StandInNetwork(0.0, 5.0, 0.0)
    votes = MiniFasNetPair(near, far).vote(photo, FACE)
    assert votes[minifasnet.NAME] > 0
    assert near.shown[0].shape == far.shown[0].shape == (1, 80, 80, 3)
    assert not np.array_equal(near.shown[0], far.shown[0])


@pytest.mark.parametrize("looks", [(0, 0), (2, 2), (0, 2)])
def test_for_the_pair_only_the_second_of_three_classes_is_real(
    photo: Image, looks: tuple[int, int]
) -> None:
    networks = [StandInNetwork(*(6.0 * (place == sure) for place in range(3))) for sure in looks]
    assert MiniFasNetPair(*networks).vote(photo, FACE)[minifasnet.NAME] < 0


def test_the_pair_is_as_sure_as_the_mean_of_its_probabilities(photo: Image) -> None:
    sure, against = StandInNetwork(0.0, 50.0, 0.0), StandInNetwork(50.0, 0.0, 0.0)
    votes = MiniFasNetPair(sure, against).vote(photo, FACE)
    assert votes[minifasnet.NAME] == pytest.approx(0.0, abs=1e-6)


def test_the_trained_network_votes_its_log_odds(photo: Image) -> None:
    network = StandInNetwork(-1.25)
    assert TrainedNetwork(network).vote(photo, FACE) == {trained.NAME: pytest.approx(-1.25)}
    assert network.shown[0].shape == (1, 112, 112, 3)


@pytest.mark.parametrize(
    ("witness", "sign"),
    [
        (MiniFas(StandInNetwork(900.0, 0.0)), 1),
        (MiniFas(StandInNetwork(0.0, 900.0)), -1),
        (TrainedNetwork(StandInNetwork(900.0)), 1),
        (TrainedNetwork(StandInNetwork(-900.0)), -1),
    ],
)
def test_no_network_outvotes_everything(photo: Image, witness: Witness, sign: int) -> None:
    assert list(witness.vote(photo, FACE).values()) == [sign * LARGEST_VOTE]


@pytest.mark.parametrize(
    "witness",
    [
        MiniFas(StandInNetwork(1.0, 0.0)),
        MiniFasNetPair(StandInNetwork(0.0, 1.0, 0.0), StandInNetwork(0.0, 1.0, 0.0)),
        TrainedNetwork(StandInNetwork(1.0)),
    ],
)
def test_a_face_outside_of_the_image_gets_no_vote(photo: Image, witness: Witness) -> None:
    assert witness.vote(photo, NOWHERE) == {}


def test_an_answer_that_is_no_number_stays_none(photo: Image) -> None:
    (bits,) = MiniFas(StandInNetwork(math.nan, 0.0)).vote(photo, FACE).values()
    assert math.isnan(bits)
