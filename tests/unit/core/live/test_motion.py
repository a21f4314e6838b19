from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from mien.core.geometry import Box
from mien.core.live.challenge import Plan
from mien.core.live.motion import FEATURES, Motion, SequenceModel, features_of
from mien.core.live.reading import Reading
from mien.core.liveness import Check
from tests.meshes import Look, Noise, reading_of
from tests.people import REST, Person, between, meet, random_of

FPS = 15.0


class Says:
    """A model that has one opinion."""

    threshold = 0.5

    def __init__(self, score: float) -> None:
        self._score = score

    def score(self, features: npt.NDArray[np.float32]) -> float:
        assert features.shape[1] == len(FEATURES)
        return self._score


def judged(readings: Sequence[Reading], model: SequenceModel | None = None) -> Check:
    motion = Motion(model)
    for reading in readings:
        motion.observe(reading)
    return motion.check()


def filmed(looks: Sequence[Look], fps: float = FPS) -> list[Reading]:
    rng = np.random.default_rng(7)
    return [
        reading_of(look, number / fps, noise=Noise(), rng=rng) for number, look in enumerate(looks)
    ]


def moving(goal: Look, for_s: float) -> list[Look]:
    """Return a movement there and back, with rest around it."""
    steps = max(2, round(for_s * FPS))
    there = [between(REST, goal, step / steps) for step in range(steps + 1)]
    return [*[REST] * 15, *there, *[goal] * 8, *there[::-1], *[REST] * 15]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("fps", [15, 8])
def test_people_who_do_as_they_are_told_are_one_take(seed: int, fps: float) -> None:
    rng = np.random.default_rng(seed)
    plan = Plan.draw(random_of(seed))

    _, readings = meet(Person(rng), plan, frames_per_s=fps, rng=rng)

    assert judged(readings).passed


@pytest.mark.parametrize(
    "after",
    [
        Look(yaw_deg=28),
        Look(pitch_deg=-25),
        Look(x=0.62),
        Look(y=0.35),
        Look(nearness=1.35),
        Look(yaw_deg=-20, x=0.6, nearness=0.8),
    ],
)
def test_a_cut_is_found(after: Look) -> None:
    check = judged(filmed([REST] * 20 + [after] * 20))

    assert not check.passed
    assert check.parts["one_take"] < 1


@pytest.mark.parametrize("for_s", [0.2, 0.3, 0.6, 1.5])
@pytest.mark.parametrize(
    "goal", [Look(yaw_deg=40), Look(pitch_deg=-25), Look(nearness=1.6), Look(x=0.75)]
)
def test_a_quick_movement_is_no_cut(goal: Look, for_s: float) -> None:
    assert judged(filmed(moving(goal, for_s))).passed


def test_a_gap_in_the_stream_says_nothing_about_movement() -> None:
    before, after = filmed([REST] * 20), filmed([Look(yaw_deg=30)] * 20)
    late = [replace(reading, at_s=reading.at_s + 2.0) for reading in after]

    assert judged([*before, *late]).passed


def test_a_few_frames_are_not_checked() -> None:
    assert judged(filmed([REST] * 7)).score is None
    assert judged(filmed([REST] * 8)).passed


def test_what_is_no_number_is_no_take() -> None:
    readings = filmed([REST] * 20)
    first = readings[10]
    broken = [
        replace(first, pose=replace(first.pose, yaw_deg=np.nan)),
        replace(first, pose=replace(first.pose, distance=np.nan)),
        replace(first, box=Box(np.nan, 0, 1, 1)),
    ]

    for reading in broken:
        for place in (0, 10, 19):
            session = [*readings[:place], reading, *readings[place + 1 :]]
            assert not judged(session).passed


def test_a_model_has_a_say_as_well() -> None:
    readings = filmed([REST] * 20)

    assert judged(readings, Says(0.6)).passed
    refused = judged(readings, Says(0.4))
    assert refused.score == pytest.approx(0.8)
    assert set(refused.parts) == {"one_take", "sequence"}


def test_a_model_cannot_make_up_for_a_cut() -> None:
    cut = filmed([REST] * 20 + [Look(yaw_deg=40)] * 20)

    assert not judged(cut, Says(1.0)).passed


def test_a_model_that_says_no_number_refuses() -> None:
    assert not judged(filmed([REST] * 20), Says(float("nan"))).passed


def test_likeness_is_noted_of_the_newest_reading_and_repeated_until_the_next() -> None:
    motion = Motion()
    for number, likeness in enumerate([None, 4.0, None, None, 2.0, None]):
        motion.observe(reading_of(REST, number / FPS))
        if likeness is not None:
            motion.compare(likeness)

    features = features_of(motion._readings)

    assert features[:, FEATURES.index("likeness")].tolist() == [0, 4, 4, 4, 2, 2]


def test_features_are_in_the_order_of_their_names() -> None:
    look = Look(yaw_deg=10, pitch_deg=-5, roll_deg=3, nearness=1.2, x=0.3)
    first, second = reading_of(REST, 1.0), reading_of(look, 1.5)

    features = features_of([first, second])

    assert features.shape == (2, len(FEATURES))
    assert features.dtype == np.float32
    named = dict(zip(FEATURES, features[1].tolist(), strict=True))
    assert [named[n] for n in ("yaw_deg", "pitch_deg", "roll_deg")] == pytest.approx([10, -5, 3])
    assert named["eyes"] == pytest.approx(second.eyes)
    assert named["x"] == pytest.approx(second.box.center[0] / second.box.width)
    assert named["log_nearness"] == pytest.approx(np.log(second.nearness))
    assert named["after_s"] == pytest.approx(0.5)
    assert features[0, FEATURES.index("after_s")] == 0
