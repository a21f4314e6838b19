"""A challenge: rest, then demands one by one, each at a moment that nobody could foresee.

What is demanded is told only when it is due, and nothing may be done before or besides: a
recording that shows many movements does the wrong ones first.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self, final

import numpy as np

from mien.core.live.demands import TURNS, Demand, allowed_with, draw_demands, performed
from mien.core.live.movements import Movement, follow
from mien.core.live.reading import Reading, Rest

_REST_S: Final = 0.5
_REST_READINGS: Final = 5
_REST_LOOKED_AT_S: Final = 1.5
"""Five readings of three a second: slow streams come to rest as well."""

_REST_WITHIN_S: Final = 10.0
_STILL_DEG: Final = 8.0
_FACING_DEG: Final = 25.0
_WINDOW_S: Final = 5.0
_QUICKEST_S: Final = 0.15
"""Nobody answers faster: what is done sooner was begun before it was asked."""

_BACK_WITHIN_S: Final = 4.0
_PAUSE_S: Final = (0.4, 1.2)
_CLOSED_S: Final = (0.5, 3.0)
"""How long eyes are closed that were asked to: longer than in a blink that nobody asked for,
which takes 0.1 to 0.4. So long without being asked is wrong, or it could be done just in case."""

_HELD_S: Final = 0.3
"""How long a movement is held that answers; the briefest turn in genuine clips is, for 0.33.
What only goes along with the movement that is asked for may be alone no longer: a recording could
otherwise show it first, in case it is asked for, and be let off."""

_WITH_EYES_SHUT: Final = frozenset({Demand.BLINK, Demand.LOOK_DOWN})
"""Whoever looks down may lower the eyes before the head."""

_UNSEEN_S: Final = 1.0


class Phase(StrEnum):
    """How far a challenge has come; stable words of the wire."""

    REST = "rest"
    ASKED = "asked"
    PAUSE = "pause"
    LIGHT = "light"
    """The demands are met, and the screen shines; see `mien.core.live.screen_light`."""
    PASSED = "passed"
    FAILED = "failed"


class ChallengeFailure(StrEnum):
    """Why a challenge failed; stable words of the wire."""

    NOT_AT_REST = "NOT_AT_REST"
    NO_ANSWER = "NO_ANSWER"
    WRONG_MOVEMENT = "WRONG_MOVEMENT"
    MOVED_UNASKED = "MOVED_UNASKED"
    FACE_LOST = "FACE_LOST"


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be demanded, and how long the pause before each is, in seconds."""

    demands: Sequence[Demand]
    pauses_s: Sequence[float]

    @classmethod
    def draw(cls, rng: random.Random, among: frozenset[Demand] = frozenset(Demand)) -> Self:
        """Draw a plan."""
        demands = draw_demands(rng, among)
        return cls(demands, [rng.uniform(*_PAUSE_S) for _ in demands])


@dataclass(frozen=True, slots=True)
class Answer:
    """What was done. after_s: from the demand to the movement. relief: see `Challenge`."""

    demand: Demand
    after_s: float
    relief: float | None


@final
class Challenge:
    """Follows one person through one plan, reading by reading; it ends passed or failed.

    A turn's relief is how far the nose moved out of the plane of the face, in face heights,
    towards the side of the turn; see `FaceMesh.relief_against`.
    """

    def __init__(self, plan: Plan, started_s: float) -> None:
        """Begin at a time of the same clock as the readings'."""
        self._plan: Final = plan
        self.phase = Phase.REST
        self.failure: ChallengeFailure | None = None
        self.answers: list[Answer] = []
        self.rest: Rest | None = None
        self._since_s = started_s
        self._seen_s = started_s
        self._resting: list[Reading] = []
        self._movements: dict[Demand, Movement] = {}
        self._beside: dict[Demand, Movement] = {}
        self._shut: Movement | None = None
        self._rest_since_s: float | None = None

    @property
    def demand(self) -> Demand | None:
        """What is asked for now."""
        if self.phase is not Phase.ASKED:
            return None
        return self._plan.demands[len(self.answers)]

    @property
    def count(self) -> int:
        """How many demands there are."""
        return len(self._plan.demands)

    @property
    def is_over(self) -> bool:
        """Whether nothing can change any more."""
        return self.phase in {Phase.PASSED, Phase.FAILED}

    def observe(self, reading: Reading) -> None:
        """Take the next reading."""
        if self.is_over or self._is_lost(reading.at_s):
            return
        self._seen_s = reading.at_s
        if self.phase is Phase.REST:
            self._settle(reading)
        elif self.phase is Phase.ASKED:
            self._judge(reading)
        else:
            self._wait(reading)

    def miss(self, at_s: float) -> None:
        """Take note that a frame showed no face."""
        if not self.is_over:
            self._is_lost(at_s)

    def _is_lost(self, at_s: float) -> bool:
        if self.phase is Phase.REST:
            if at_s - self._since_s > _REST_WITHIN_S:
                self._fail(ChallengeFailure.NOT_AT_REST)
        elif at_s - self._seen_s > _UNSEEN_S:
            self._fail(ChallengeFailure.FACE_LOST)
        return self.is_over

    def _settle(self, reading: Reading) -> None:
        """Wait until the person looks into the camera and keeps still."""
        recent = [r for r in self._resting if reading.at_s - r.at_s <= _REST_LOOKED_AT_S]
        recent.append(reading)
        while recent and not _is_still(recent):
            recent = recent[1:]
        self._resting = recent
        if len(recent) >= _REST_READINGS and recent[-1].at_s - recent[0].at_s >= _REST_S:
            self.rest = Rest.of(recent)
            self._pause(reading)

    def _pause(self, reading: Reading) -> None:
        self._enter(Phase.PAUSE, reading)
        if self._plan.pauses_s[len(self.answers)] <= 0:
            self._enter(Phase.ASKED, reading)

    def _enter(self, phase: Phase, reading: Reading) -> None:
        self.phase, self._since_s = phase, reading.at_s
        self._movements = follow(self._movements, self._done(reading), reading.at_s)
        self._beside, self._rest_since_s = {}, None

    def _done(self, reading: Reading) -> frozenset[Demand]:
        return performed(reading, self.rest) if self.rest else frozenset()

    def _follow(self, reading: Reading) -> dict[Demand, Movement]:
        """Return what the face does that it did not do already when this phase began."""
        self._movements = follow(self._movements, self._done(reading), reading.at_s)
        return {d: m for d, m in self._movements.items() if m.began_s > self._since_s}

    def _wait(self, reading: Reading) -> None:
        """Let the person come back to rest, and then let the pause pass."""
        new = self._follow(reading)
        # What is left of the last movement may end; then nothing new may begin.
        left_over = self._movements.keys() - new.keys() - allowed_with(None)
        if self._is_shut_long(reading, new) or _is_wrong(new, allowed_with(None)):
            self._fail(ChallengeFailure.MOVED_UNASKED)
        elif left_over:
            if reading.at_s - self._since_s > _BACK_WITHIN_S:
                self._fail(ChallengeFailure.NO_ANSWER)
        elif self._rest_since_s is None:
            self._rest_since_s = reading.at_s
        elif reading.at_s - self._rest_since_s >= self._plan.pauses_s[len(self.answers)]:
            self._enter(Phase.ASKED, reading)

    def _judge(self, reading: Reading) -> None:
        """Look for the movement that was asked for, and for any other."""
        demand = self._plan.demands[len(self.answers)]
        before = self._movements.get(demand)
        new = self._follow(reading)
        is_long = self._is_shut_long(reading, new) and demand not in _WITH_EYES_SHUT
        is_long |= self._is_beside_long(reading, new, demand)
        if is_long or _is_wrong(new, allowed_with(demand)):
            self._fail(ChallengeFailure.WRONG_MOVEMENT)
        elif reading.at_s - self._since_s > _WINDOW_S:
            self._fail(ChallengeFailure.NO_ANSWER)
        elif self._is_answered(reading, demand, before, new.get(demand)):
            self._accept(reading, demand)

    def _is_shut_long(self, reading: Reading, new: Mapping[Demand, Movement]) -> bool:
        """Tell whether the eyes, and nothing else, are or just were closed as if asked to."""
        shut, at_s = self._shut, reading.at_s
        is_shut = self._movements.keys() == new.keys() == {Demand.BLINK}
        began = Movement(at_s, at_s) if shut is None else shut.goes_on(at_s)
        self._shut = began if is_shut else None
        return shut is not None and shut.is_sure and at_s - shut.began_s >= _CLOSED_S[0]

    def _is_beside_long(
        self, reading: Reading, new: Mapping[Demand, Movement], demand: Demand
    ) -> bool:
        """Tell whether something else was held as if it were asked for."""
        is_beside = demand not in self._movements and demand is not Demand.COME_CLOSER
        others = new.keys() - allowed_with(None) if is_beside else frozenset[Demand]()
        self._beside = follow(self._beside, others, reading.at_s)
        return any(one.is_sure and one.held_s >= _HELD_S for one in self._beside.values())

    def _is_answered(
        self, reading: Reading, demand: Demand, before: Movement | None, now: Movement | None
    ) -> bool:
        """Tell whether a movement was held long enough, or eyes have opened again in time.

        before, now: the movement as it was at the last reading, and is at this one.
        """
        answer = now if demand is not Demand.BLINK else None if now else before
        if answer is None or not answer.is_sure:
            return False
        if answer.began_s - self._since_s < _QUICKEST_S:
            return False
        if demand is not Demand.BLINK:
            return answer.held_s >= _HELD_S
        shortest, longest = _CLOSED_S
        return shortest <= reading.at_s - answer.began_s <= longest

    def _accept(self, reading: Reading, demand: Demand) -> None:
        self.answers.append(
            Answer(demand, reading.at_s - self._since_s, self._relief(reading, demand))
        )
        if len(self.answers) == self.count:
            self.phase = Phase.PASSED
        else:
            self._pause(reading)

    def _relief(self, reading: Reading, demand: Demand) -> float | None:
        if demand not in TURNS or self.rest is None:
            return None
        aside = float(reading.mesh.relief_against(self.rest.mesh)[0])
        return aside if demand is Demand.TURN_LEFT else -aside

    def _fail(self, failure: ChallengeFailure) -> None:
        self.phase, self.failure = Phase.FAILED, failure


def _is_wrong(new: Mapping[Demand, Movement], allowed: frozenset[Demand]) -> bool:
    """Tell whether something began that is not allowed."""
    return any(one.is_sure for demand, one in new.items() if demand not in allowed)


def _is_still(readings: Sequence[Reading]) -> bool:
    """Tell whether a face looks into the camera and keeps still; NaN does not."""
    yaws = [reading.pose.yaw_deg for reading in readings]
    pitches = [reading.pose.pitch_deg for reading in readings]
    turned = float(np.max(np.ptp([yaws, pitches], axis=1)))
    return turned <= _STILL_DEG and float(np.max(np.abs(yaws))) <= _FACING_DEG
