from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.face_mesh import FaceMesh
from mien.core.live.demands import (
    PROMPTS,
    TURNS,
    WEIGHTS,
    Demand,
    allowed_with,
    draw_demands,
    performed,
)
from mien.core.live.reading import Rest
from mien.errors import InvalidRequestError
from tests.meshes import Look, Noise, reading_of
from tests.people import goal_of, random_of

REST = Rest.of([reading_of(Look())])

seeds = st.integers(0, 2**32)


@given(seed=seeds, demand=st.sampled_from(list(Demand)))
def test_every_demand_is_recognized_from_whoever_does_it(seed: int, demand: Demand) -> None:
    look = goal_of(demand, np.random.default_rng(seed))

    assert demand in performed(reading_of(look), REST)


@given(seed=seeds, demand=st.sampled_from(list(Demand)))
def test_whoever_does_one_thing_does_nothing_else_that_would_be_wrong(
    seed: int, demand: Demand
) -> None:
    look = goal_of(demand, np.random.default_rng(seed))

    assert performed(reading_of(look), REST) <= allowed_with(demand)


@given(seed=seeds, pair=st.sampled_from(list(itertools.permutations(Demand, 2))))
def test_nobody_does_a_demand_by_doing_another(seed: int, pair: tuple[Demand, Demand]) -> None:
    asked, does = pair
    look = goal_of(does, np.random.default_rng(seed))
    still_open = replace(look, shut=0.0) if does is not Demand.BLINK else look

    assert asked not in performed(reading_of(still_open), REST)


@given(
    seed=seeds,
    yaw_deg=st.floats(-5, 5),
    pitch_deg=st.floats(-5, 5),
    roll_deg=st.floats(-30, 30),
    nearness=st.floats(0.6, 1.15),
    x=st.floats(0, 1),
)
def test_a_face_that_only_moves_about_does_nothing(
    seed: int, yaw_deg: float, pitch_deg: float, roll_deg: float, nearness: float, x: float
) -> None:
    look = Look(yaw_deg, pitch_deg, roll_deg, nearness=nearness, x=x)
    noisy = reading_of(look, noise=Noise(), rng=np.random.default_rng(seed))

    assert performed(noisy, REST) == frozenset()


def test_narrow_eyes_a_wide_mouth_and_a_low_camera_are_somebody_at_rest() -> None:
    unusual = Look(shut=0.5, smile=1.3, pitch_deg=-14, yaw_deg=8, nearness=1.4)

    rest = Rest.of([reading_of(unusual)])

    assert performed(reading_of(unusual), rest) == frozenset()
    assert performed(reading_of(replace(unusual, shut=1.0)), rest) == {Demand.BLINK}


def test_turns_are_the_persons_own() -> None:
    nose_to_the_right_of_the_image = reading_of(Look(yaw_deg=30))

    assert performed(nose_to_the_right_of_the_image, REST) == {Demand.TURN_LEFT}


def test_what_is_not_a_number_does_nothing() -> None:
    reading = reading_of(Look(yaw_deg=30, pitch_deg=30, nearness=2))
    mesh = FaceMesh(np.full_like(reading.mesh.points, np.nan), 1.0)
    pose = replace(reading.pose, yaw_deg=np.nan, pitch_deg=np.nan, distance=np.nan)

    assert performed(replace(reading, mesh=mesh, pose=pose), REST) == frozenset()


@given(seed=seeds)
def test_two_to_four_demands_are_drawn_with_a_turn_and_none_twice_in_a_row(seed: int) -> None:
    drawn = draw_demands(random_of(seed))

    assert 2 <= len(drawn) <= 4
    assert any(demand in TURNS for demand in drawn)
    assert all(first is not second for first, second in itertools.pairwise(drawn))


@given(seed=seeds, others=st.sets(st.sampled_from(sorted(set(Demand) - set(TURNS))), min_size=1))
def test_only_what_may_be_drawn_is_drawn(seed: int, others: set[Demand]) -> None:
    among = frozenset(others | {Demand.TURN_LEFT})

    assert set(draw_demands(random_of(seed), among)) <= among


def test_long_plans_are_drawn_more_often_and_every_demand_is() -> None:
    rng = random_of(1)
    drawn = [draw_demands(rng) for _ in range(7000)]

    counts = Counter(map(len, drawn))
    assert [counts[n] / 1000 for n in WEIGHTS] == pytest.approx(list(WEIGHTS.values()), rel=0.15)
    assert {demand for demands in drawn for demand in demands} == set(Demand)


@pytest.mark.parametrize("demand", Demand)
def test_every_demand_has_words_and_may_be_done_when_asked_for(demand: Demand) -> None:
    assert PROMPTS[demand]
    assert {demand, Demand.BLINK} <= allowed_with(demand)
    assert allowed_with(None) == {Demand.BLINK}


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(Demand, 2)))
def test_doing_two_things_at_once_never_does_for_either(one: Demand, other: Demand) -> None:
    """Closed eyes are for the challenge to judge: it knows how long they are closed."""
    mutual = other in allowed_with(one) and one in allowed_with(other)

    assert not mutual


@pytest.mark.parametrize("among", [set(), {Demand.TURN_LEFT}, {Demand.SMILE, Demand.BLINK}])
def test_what_no_plan_can_be_drawn_of_is_an_error_and_not_a_search_without_end(
    among: set[Demand],
) -> None:
    with pytest.raises(InvalidRequestError, match="turn"):
        draw_demands(random_of(1), frozenset(among))
