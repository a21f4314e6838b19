"""What a live session demands, and how a face shows that it was done.

Every measure is taken against the person's own rest, so that narrow eyes or a low camera change
nothing. Thresholds were measured on real clips (docs/liveness.md).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from mien.core.live.reading import Reading, Rest
from mien.errors import InvalidRequestError


class Demand(StrEnum):
    """One thing to do, in the person's own left and right; stable words of the wire."""

    BLINK = "blink"
    SMILE = "smile"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    LOOK_UP = "look_up"
    LOOK_DOWN = "look_down"
    OPEN_MOUTH = "open_mouth"
    COME_CLOSER = "come_closer"


PROMPTS: Final[Mapping[Demand, str]] = {
    Demand.BLINK: "close your eyes for a second, then open them",
    Demand.SMILE: "smile",
    Demand.TURN_LEFT: "turn your head to your left",
    Demand.TURN_RIGHT: "turn your head to your right",
    Demand.LOOK_UP: "look up",
    Demand.LOOK_DOWN: "look down",
    Demand.OPEN_MOUTH: "open your mouth wide",
    Demand.COME_CLOSER: "come closer to the camera",
}

TURNS: Final = (Demand.TURN_LEFT, Demand.TURN_RIGHT)
"""They show the relief of the nose best, and nobody turns by chance: each session has one."""

WEIGHTS: Final[Mapping[int, int]] = {2: 1, 3: 2, 4: 4}
"""How often so many demands are drawn. Two are guessed far more easily than four: with this a
recording that is chosen blindly meets its own demands in 0.7 % of all sessions, and in 1.4 % if
all counts were drawn alike."""

_TURN_DEG: Final = 15.0
_NOD_DEG: Final = 11.0
_OPENING: Final = 0.30
_WIDENING: Final = 1.10
_APPROACH: Final = 1.25
_CLOSED: Final = 0.78

_GO_TOGETHER: Final[Mapping[Demand, frozenset[Demand]]] = {
    Demand.BLINK: frozenset(),
    Demand.SMILE: frozenset({Demand.OPEN_MOUTH}),
    Demand.TURN_LEFT: frozenset({Demand.SMILE, Demand.LOOK_UP, Demand.LOOK_DOWN}),
    Demand.TURN_RIGHT: frozenset({Demand.SMILE, Demand.LOOK_UP, Demand.LOOK_DOWN}),
    Demand.LOOK_UP: frozenset({Demand.SMILE}),
    Demand.LOOK_DOWN: frozenset({Demand.SMILE}),
    Demand.OPEN_MOUTH: frozenset({Demand.LOOK_UP, Demand.LOOK_DOWN}),
    Demand.COME_CLOSER: frozenset({Demand.LOOK_UP, Demand.LOOK_DOWN, Demand.SMILE}),
}
"""What a face does along with what it was asked for, without meaning to.

Never both ways: whoever did two things at once would have done whichever of them is asked for.
"""


def require_drawable(among: Iterable[Demand]) -> None:
    """Raise InvalidRequestError unless there is a turn, and something else to follow it.

    With fewer no plan could be drawn at all; with few, plans are easily guessed.
    """
    choices = set(among)
    if choices.isdisjoint(TURNS) or len(choices) < 2:
        raise InvalidRequestError(
            f"live sessions need {' or '.join(TURNS)}, and another demand: every session has a "
            "turn, and none asks for the same twice in a row"
        )


def draw_demands(rng: random.Random, among: frozenset[Demand] = frozenset(Demand)) -> list[Demand]:
    """Draw two to four demands, at least one of them a turn, none twice in a row.

    among: what may be drawn; see `require_drawable`, whose errors it raises.
    """
    require_drawable(among)
    choices = sorted(among)
    turns = [demand for demand in choices if demand in TURNS]
    (count,) = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))
    while True:
        drawn = [rng.choice(choices) for _ in range(count)]
        repeats = any(first is second for first, second in itertools.pairwise(drawn))
        if not repeats and any(demand in turns for demand in drawn):
            return drawn


def performed(reading: Reading, rest: Rest) -> frozenset[Demand]:
    """Return what the face does in this moment; `BLINK` is eyes that are closed."""
    turn = reading.pose.yaw_deg - rest.yaw_deg
    nod = reading.pose.pitch_deg - rest.pitch_deg
    checks = {
        Demand.BLINK: reading.eyes <= _CLOSED * rest.eyes,
        Demand.SMILE: reading.smile >= _WIDENING * rest.smile,
        Demand.TURN_LEFT: turn >= _TURN_DEG,
        Demand.TURN_RIGHT: turn <= -_TURN_DEG,
        Demand.LOOK_UP: nod <= -_NOD_DEG,
        Demand.LOOK_DOWN: nod >= _NOD_DEG,
        Demand.OPEN_MOUTH: reading.mouth >= rest.mouth + _OPENING,
        Demand.COME_CLOSER: reading.nearness >= _APPROACH * rest.nearness,
    }
    return frozenset(demand for demand, done in checks.items() if done)


def allowed_with(asked: Demand | None) -> frozenset[Demand]:
    """Return what a face may do while it is asked for something, or for nothing.

    Blinking is always allowed: everybody blinks.
    """
    if asked is None:
        return frozenset({Demand.BLINK})
    return _GO_TOGETHER[asked] | {asked, Demand.BLINK}
