"""People in front of a camera who do as they are told, or do not."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from mien.core.live.challenge import Challenge, Plan
from mien.core.live.demands import Demand
from mien.core.live.reading import Reading
from tests.meshes import Look, Noise, reading_of

REST: Final = Look()


@dataclass(frozen=True, slots=True)
class Tempo:
    """How quick a person is, each a range in seconds.

    reaction: from the frame that brought the prompt to the first movement, and back to rest:
    reading, understanding, and the network. movement: from rest to the full movement. held: how
    long eyes stay closed that were asked to. blink: how long in a blink that nobody asked for;
    between_blinks: from one to the next. Turns of the clips in ../shared take 0.4 to 1.2.
    """

    reaction: tuple[float, float] = (0.45, 1.4)
    movement: tuple[float, float] = (0.35, 1.0)
    held: tuple[float, float] = (0.45, 1.2)
    blink: tuple[float, float] = (0.12, 0.28)
    between_blinks: tuple[float, float] = (1.5, 5.0)


USUAL_TEMPO: Final = Tempo()
WEBCAM: Final = Noise()


def random_of(seed: int) -> random.Random:
    """Return a generator as plans are drawn from; not one for secrets."""
    return random.Random(seed)


def goal_of(demand: Demand, rng: np.random.Generator) -> Look:
    """Return how a person does what is asked for; everybody does it differently."""
    amount = rng.uniform
    goals: dict[Demand, Callable[[], Look]] = {
        Demand.BLINK: lambda: Look(shut=amount(0.85, 1)),
        Demand.SMILE: lambda: Look(smile=amount(1.16, 1.35), mouth=amount(0.02, 0.12)),
        Demand.TURN_LEFT: lambda: Look(yaw_deg=amount(20, 40), pitch_deg=amount(-4, 4)),
        Demand.TURN_RIGHT: lambda: Look(yaw_deg=-amount(20, 40), pitch_deg=amount(-4, 4)),
        Demand.LOOK_UP: lambda: Look(pitch_deg=-amount(15, 25), yaw_deg=amount(-4, 4)),
        Demand.LOOK_DOWN: lambda: Look(
            pitch_deg=amount(15, 25), yaw_deg=amount(-4, 4), shut=amount(0, 0.6)
        ),
        Demand.OPEN_MOUTH: lambda: Look(mouth=amount(0.4, 0.7)),
        Demand.COME_CLOSER: lambda: Look(nearness=amount(1.35, 1.6), pitch_deg=amount(-5, 5)),
    }
    return goals[demand]()


class Person:
    """Moves smoothly between looks, blinks now and then, and never keeps quite still."""

    def __init__(
        self,
        rng: np.random.Generator,
        tempo: Tempo = USUAL_TEMPO,
        noise: Noise = WEBCAM,
        goal: Callable[[Demand, np.random.Generator], Look] = goal_of,
    ) -> None:
        """Take a seeded generator, and how this person is."""
        self._rng: Final = rng
        self._tempo: Final = tempo
        self._noise: Final = noise
        self._goal: Final = goal
        self._heard: Demand | None = None
        self._path: list[tuple[float, Look]] = [(-1.0, REST)]
        self._sway: Final = rng.uniform(0, 2 * np.pi, 4)
        self._blink_s = rng.uniform(0.5, tempo.between_blinks[1])
        self._blink_for_s = rng.uniform(*tempo.blink)

    def reading(self, at_s: float, asked: Demand | None) -> Reading:
        """Return what a frame of now says. asked: what the screen asks for now."""
        if asked is not self._heard:
            self._heard = asked
            self._respond(at_s, asked)
        elif asked is not None and at_s > self._path[-1][0] + 0.8:
            self._respond(at_s, asked)  # it was not seen: once more
        return reading_of(self._look(at_s), at_s, noise=self._noise, rng=self._rng)

    def _respond(self, at_s: float, asked: Demand | None) -> None:
        now = self._along(at_s)
        start_s = at_s + self._rng.uniform(*self._tempo.reaction)
        takes_s = self._rng.uniform(*self._tempo.movement)
        self._path = [(at_s, now), (start_s, now)]
        if now != REST:
            self._path.append((start_s + takes_s, REST))
            start_s += takes_s
        if asked is None:
            return
        goal = self._goal(asked, self._rng)
        if asked is Demand.BLINK:
            shut_s, held_s = start_s + 0.12, self._rng.uniform(*self._tempo.held)
            self._path += [(shut_s, goal), (shut_s + held_s, goal), (shut_s + held_s + 0.15, REST)]
        else:
            self._path += [(start_s + takes_s, goal), (start_s + takes_s + 2.0, goal)]

    def _along(self, at_s: float) -> Look:
        if at_s >= self._path[-1][0]:
            return self._path[-1][1]
        for (from_s, first), (to_s, second) in itertools.pairwise(self._path):
            if from_s <= at_s < to_s:
                return between(first, second, (at_s - from_s) / (to_s - from_s))
        return self._path[0][1]

    def _look(self, at_s: float) -> Look:
        look = self._along(at_s)
        if at_s > self._blink_s + self._blink_for_s:
            self._blink_s = at_s + self._rng.uniform(*self._tempo.between_blinks)
            self._blink_for_s = self._rng.uniform(*self._tempo.blink)
        blinks = self._blink_s <= at_s
        yaw, pitch, x, y = np.sin(2 * np.pi * 0.15 * at_s + self._sway)
        return replace(
            look,
            shut=max(look.shut, 1.0 if blinks else 0.0),
            yaw_deg=look.yaw_deg + 1.0 * float(yaw),
            pitch_deg=look.pitch_deg + 1.0 * float(pitch),
            x=look.x + 0.01 * float(x),
            y=look.y + 0.01 * float(y),
        )


def between(first: Look, second: Look, share: float) -> Look:
    """Return the look on the way from one to another, slow at both ends."""
    eased = share**2 * (3 - 2 * share)
    return Look(
        *(
            (1 - eased) * getattr(first, field.name) + eased * getattr(second, field.name)
            for field in fields(Look)
        )
    )


def moments(rng: np.random.Generator, frames_per_s: float, first_s: float = 0.0) -> Iterator[float]:
    """Yield when frames come, with a camera's jitter."""
    at_s = first_s
    while True:
        yield at_s
        at_s += float(rng.normal(1.0, 0.05)) / frames_per_s


def meet(
    person: Person, plan: Plan, *, frames_per_s: float, rng: np.random.Generator
) -> tuple[Challenge, list[Reading]]:
    """Lead a person through a plan; return how it ended and what was seen."""
    readings: list[Reading] = []
    challenge = Challenge(plan, 0.0)
    for at_s in moments(rng, frames_per_s):
        if challenge.is_over:
            break
        reading = person.reading(at_s, challenge.demand)
        readings.append(reading)
        challenge.observe(reading)
    return challenge, readings


def perform(
    person: Person, plan: Plan, *, frames_per_s: float, rng: np.random.Generator
) -> list[Reading]:
    """Film a person who does what a plan asks for at its own pace, whatever a session would say."""
    asked_s = 1.0 + np.cumsum(np.array(plan.pauses_s) + 4.0) - 4.0
    readings: list[Reading] = []
    for at_s in moments(rng, frames_per_s):
        number = int(np.searchsorted(asked_s, at_s, side="right")) - 1
        if number >= 0 and at_s > asked_s[-1] + 4.0:
            return readings
        is_asked = number >= 0 and at_s - asked_s[number] < 2.2
        readings.append(person.reading(at_s, plan.demands[number] if is_asked else None))
    return readings


def play(readings: Iterable[Reading], plan: Plan) -> Challenge:
    """Show a recording, whatever is asked for."""
    challenge: Challenge | None = None
    for reading in readings:
        if challenge is None:
            challenge = Challenge(plan, reading.at_s)
        challenge.observe(reading)
        if challenge.is_over:
            break
    assert challenge is not None
    return challenge


def loop(readings: Sequence[Reading], start: int, for_s: float = 60.0) -> Iterator[Reading]:
    """Yield a recording from one of its readings on, again and again, in steady time."""
    at_s, gap_s = 0.0, 1 / 15
    for number in itertools.count(start):
        place = number % len(readings)
        yield replace(readings[place], at_s=at_s)
        following = (number + 1) % len(readings)
        step_s = readings[following].at_s - readings[place].at_s
        at_s += step_s if step_s > 0 else gap_s
        if at_s > for_s:
            return
