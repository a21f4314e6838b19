from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.core.face_mesh import FaceMesh
from mien.core.live.challenge import Challenge, ChallengeFailure, Phase, Plan
from mien.core.live.demands import TURNS, Demand, allowed_with
from mien.core.live.reading import Reading
from tests.meshes import SILENT, Look, reading_of
from tests.people import REST, Person, Tempo, meet, random_of

_LONGEST_S = {Phase.REST: 10.0, Phase.PAUSE: 4.0 + 1.2, Phase.ASKED: 5.0}
"""The windows; each ends with the first frame after it."""

FPS = 15.0
LEFT = Look(yaw_deg=25)
RIGHT = Look(yaw_deg=-25)
SHUT = Look(shut=1.0)
LOOK_OF = {
    Demand.SMILE: Look(smile=1.3),
    Demand.LOOK_UP: Look(pitch_deg=-18),
    Demand.LOOK_DOWN: Look(pitch_deg=18),
    Demand.OPEN_MOUTH: Look(mouth=0.5),
}


@cache
def seen(look: Look) -> Reading:
    return reading_of(look)


def rested(*demands: Demand, pauses_s: float = 0.0) -> tuple[Challenge, float]:
    """Return a challenge that is about to ask for the first demand, and the time."""
    challenge = Challenge(Plan(demands, [pauses_s] * len(demands)), 0.0)
    at_s = 0.0
    while challenge.phase is Phase.REST:
        challenge.observe(replace(seen(REST), at_s=at_s))
        at_s += 1 / FPS
    return challenge, at_s


def hold(challenge: Challenge, look: Look, at_s: float, for_s: float, fps: float = FPS) -> float:
    """Show one look for a while, or until the challenge is over; return the time."""
    for number in range(max(1, round(for_s * fps))):
        challenge.observe(replace(seen(look), at_s=at_s + number / fps))
    return at_s + max(1, round(for_s * fps)) / fps


@pytest.mark.parametrize("fps", [15, 8, 5, 3])
@pytest.mark.parametrize("seed", range(12))
def test_whoever_does_as_they_are_told_passes_any_plan(seed: int, fps: float) -> None:
    rng, plan = np.random.default_rng(seed), Plan.draw(random_of(seed))

    challenge, _ = meet(Person(rng), plan, frames_per_s=fps, rng=rng)

    assert challenge.failure is None
    assert [answer.demand for answer in challenge.answers] == plan.demands


@pytest.mark.parametrize("demand", Demand)
def test_every_demand_can_be_met(demand: Demand) -> None:
    rng = np.random.default_rng(3)
    plan = Plan([demand, Demand.TURN_LEFT if demand in TURNS else demand], [0.5, 0.5])

    challenge, _ = meet(Person(rng), plan, frames_per_s=15, rng=rng)

    assert challenge.phase is Phase.PASSED


def test_what_is_asked_for_is_told_only_when_it_is_due() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT, pauses_s=1.0)

    assert (challenge.phase, challenge.demand) == (Phase.PAUSE, None)
    hold(challenge, REST, at_s, 1.2)
    assert (challenge.phase, challenge.demand) == (Phase.ASKED, Demand.TURN_LEFT)


def test_an_answer_says_how_long_it_took_and_a_turn_how_far_the_nose_stands_out() -> None:
    challenge, at_s = rested(Demand.TURN_RIGHT, Demand.SMILE)
    at_s = hold(challenge, REST, at_s, 0.8)
    at_s = hold(challenge, RIGHT, at_s, 0.6)
    at_s = hold(challenge, REST, at_s, 0.8)
    hold(challenge, Look(smile=1.3), at_s, 0.6)

    turn, smile = challenge.answers
    assert turn.after_s == pytest.approx(1.2, abs=0.1)
    assert turn.relief is not None
    assert turn.relief > 0.05
    assert smile.relief is None


def test_a_turn_to_the_wrong_side_on_a_mesh_that_did_not_turn_has_no_relief() -> None:
    """As of a photo, if a pose could ever be read off one."""
    challenge, at_s = rested(Demand.TURN_LEFT)
    at_s = hold(challenge, REST, at_s, 0.5)
    for number in range(9):
        flat = replace(seen(REST), at_s=at_s + number / FPS, pose=seen(LEFT).pose)
        challenge.observe(flat)

    (answer,) = challenge.answers
    assert answer.relief == pytest.approx(0.0, abs=1e-3)


def test_a_face_that_never_keeps_still_is_not_at_rest() -> None:
    challenge = Challenge(Plan([Demand.TURN_LEFT], [0.5]), 0.0)
    for number in range(200):
        look = LEFT if number % 4 < 2 else REST
        challenge.observe(replace(seen(look), at_s=number / FPS))

    assert challenge.failure is ChallengeFailure.NOT_AT_REST


def test_a_face_that_looks_away_is_not_at_rest() -> None:
    challenge = Challenge(Plan([Demand.TURN_LEFT], [0.5]), 0.0)
    hold(challenge, Look(yaw_deg=40), 0.0, 11)

    assert challenge.failure is ChallengeFailure.NOT_AT_REST


def test_nobody_in_front_of_the_camera_is_not_at_rest() -> None:
    challenge = Challenge(Plan([Demand.TURN_LEFT], [0.5]), 0.0)
    challenge.miss(9.9)
    assert not challenge.is_over
    challenge.miss(10.1)

    assert challenge.failure is ChallengeFailure.NOT_AT_REST


def test_whoever_comes_to_rest_after_moving_goes_on() -> None:
    challenge = Challenge(Plan([Demand.TURN_LEFT], [0.5]), 0.0)
    at_s = hold(challenge, Look(yaw_deg=40), 0.0, 3)
    hold(challenge, REST, at_s, 0.7)

    assert challenge.phase is Phase.PAUSE


def test_whoever_does_nothing_gives_no_answer() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT)
    hold(challenge, REST, at_s, 6)

    assert challenge.failure is ChallengeFailure.NO_ANSWER


def test_whoever_does_not_come_back_gives_no_answer() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT, Demand.SMILE)
    at_s = hold(challenge, REST, at_s, 0.5)
    hold(challenge, LEFT, at_s, 6)

    assert challenge.failure is ChallengeFailure.NO_ANSWER
    assert len(challenge.answers) == 1


def test_another_movement_than_the_one_asked_for_is_wrong() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT)
    at_s = hold(challenge, REST, at_s, 0.5)
    hold(challenge, RIGHT, at_s, 0.3)

    assert challenge.failure is ChallengeFailure.WRONG_MOVEMENT


@pytest.mark.parametrize("look", [LEFT, Look(mouth=0.5), Look(smile=1.3), Look(nearness=1.5)])
def test_whoever_moves_before_anything_is_asked_for_fails(look: Look) -> None:
    challenge, at_s = rested(Demand.TURN_LEFT, pauses_s=1.0)
    hold(challenge, look, at_s, 0.3)

    assert challenge.failure is ChallengeFailure.MOVED_UNASKED


def test_a_movement_that_was_begun_before_it_was_asked_for_is_no_answer() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT)
    hold(challenge, LEFT, at_s, 6)

    assert not challenge.answers
    assert challenge.failure is ChallengeFailure.NO_ANSWER


def test_what_is_done_in_the_last_frame_of_the_pause_has_to_be_done_again() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT, pauses_s=0.5)
    while challenge.phase is Phase.PAUSE:
        # Every other frame: never sure, and in the end still there.
        look = LEFT if round(at_s * FPS) % 2 else REST
        at_s = hold(challenge, look, at_s, 1 / FPS)
    at_s = hold(challenge, LEFT, at_s, 1.0)
    assert not challenge.answers
    at_s = hold(challenge, REST, at_s, 0.3)
    hold(challenge, LEFT, at_s, 0.6)

    assert challenge.phase is Phase.PASSED


def test_one_wrong_frame_is_an_error_of_the_network() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT, pauses_s=0.5)
    at_s = hold(challenge, RIGHT, at_s, 1 / FPS)
    at_s = hold(challenge, REST, at_s, 1.0)
    at_s = hold(challenge, RIGHT, at_s, 1 / FPS)
    at_s = hold(challenge, REST, at_s, 0.3)
    hold(challenge, LEFT, at_s, 0.6)

    assert challenge.phase is Phase.PASSED


@pytest.mark.parametrize("phase", [Phase.PAUSE, Phase.ASKED])
def test_a_face_that_is_lost_ends_the_challenge(phase: Phase) -> None:
    challenge, at_s = rested(Demand.TURN_LEFT, pauses_s=0.5 if phase is Phase.PAUSE else 0.0)
    assert challenge.phase is phase
    challenge.miss(at_s + 0.5)
    assert not challenge.is_over
    challenge.miss(at_s + 1.5)

    assert challenge.failure is ChallengeFailure.FACE_LOST


def test_a_face_that_comes_back_after_a_second_is_lost_too() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT)
    challenge.observe(replace(seen(REST), at_s=at_s + 1.5))

    assert challenge.failure is ChallengeFailure.FACE_LOST


@pytest.mark.parametrize("seed", range(8))
def test_blinking_never_hurts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    asked = [Demand.TURN_LEFT, Demand.SMILE, Demand.LOOK_UP, Demand.OPEN_MOUTH]
    plan = Plan(rng.permutation(asked).tolist(), [0.8] * 4)
    person, challenge = Person(rng), Challenge(plan, 0.0)
    for number in itertools.count():
        if challenge.is_over:
            break
        reading = person.reading(number / FPS, challenge.demand)
        if number % 12 < 3:  # a blink of 0.2 s in every 0.8 s
            points = reading.mesh.points.copy()
            for upper, lower in ((160, 144), (158, 153), (387, 373), (385, 380)):
                points[upper] = (points[upper] + points[lower]) / 2
            reading = replace(reading, mesh=FaceMesh(points, 1.0))
        challenge.observe(reading)

    assert challenge.failure is None


def test_a_blink_that_everybody_blinks_is_no_answer() -> None:
    challenge, at_s = rested(Demand.BLINK)
    at_s = hold(challenge, REST, at_s, 0.5)
    at_s = hold(challenge, SHUT, at_s, 0.4)
    hold(challenge, REST, at_s, 0.5)

    assert not challenge.answers
    assert not challenge.is_over


@pytest.mark.parametrize("pauses_s", [0.0, 1.5])
def test_whoever_closes_the_eyes_long_just_in_case_fails(pauses_s: float) -> None:
    """A recording could otherwise have it everywhere, for whenever it is asked for."""
    challenge, at_s = rested(Demand.TURN_LEFT, pauses_s=pauses_s)
    at_s = hold(challenge, REST, at_s, 0.3)
    at_s = hold(challenge, SHUT, at_s, 0.55)
    hold(challenge, REST, at_s, 0.1)

    failures = {ChallengeFailure.MOVED_UNASKED, ChallengeFailure.WRONG_MOVEMENT}
    assert challenge.failure in failures


@given(shut_s=st.floats(0.05, 2.9), fps=st.sampled_from([4.0, 8.0, 15.0, 30.0]))
def test_no_closing_of_the_eyes_is_both_an_answer_and_nothing(shut_s: float, fps: float) -> None:
    asked, at_s = rested(Demand.BLINK)
    at_s = hold(asked, REST, at_s, 0.3)
    hold(asked, REST, hold(asked, SHUT, at_s, shut_s, fps), 0.3)
    unasked, at_s = rested(Demand.TURN_LEFT)
    at_s = hold(unasked, REST, at_s, 0.3)
    hold(unasked, REST, hold(unasked, SHUT, at_s, shut_s, fps), 0.3)

    assert bool(asked.answers) == (unasked.failure is not None)


def test_whoever_looks_down_may_lower_the_eyes_first() -> None:
    challenge, at_s = rested(Demand.LOOK_DOWN)
    at_s = hold(challenge, REST, at_s, 0.3)
    at_s = hold(challenge, SHUT, at_s, 1.0)
    hold(challenge, Look(shut=1.0, pitch_deg=18), at_s, 0.6)

    assert challenge.phase is Phase.PASSED


def test_one_long_gap_between_two_frames_does_not_make_a_blink_long() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT)
    challenge.observe(replace(seen(SHUT), at_s=at_s))
    challenge.observe(replace(seen(REST), at_s=at_s + 0.7))

    assert challenge.failure is None


def test_eyes_that_close_and_open_again_answer_when_they_are_open() -> None:
    challenge, at_s = rested(Demand.BLINK)
    at_s = hold(challenge, REST, at_s, 0.5)
    at_s = hold(challenge, SHUT, at_s, 0.6)
    assert not challenge.answers
    hold(challenge, REST, at_s, 0.1)

    assert challenge.phase is Phase.PASSED


def test_eyes_that_stay_closed_are_no_blink() -> None:
    challenge, at_s = rested(Demand.BLINK)
    at_s = hold(challenge, REST, at_s, 0.5)
    at_s = hold(challenge, SHUT, at_s, 3.5)
    hold(challenge, REST, at_s, 0.2)

    assert not challenge.answers


def test_a_movement_that_is_not_held_is_no_answer() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT)
    at_s = hold(challenge, REST, at_s, 0.3)
    at_s = hold(challenge, LEFT, at_s, 0.25)
    hold(challenge, REST, at_s, 0.3)

    assert not challenge.answers
    assert not challenge.is_over


def test_what_goes_along_with_a_movement_may_begin_a_moment_before_it() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT)
    at_s = hold(challenge, REST, at_s, 0.3)
    at_s = hold(challenge, Look(pitch_deg=13), at_s, 0.2)
    hold(challenge, Look(pitch_deg=13, yaw_deg=25), at_s, 0.6)

    assert challenge.phase is Phase.PASSED


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (asked, shown)
        for asked in Demand
        for shown in sorted(allowed_with(asked) - {asked, Demand.BLINK})
        if asked is not Demand.COME_CLOSER
    ],
)
@given(for_s=st.floats(0.1, 2.0), fps=st.sampled_from([5.0, 8.0, 15.0, 30.0]))
def test_a_movement_that_would_answer_is_never_let_off_while_another_is_asked_for(
    asked: Demand, shown: Demand, for_s: float, fps: float
) -> None:
    look = LOOK_OF[shown]
    fitting, at_s = rested(shown)
    hold(fitting, look, hold(fitting, REST, at_s, 0.4), for_s, fps)
    other, at_s = rested(asked)
    hold(other, look, hold(other, REST, at_s, 0.4), for_s, fps)

    if fitting.answers:
        assert other.failure is ChallengeFailure.WRONG_MOVEMENT


def test_nobody_answers_within_a_tenth_of_a_second() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT)
    at_s = hold(challenge, REST, at_s, 1 / FPS)
    hold(challenge, LEFT, at_s, 2.0)

    assert not challenge.answers


def test_what_is_over_stays_as_it_ended() -> None:
    challenge, at_s = rested(Demand.TURN_LEFT)
    at_s = hold(challenge, REST, at_s, 0.5)
    at_s = hold(challenge, LEFT, at_s, 0.6)
    assert challenge.phase is Phase.PASSED

    hold(challenge, RIGHT, at_s, 1.0)
    challenge.miss(at_s + 100)

    assert (challenge.phase, challenge.failure) == (Phase.PASSED, None)
    assert len(challenge.answers) == challenge.count == 1


def test_a_rest_that_is_no_number_is_none() -> None:
    pose = replace(seen(REST).pose, yaw_deg=np.nan, pitch_deg=np.nan)
    challenge = Challenge(Plan([Demand.SMILE], [0.0]), 0.0)
    for number in range(200):
        challenge.observe(replace(seen(REST), at_s=number / FPS, pose=pose))

    assert challenge.failure is ChallengeFailure.NOT_AT_REST


@pytest.mark.parametrize("demand", [Demand.BLINK, Demand.SMILE, Demand.OPEN_MOUTH])
def test_a_face_without_numbers_does_nothing_that_is_asked_for(demand: Demand) -> None:
    challenge, at_s = rested(demand)
    nowhere = FaceMesh(np.full_like(seen(REST).mesh.points, np.nan), 1.0)
    for number in range(100):
        challenge.observe(replace(seen(REST), at_s=at_s + number / FPS, mesh=nowhere))

    assert challenge.failure is ChallengeFailure.NO_ANSWER


LOOKS = [
    REST,
    LEFT,
    RIGHT,
    SHUT,
    Look(pitch_deg=20),
    Look(pitch_deg=-20),
    Look(mouth=0.5),
    Look(smile=1.3),
    Look(nearness=1.5),
    Look(yaw_deg=90, pitch_deg=50, nearness=0.01),
]
events = st.tuples(st.floats(0.001, 1.4), st.sampled_from([*LOOKS, None, None]))


@settings(max_examples=150)
@given(
    seed=st.integers(0, 2**32),
    looks=st.lists(events, min_size=1, max_size=40),
    rests=st.booleans(),
)
def test_a_challenge_ends_whatever_is_shown(
    seed: int, looks: list[tuple[float, Look | None]], *, rests: bool
) -> None:
    plan = Plan.draw(random_of(seed))
    challenge = Challenge(plan, 0.0)
    at_s = hold(challenge, REST, 0.0, 0.8) if rests else 0.0
    # Each window ends with the first frame after it, at most 1.4 s later.
    rounds_s = _LONGEST_S[Phase.PAUSE] + _LONGEST_S[Phase.ASKED] + 3 * 1.4
    bound_s = _LONGEST_S[Phase.REST] + 1.4 + len(plan.demands) * rounds_s
    for gap_s, look in itertools.cycle(looks):
        if at_s > bound_s + 1.4 or challenge.is_over:
            break
        at_s += gap_s
        if look is None:
            challenge.miss(at_s)
        else:
            challenge.observe(replace(seen(look), at_s=at_s))

    assert challenge.is_over
    assert at_s <= bound_s
    assert (challenge.failure is None) == (challenge.phase is Phase.PASSED)


@pytest.mark.parametrize("seed", range(5))
def test_a_recording_that_is_a_little_early_fails(seed: int) -> None:
    """Made for the same demands, with pauses that were longer."""
    rng = np.random.default_rng(seed)
    quick = Tempo(reaction=(0.2, 0.3), movement=(0.3, 0.4))
    demands = [Demand.SMILE, Demand.TURN_LEFT]
    _, recorded = meet(
        Person(rng, quick, SILENT), Plan(demands, [0.4, 0.4]), frames_per_s=15, rng=rng
    )
    challenge = Challenge(Plan(demands, [1.2, 1.2]), 0.0)
    for reading in recorded:
        challenge.observe(reading)

    assert challenge.failure is ChallengeFailure.MOVED_UNASKED
