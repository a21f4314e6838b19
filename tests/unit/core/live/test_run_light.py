"""The screen shines after the demands, where it is asked for, and its light has to come back."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from mien.core.live.challenge import Challenge, Phase, Plan
from mien.core.live.channel import Channel
from mien.core.live.demands import Demand
from mien.core.live.motion import Motion
from mien.core.live.run import LiveRun
from mien.core.live.screen_light import _RGB, Color, Lighting, Tint
from mien.core.liveness import Check, CheckName, LivenessPolicy
from mien.core.template import FaceSample
from tests.people import Person

FACE = FaceSample(np.ones(4, np.float32), 1.0)
Reflects = Callable[[Color | None], tuple[float, float, float]]


def face_in_front(color: Color | None) -> tuple[float, float, float]:
    """Return the tint of skin before a screen: six percent of the light are the screen's."""
    light = np.zeros(3) if color is None else np.array(_RGB[color])
    red, green, blue = 255 * (np.array([0.35, 0.2, 0.15]) * (1 + 0.06 * light)) ** (1 / 2.2)
    return red, green, blue


def face_elsewhere(_: Color | None) -> tuple[float, float, float]:
    return face_in_front(None)


def lead(reflects: Reflects) -> tuple[LiveRun, list[Color | None]]:
    """Let a person pass the challenge and then look at the screen; return what it showed."""
    plan = Plan([Demand.TURN_LEFT, Demand.SMILE], [0.5, 0.5])
    light = Lighting(random.Random(3))
    run = LiveRun(
        LivenessPolicy.ACTIVE,
        Channel(lambda: "nonce"),
        Motion(),
        Challenge(plan, 0.0),
        random.Random(1),
        light,
    )
    person, noise = Person(np.random.default_rng(2)), np.random.default_rng(4)
    shown: list[Color | None] = []
    for number in range(600):
        at_s = number / 15
        challenge = run.challenge
        assert challenge is not None
        run.observe(person.reading(at_s, challenge.demand))
        if run.wants_face(at_s):
            run.try_face(at_s)
            run.add_face(FACE, 5.0 if run.faces else None, None)
        lit_for_s = run.lit_for_s(at_s)
        if lit_for_s is not None:
            late = shown[-3] if len(shown) > 2 else None  # two frames to the screen and back
            red, green, blue = np.array(reflects(late)) + noise.normal(0, 0.05, 3)
            run.add_tint(Tint(lit_for_s, (red, green, blue)))
        if run.progress().phase is Phase.LIGHT:
            shown.append(run.progress().light)
        if run.is_over:
            break
    return run, shown


def check(run: LiveRun) -> Check:
    return next(c for c in run.liveness().checks if c.name is CheckName.SCREEN_LIGHT)


def test_a_face_before_the_screen_is_accepted() -> None:
    run, shown = lead(face_in_front)

    assert run.progress().phase is Phase.PASSED
    assert len({color for color in shown if color}) > 2
    assert check(run).passed


def test_a_face_that_is_somewhere_else_is_refused() -> None:
    run, _ = lead(face_elsewhere)

    assert run.is_over
    assert not check(run).passed
    assert not run.liveness().accepted


def test_no_color_is_told_before_the_demands_are_met() -> None:
    light = Lighting(random.Random(3))

    assert light.color(1.0) is None
    assert not light.is_over(100.0)
    assert light.check().score is None


def test_the_person_is_told_to_look_at_the_screen_and_the_light_goes_out() -> None:
    run, shown = lead(face_in_front)

    assert any(shown)
    assert run.progress().light is None
