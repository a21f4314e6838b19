"""What one frame of a live session says; photos are text, and the face in them is made of numbers.

See conftest.py: `ada:7` shows ada, `wall` nobody, `crowd` several people, `dark:1` too little.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field

import numpy as np
import pytest

from mien.core.face_mesh import FaceMesh
from mien.core.geometry import Box
from mien.core.image import Image
from mien.core.live.challenge import Challenge, Plan
from mien.core.live.channel import Channel, ChannelFault, Stamp
from mien.core.live.demands import Demand
from mien.core.live.motion import Motion
from mien.core.live.run import LiveRun, Progress
from mien.core.liveness import Check, CheckName, LivenessPolicy
from mien.core.matching import Matcher
from mien.core.pose import HeadPose
from mien.core.quality import QualityLimits
from mien.core.scoring import Calibration
from mien.service.live.frames import Frame, FrameReader
from tests.people import Person
from tests.unit.service.conftest import CONTRACT, CURVE, PARTS, FakeAnalyzer, decode

FRAME_S = 1 / 15


class FakeTracker:
    """Sees a face that keeps still, in every photo but those of walls."""

    def __init__(self) -> None:
        self.before: list[FaceMesh | None] = []
        self._still = Person(np.random.default_rng(2)).reading(0.0, None)

    def track(self, image: Image, before: FaceMesh | None) -> tuple[FaceMesh, HeadPose] | None:
        self.before.append(before)
        text = image.pixels.tobytes().rstrip(b"\0").decode()
        return None if text.startswith("wall") else (self._still.mesh, self._still.pose)


class FakeAttacks:
    """Calls everything real."""

    def assess(self, image: Image, box: Box) -> Check:  # noqa: ARG002 the port's form
        return Check(CheckName.PASSIVE, 0.9, 0.5)


@dataclass
class Camera:
    """One session, and a camera that sends text."""

    policy: LivenessPolicy = LivenessPolicy.ACTIVE
    tracker: FakeTracker = field(default_factory=FakeTracker)
    run: LiveRun = field(init=False)
    now_s: float = 0.0

    def __post_init__(self) -> None:
        numbers = itertools.count()
        challenge = Challenge(Plan([Demand.TURN_LEFT, Demand.SMILE], [0.5, 0.5]), 0.0)
        channel = Channel(lambda: str(next(numbers)))
        self.run = LiveRun(self.policy, channel, Motion(), challenge, random.Random(1))
        self._reader = FrameReader(
            self.run,
            decode,
            self.tracker,
            FakeAnalyzer(),
            Matcher(PARTS, None),
            Calibration(CONTRACT.digest, "made up", {1: CURVE}),
            QualityLimits(),
            FakeAttacks(),
        )
        self._rng = np.random.default_rng(3)

    def show(self, text: str, *, stamped: bool = True) -> Progress:
        self.now_s += FRAME_S + float(self._rng.uniform(0, 0.004))
        nonce = self.run.channel.issue(self.now_s)
        stamp = Stamp(nonce, self.now_s) if stamped else None
        return self._reader.read(Frame(text.encode(), stamp, self.now_s))

    def checks(self) -> dict[CheckName, Check]:
        return {check.name: check for check in self.run.liveness().checks}


def test_what_cannot_be_read_is_said_and_not_the_end() -> None:
    camera = Camera()
    assert camera.show("broken").hint == "the frame could not be read"
    assert not camera.run.is_over
    assert camera.show("ada:1").hint is None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("wall", "no face: look into the camera"),
        ("crowd", "one person at a time"),
        ("dark:1", "put more light on the face"),
    ],
)
def test_what_is_wrong_with_the_face_is_said(text: str, hint: str) -> None:
    camera = Camera()
    progress = camera.show(text)
    assert progress.hint == hint
    assert not camera.run.faces
    assert (progress.box is None) == (text == "wall")


def test_the_points_to_draw_lie_in_the_box_and_are_gone_with_the_face() -> None:
    camera = Camera()
    progress = camera.show("ada:1")
    box, landmarks = progress.box, progress.landmarks
    assert box is not None
    assert landmarks is not None
    assert len(landmarks) == 7
    assert all(box.left <= x <= box.right and box.top <= y <= box.bottom for x, y in landmarks)
    eyes, nose, mouth = landmarks[:4], landmarks[4], landmarks[5:]
    assert [x for x, _ in eyes] == sorted(x for x, _ in eyes)
    assert all(above[1] < nose[1] < below[1] for above in eyes for below in mouth)
    assert camera.show("wall").landmarks is None


def test_the_face_is_looked_for_where_it_was_until_it_is_gone() -> None:
    camera = Camera()
    for text in ("ada:1", "ada:2", "wall:1", "ada:3"):
        camera.show(text)
    assert [before is None for before in camera.tracker.before] == [True, False, False, True]


def test_a_picture_that_comes_again_ends_the_session_before_anybody_looks_at_it() -> None:
    camera = Camera()
    for text in ("ada:1", "ada:2", "ada:1"):
        camera.show(text)
    assert camera.run.failure is ChannelFault.REPEATED
    assert camera.run.is_over
    assert len(camera.tracker.before) == 2


def test_pictures_without_a_stamp_are_not_compared_with_each_other() -> None:
    camera = Camera()
    for _ in range(3):
        camera.show("ada:1", stamped=False)
    assert camera.run.failure is None


@pytest.mark.parametrize(("later", "passed"), [("ada", True), ("bob", False)])
def test_the_face_has_to_stay_the_same_person(later: str, *, passed: bool) -> None:
    camera = Camera()
    for number in range(40):
        camera.show(f"{'ada' if number < 20 else later}:{number}")
    assert len(camera.run.faces) == 4
    assert camera.checks()[CheckName.SAME_PERSON].passed is passed


@pytest.mark.parametrize(
    ("policy", "judged"), [(LivenessPolicy.ACTIVE, 3), (LivenessPolicy.BOTH, 4)]
)
def test_pixels_are_judged_with_the_faces_that_are_compared(
    policy: LivenessPolicy, judged: int
) -> None:
    camera = Camera(policy)
    for number in range(40):
        camera.show(f"ada:{number}")
    assert camera.checks()[CheckName.PASSIVE].parts == {"frames": judged}
