"""How often a session compares faces and judges pixels: both cost more than looking at a frame."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mien.core.live.challenge import Challenge, Plan
from mien.core.live.channel import Channel
from mien.core.live.demands import Demand
from mien.core.live.motion import Motion
from mien.core.live.run import LiveRun
from mien.core.liveness import Check, CheckName, LivenessPolicy
from mien.core.template import FaceSample
from tests.people import Person

PLAN = Plan([Demand.TURN_LEFT, Demand.SMILE], [0.5, 0.5])
PERSON = Person(np.random.default_rng(2))
FACE = FaceSample(np.ones(4, np.float32), 1.0)
PASSIVE = Check(CheckName.PASSIVE, 0.9, 0.5)


def run_under(policy: LivenessPolicy) -> LiveRun:
    challenge = Challenge(PLAN, 0.0) if policy.needs_session else None
    return LiveRun(policy, Channel(lambda: "nonce"), Motion(), challenge, random.Random(1))


def compared_frames(run: LiveRun, fps: float, frames: int, *, recognized: bool = True) -> list[int]:
    """Show somebody who does nothing, and return the numbers of the frames that were compared."""
    compared = []
    for number in range(frames):
        at_s = number / fps
        run.observe(PERSON.reading(at_s, None))
        if run.wants_face(at_s):
            run.try_face(at_s)
            compared.append(number)
            if recognized:
                run.add_face(FACE, 5.0 if len(compared) > 1 else None, None)
    return compared


def test_where_there_is_time_faces_are_compared_once_or_twice_a_second_and_nobody_knows_when() -> (
    None
):
    compared = compared_frames(run_under(LivenessPolicy.ACTIVE), 15, 150)[1:]
    gaps = np.diff(compared)
    assert gaps.min() >= 6
    assert gaps.max() <= 15
    assert len(set(gaps)) > 3


def test_where_there_is_little_time_it_is_not_all_spent_on_comparing() -> None:
    assert compared_frames(run_under(LivenessPolicy.ACTIVE), 1.2, 20) == [0, 5, 10, 15]


def test_a_face_that_is_not_recognized_yet_is_tried_sooner() -> None:
    run = run_under(LivenessPolicy.ACTIVE)
    assert compared_frames(run, 1.2, 10, recognized=False) == [0, 3, 6, 9]


def test_without_a_challenge_every_frame_may_be_compared() -> None:
    assert compared_frames(run_under(LivenessPolicy.NONE), 2, 5) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("policy", "judged"), [(LivenessPolicy.ACTIVE, 3), (LivenessPolicy.BOTH, 10)]
)
def test_pixels_are_judged_throughout_only_where_the_policy_asks(
    policy: LivenessPolicy, judged: int
) -> None:
    run, count = run_under(policy), 0
    for _ in range(10):
        wanted = run.wants_pixels_judged
        count += wanted
        run.add_face(FACE, None, PASSIVE if wanted else None)
    assert count == judged
    (passive, *_) = run.liveness().checks
    assert passive.name is CheckName.PASSIVE
    assert passive.parts == {"frames": judged}
