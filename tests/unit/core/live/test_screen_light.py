"""On the two portraits, lit by calculation: no real screen was in front of anybody."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.geometry import Box
from mien.core.image import Pixels
from mien.core.live.screen_light import (
    _RGB,
    Color,
    LightPlan,
    Tint,
    draw_light,
    judge_light,
    tint_of,
)
from mien.core.liveness import Check, CheckName
from tests.people import random_of

BOXES = {"astronaut": Box(180, 65, 270, 175), "grace_hopper": Box(176, 113, 358, 332)}


@pytest.fixture(params=list(BOXES))
def face(request: pytest.FixtureRequest) -> tuple[Pixels, Box]:
    return np.asarray(request.getfixturevalue(request.param)), BOXES[request.param]


def film(
    face: tuple[Pixels, Box],
    plan: LightPlan,
    *,
    strength: float = 0.06,
    delay_s: float = 0.2,
    fps: float = 15.0,
    drift: float = 0.0,
    seed: int = 0,
) -> list[Tint]:
    """Light a face by a plan: so much of what the room gives it, so much later."""
    rng, (pixels, box) = np.random.default_rng(seed), face
    top, bottom, left, right = (int(v) for v in (box.top, box.bottom, box.left, box.right))
    linear = (pixels[top:bottom:4, left:right:4].astype(np.float64) / 255) ** 2.2
    here, tints = Box(0, 0, linear.shape[1], linear.shape[0]), []
    for at_s in np.arange(0.0, plan.lasts_s + 0.5, 1 / fps):
        number = int(np.clip((at_s - delay_s) // plan.shown_s, 0, len(plan.colors) - 1))
        light = 1 + strength * np.array(_RGB[plan.colors[number]])
        light *= 1 + drift * at_s * np.array([1, 0, -1]) + rng.normal(0, 0.004, 3)
        seen = 255 * np.clip(linear * light, 0, 1) ** (1 / 2.2)
        noisy = seen + rng.normal(0, 2, seen.shape)
        tints.append(tint_of(noisy.clip(0, 255).astype(np.uint8), here, float(at_s)))
    return tints


def judged(plan: LightPlan, tints: Sequence[Tint]) -> Check:
    return judge_light(plan, tints, random_of(1))


@given(seed=st.integers(0, 2**32))
def test_seven_colors_are_drawn_and_none_follows_itself(seed: int) -> None:
    plan = draw_light(random_of(seed))

    assert len(plan.colors) == 7
    assert all(first is not second for first, second in itertools.pairwise(plan.colors))
    assert plan.lasts_s == pytest.approx(4.2)
    assert 1 / plan.shown_s < 3


@pytest.mark.parametrize("strength", [0.03, 0.06, 0.2])
@pytest.mark.parametrize("delay_s", [0.05, 0.3, 0.45])
def test_a_face_in_front_of_the_screen_follows_its_colors(
    face: tuple[Pixels, Box], strength: float, delay_s: float
) -> None:
    plan = draw_light(random_of(7))

    check = judged(plan, film(face, plan, strength=strength, delay_s=delay_s))

    assert check.name is CheckName.SCREEN_LIGHT
    assert check.passed
    assert check.parts["delay_s"] == pytest.approx(delay_s, abs=0.08)


def test_a_white_balance_that_drifts_changes_nothing(face: tuple[Pixels, Box]) -> None:
    plan = draw_light(random_of(8))

    assert judged(plan, film(face, plan, drift=0.03)).passed


@pytest.mark.parametrize("seed", range(10))
def test_a_face_that_no_screen_lights_does_not(face: tuple[Pixels, Box], seed: int) -> None:
    plan = draw_light(random_of(seed))

    assert not judged(plan, film(face, plan, strength=0.0, seed=seed)).passed


@pytest.mark.parametrize("seed", range(10))
def test_a_face_that_was_lit_by_other_colors_does_not(face: tuple[Pixels, Box], seed: int) -> None:
    plan, other = draw_light(random_of(seed)), draw_light(random_of(100 + seed))

    assert not judged(plan, film(face, other, seed=seed)).passed


@pytest.mark.parametrize("delay_s", [1.0, 1.8])
def test_a_reflection_that_comes_too_late_is_none(face: tuple[Pixels, Box], delay_s: float) -> None:
    """As that of somebody to whom the colors were relayed."""
    plan = draw_light(random_of(3))

    assert not judged(plan, film(face, plan, delay_s=delay_s)).passed


def test_too_few_frames_were_not_checked(face: tuple[Pixels, Box]) -> None:
    plan = draw_light(random_of(3))
    tints = film(face, plan)

    assert judged(plan, []).score is None
    assert judged(plan, tints[:20]).score is None
    assert judged(plan, [Tint(t.at_s - 60, t.rgb) for t in tints]).score is None


def test_one_tint_that_is_no_number_fails(face: tuple[Pixels, Box]) -> None:
    plan = draw_light(random_of(3))
    tints = film(face, plan)
    tints[20] = Tint(tints[20].at_s, (float("nan"),) * 3)

    assert not judged(plan, tints).passed


def test_a_face_outside_of_the_image_has_no_tint() -> None:
    pixels = np.zeros((10, 10, 3), np.uint8)

    assert np.isnan(tint_of(pixels, Box(50, 50, 60, 60), 0.0).rgb).all()


def test_a_picture_of_one_color_follows_nothing() -> None:
    plan = draw_light(random_of(3))
    still = [Tint(number / 15, (120.0, 110.0, 100.0)) for number in range(70)]

    assert not judged(plan, still).passed


def test_every_color_can_be_shown() -> None:
    assert set(_RGB) == set(Color)
