from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from mien.core.face_mesh import FaceMesh
from mien.core.geometry import Box
from mien.core.live.challenge import Challenge, ChallengeFailure, Phase, Plan
from mien.core.live.channel import Channel, ChannelFault, Stamp
from mien.core.live.demands import PROMPTS, Demand
from mien.core.live.motion import Motion
from mien.core.live.reading import Reading
from mien.core.live.run import COMPARED_AFTER_S, ENOUGH_FACES, LiveRun
from mien.core.liveness import Check, CheckName, LivenessPolicy
from mien.core.template import FaceSample
from tests.meshes import photo_of
from tests.people import Person, moments

PLAN = Plan([Demand.TURN_LEFT, Demand.SMILE, Demand.TURN_RIGHT], [0.5, 0.9, 0.6])
FACE = FaceSample(np.ones(4, np.float32), 1.0)

Spoils = Callable[[Reading], Reading]


def as_it_is(reading: Reading) -> Reading:
    return reading


@dataclass
class Session:
    """A run with a person in front of it, and what the service does around it."""

    policy: LivenessPolicy = LivenessPolicy.ACTIVE
    likeness: Callable[[float], float] = lambda _: 5.0
    passive: float | None = None
    spoils: Spoils = as_it_is
    plan: Plan = PLAN
    recognizes: Callable[[float], bool] = lambda _: True
    run: LiveRun = field(init=False)
    last_s: float = 0.0

    def __post_init__(self) -> None:
        numbers = itertools.count()
        channel = Channel(lambda: str(next(numbers)))
        challenge = Challenge(self.plan, 0.0) if self.policy.needs_session else None
        self.run = LiveRun(self.policy, channel, Motion(), challenge, random.Random(1))

    def lead(self, person: Person, fps: float = 15.0, until_s: float = 60.0) -> Session:
        rng = np.random.default_rng(8)
        for number, at_s in enumerate(moments(rng, fps)):
            if self.run.is_over or at_s > until_s:
                break
            self.last_s = at_s
            nonce = self.run.channel.issue(at_s)
            asked = self.run.challenge.demand if self.run.challenge else None
            reading = self.spoils(person.reading(at_s, asked))
            assert self.run.channel.accept(Stamp(nonce, at_s), number.to_bytes(8), at_s)
            self.run.observe(reading)
            if self.run.wants_face(at_s):
                self.run.try_face(at_s)
                if self.recognizes(at_s):
                    self._compare()
        return self

    def _compare(self) -> None:
        likeness = self.likeness(self.last_s) if self.run.faces else None
        judged = None
        if self.policy.needs_passive:
            judged = Check(CheckName.PASSIVE, self.passive, 0.5)
        self.run.add_face(FACE, likeness, judged)

    def check(self, name: CheckName) -> Check:
        return next(check for check in self.run.liveness().checks if check.name is name)


def person(seed: int = 2) -> Person:
    return Person(np.random.default_rng(seed))


@pytest.mark.parametrize("fps", [15.0, 8.0, 5.0])
def test_a_living_person_is_accepted(fps: float) -> None:
    session = Session().lead(person(), fps)

    assert session.run.failure is None
    assert session.run.liveness().accepted
    assert {check.name for check in session.run.liveness().checks} == {
        CheckName.DEMANDS,
        CheckName.RELIEF,
        CheckName.MOTION,
        CheckName.CHANNEL,
        CheckName.SAME_PERSON,
    }


def test_every_answer_is_told_with_the_time_it_took() -> None:
    parts = Session().lead(person()).check(CheckName.DEMANDS).parts

    assert list(parts) == ["1_turn_left_after_s", "2_smile_after_s", "3_turn_right_after_s"]
    assert all(0.2 < after_s < 5 for after_s in parts.values())


def test_a_session_that_is_cut_off_is_not_accepted() -> None:
    session = Session().lead(person(), until_s=6.0)

    assert not session.run.is_over
    assert not session.run.liveness().accepted
    assert session.check(CheckName.DEMANDS).score != 1.0


def test_a_session_without_a_frame_is_not_accepted() -> None:
    liveness = Session().run.liveness()

    assert not liveness.accepted
    assert not any(check.passed for check in liveness.checks)


def test_a_failed_challenge_is_worth_nothing_however_far_it_came() -> None:
    session = Session().lead(person(), until_s=7.0)
    challenge = session.run.challenge
    assert challenge is not None
    assert challenge.answers
    session.run.miss(session.last_s + 5)

    assert session.run.failure is ChallengeFailure.FACE_LOST
    assert session.check(CheckName.DEMANDS).score == 0.0


def test_a_challenge_begins_with_the_first_face_that_was_recognized() -> None:
    session = Session(recognizes=lambda at_s: at_s > 3.0).lead(person(), until_s=2.5)
    challenge = session.run.challenge
    assert challenge is not None
    assert challenge.rest is None

    assert Session(recognizes=lambda at_s: at_s > 3.0).lead(person()).run.liveness().accepted


def test_nobody_who_can_be_recognized_is_nobody() -> None:
    session = Session(recognizes=lambda _: False).lead(person())

    assert session.run.failure is ChallengeFailure.NOT_AT_REST
    assert not session.run.liveness().accepted


def test_somebody_else_in_between_is_refused() -> None:
    session = Session(likeness=lambda at_s: 1.0 if 3 < at_s < 3 + 2 * COMPARED_AFTER_S[1] else 5.0)
    session.lead(person())

    assert session.check(CheckName.DEMANDS).passed
    assert session.check(CheckName.SAME_PERSON).score == 1.0
    assert not session.run.liveness().accepted


@pytest.mark.parametrize("place", [0, 1])
def test_a_likeness_that_is_no_number_is_refused_wherever_it_stands(place: int) -> None:
    run = Session().run
    likenesses = [5.0, 5.0]
    likenesses[place] = float("nan")
    for likeness in [None, *likenesses]:
        run.observe(person().reading(0.0, None))
        run.add_face(FACE, likeness, None)

    assert not next(c for c in run.liveness().checks if c.name is CheckName.SAME_PERSON).passed


def test_the_face_that_answers_has_to_be_the_face_that_is_recognized() -> None:
    """It is looked at after each answer, and waited for after the last, but not for ever."""
    session = Session()

    def until_the_last_answer(_: float) -> bool:
        challenge = session.run.challenge
        return challenge is None or len(challenge.answers) < challenge.count

    session.recognizes = until_the_last_answer
    session.lead(person())

    challenge = session.run.challenge
    assert challenge is not None
    assert challenge.phase is Phase.PASSED
    assert session.check(CheckName.SAME_PERSON).score is None
    assert not session.run.liveness().accepted


def test_a_face_is_compared_now_and_then_and_after_every_answer() -> None:
    session = Session().lead(person())
    compared = len(session.run.faces)

    assert session.last_s / COMPARED_AFTER_S[1] / 2 < compared
    assert compared < session.last_s / COMPARED_AFTER_S[0] + len(PLAN.demands) + 2


def flat(reading: Reading) -> Reading:
    """Return the pose of a head that turns, on a photo that is tilted as far."""
    level = person().reading(0.0, None).mesh
    pose = reading.pose
    return replace(reading, mesh=photo_of(level, pose.yaw_deg, pose.pitch_deg, pose.roll_deg))


def test_a_photo_has_no_relief_even_if_it_were_seen_turning() -> None:
    session = Session(spoils=flat, plan=Plan([Demand.TURN_LEFT, Demand.TURN_RIGHT], [0.4, 0.4]))
    session.lead(person())

    assert session.check(CheckName.DEMANDS).passed
    assert not session.check(CheckName.RELIEF).passed
    assert not session.run.liveness().accepted


def nothing_here(reading: Reading) -> Reading:
    return replace(reading, box=Box(np.nan, np.nan, np.nan, np.nan))


def nowhere(reading: Reading) -> Reading:
    return replace(reading, mesh=FaceMesh(np.full_like(reading.mesh.points, np.nan), 1.0))


def at_no_distance(reading: Reading) -> Reading:
    return replace(reading, pose=replace(reading.pose, distance=np.nan))


def turned_nowhere(reading: Reading) -> Reading:
    return replace(reading, pose=replace(reading.pose, yaw_deg=np.nan, pitch_deg=np.nan))


@pytest.mark.parametrize("spoils", [nothing_here, nowhere, at_no_distance, turned_nowhere])
def test_what_is_no_number_is_nobody_from_the_first_frame_or_from_any_later_one(
    spoils: Spoils,
) -> None:
    for first_s in (0.0, 4.0):

        def now_and_then(reading: Reading, first_s: float = first_s) -> Reading:
            return spoils(reading) if reading.at_s >= first_s else reading

        assert not Session(spoils=now_and_then).lead(person()).run.liveness().accepted


def test_a_fault_of_the_channel_ends_the_session() -> None:
    session = Session().lead(person(), until_s=4.0)
    session.run.channel.accept(Stamp("a guess", 4.1), b"picture", 4.1)

    assert session.run.is_over
    assert session.run.failure is ChannelFault.NONCE_UNKNOWN
    assert session.run.progress().phase is Phase.FAILED
    assert not session.run.liveness().accepted


@pytest.mark.parametrize(("passive", "accepted"), [(0.9, True), (0.1, False), (None, False)])
def test_both_asks_for_living_pixels_as_well(*, passive: float | None, accepted: bool) -> None:
    session = Session(LivenessPolicy.BOTH, passive=passive).lead(person())

    assert session.run.liveness().accepted is accepted


@pytest.mark.parametrize(("passive", "accepted"), [(0.9, True), (0.1, False), (None, False)])
def test_without_a_challenge_faces_are_collected_and_vote(
    *, passive: float | None, accepted: bool
) -> None:
    session = Session(LivenessPolicy.PASSIVE, passive=passive).lead(person())

    assert len(session.run.faces) == ENOUGH_FACES
    assert session.run.progress().phase is Phase.PASSED
    assert session.run.liveness().accepted is accepted


def test_the_middle_of_the_votes_counts_and_one_that_is_missing_is_none() -> None:
    def vote(*scores: float | None) -> Check:
        run = Session(LivenessPolicy.PASSIVE).run
        for score in scores:
            run.add_face(FACE, None, Check(CheckName.PASSIVE, score, 0.5))
        (check,) = run.liveness().checks
        return check

    assert vote(0.1, 0.6, 0.7).score == 0.6
    assert vote(0.9, None, 0.9).score is None
    assert not vote(0.9, float("nan"), 0.9).passed


def test_a_person_is_told_how_far_they_are() -> None:
    session = Session()
    before = session.run.progress()
    session.lead(person())
    after = session.run.progress(hint="come closer", box=Box(0, 0, 1, 1))

    assert (before.phase, before.done, before.total) == (Phase.REST, 0, len(PLAN.demands))
    assert "camera" in before.prompt
    assert (after.phase, after.prompt, after.done) == (Phase.PASSED, "done", len(PLAN.demands))
    assert (after.hint, after.box) == ("come closer", Box(0, 0, 1, 1))


def test_a_demand_is_told_in_words_while_it_is_asked_for_and_never_before() -> None:
    run, actor, prompts = Session().run, person(), set()
    run.add_face(FACE, None, None)
    assert run.challenge is not None
    for at_s in moments(np.random.default_rng(1), 15.0):
        if run.challenge.is_over:
            break
        run.observe(actor.reading(at_s, run.challenge.demand))
        progress = run.progress()
        assert (progress.demand is None) == (progress.phase is not Phase.ASKED)
        prompts.add(progress.prompt)

    assert prompts >= {PROMPTS[demand] for demand in PLAN.demands}
