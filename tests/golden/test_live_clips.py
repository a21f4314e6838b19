"""Challenges on filmed people: what a clip shows it may pass, and nothing else.

Clips of others are measured with and never copied: see ../shared/data/videos.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest

from mien.core.live.challenge import Phase, Plan
from mien.core.live.demands import Demand
from mien.core.live.motion import Motion
from mien.core.live.reading import Reading
from mien.inference import catalogue
from mien.inference.detection.yunet import YuNetDetector
from mien.inference.landmarks.face_mesh import FaceMesher
from mien.inference.landmarks.tracker import MeshTracker
from mien.learning.clips import read_clip
from tests.golden.downloads import MODELS, load_downloaded
from tests.people import Person, loop, meet, play, random_of
from tests.support import skip_without

CLIPS = MODELS.parent / "data" / "videos"

ReadClip = Callable[[str], Sequence[Reading]]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> ReadClip:
    if not CLIPS.is_dir():
        skip_without(f"{CLIPS} is not there")
    folder = tmp_path_factory.mktemp("downloaded")
    detector = YuNetDetector(load_downloaded(catalogue.YUNET, folder))
    mesher = FaceMesher(load_downloaded(catalogue.FACE_MESH, folder))
    tracker = MeshTracker((detector,), mesher)

    @cache
    def read(name: str) -> Sequence[Reading]:
        return read_clip(CLIPS / name, tracker)

    return read


def exactly(*demands: Demand) -> Plan:
    return Plan(demands, [0.0] * len(demands))


@pytest.mark.parametrize(
    ("name", "demands"),
    [
        ("real_apfol.webm", [Demand.TURN_LEFT, Demand.TURN_RIGHT, Demand.TURN_LEFT]),
        ("talking_face_instanthigh.mp4", [Demand.TURN_LEFT]),
    ],
)
def test_people_complete_what_they_do(clip: ReadClip, name: str, demands: list[Demand]) -> None:
    starts = range(0, len(clip(name)), 5)

    ends = [play(clip(name)[start:], exactly(*demands)) for start in starts]

    passed = [end for end in ends if end.phase is Phase.PASSED]
    assert passed
    assert all((answer.relief or 0) > 0.03 for answer in passed[0].answers)


def test_eyes_that_are_closed_for_seconds_are_seen_to_be(clip: ReadClip) -> None:
    readings = clip("closed_eyes_fellway.mp4")
    starts = range(0, len(readings), 5)

    assert any(
        play(readings[start:], exactly(Demand.BLINK)).phase is Phase.PASSED for start in starts
    )


@pytest.mark.parametrize(
    "name",
    [
        "real_apfol.webm",
        "talking_face_instanthigh.mp4",
        "closed_eyes_fellway.mp4",
        "replay_fake_wolfhuo.mp4",
    ],
)
def test_no_clip_passes_plans_that_it_was_not_made_for(clip: ReadClip, name: str) -> None:
    rng = np.random.default_rng(1)
    readings = clip(name)

    passed = [
        play(loop(readings, int(rng.integers(len(readings)))), Plan.draw(random_of(seed))).phase
        is Phase.PASSED
        for seed in range(30)
    ]

    assert sum(passed) <= 1


@pytest.mark.parametrize("name", ["closed_eyes_fellway.mp4", "talking_face_instanthigh.mp4"])
def test_a_camera_that_films_a_person_is_one_take(clip: ReadClip, name: str) -> None:
    motion = Motion()
    for reading in clip(name):
        motion.observe(reading)

    assert motion.check().passed


def test_recordings_made_for_one_plan_do_not_pass_another() -> None:
    """One in two hundred plans begins as the one that was recorded: benchmarks/live_chance.py."""
    passed = 0
    for seed in range(16):
        rng = np.random.default_rng(seed)
        made_for, met = Plan.draw(random_of(seed)), Plan.draw(random_of(1000 + seed))
        _, recorded = meet(Person(rng), made_for, frames_per_s=15, rng=rng)
        passed += play(recorded, met).phase is Phase.PASSED

    assert passed <= 1
