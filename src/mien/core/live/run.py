"""A live session: one person, one stream, one challenge, and all that was checked on the way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from mien.core.geometry import Box
from mien.core.live.challenge import Challenge, ChallengeFailure, Phase
from mien.core.live.channel import Channel, ChannelFault
from mien.core.live.demands import PROMPTS, Demand
from mien.core.live.motion import Motion
from mien.core.live.reading import Reading
from mien.core.live.screen_light import Color, Lighting, Tint
from mien.core.liveness import Check, CheckName, Liveness, LivenessPolicy
from mien.core.template import FaceSample

COMPARED_AFTER_S: Final = (0.4, 1.0)
"""Between two comparisons, at random: nobody may know when the right face has to be shown."""

_COLLECTED_EVERY_S: Final = 0.2
"""Before the first face, and without a challenge."""

_COMPARED_EVERY_FRAMES: Final = 5
_COLLECTED_EVERY_FRAMES: Final = 3
"""Comparing costs as much as looking at four frames: a server that has no time for more than a
few frames a second must not spend it on comparing each of them."""

_JUDGED_UNASKED: Final = 3

ENOUGH_FACES: Final = 5
"""Faces that are compared without a challenge, and then vote."""

_SEEN_WITHIN_S: Final = 2.0
"""How long after the last answer the face may take to be recognizable again."""

_SAME_PERSON: Final = 2.0
"""Likeness with the first face, as a power of ten; a head that turns is harder to recognize."""

_LEAST_RELIEF: Final = 0.03
"""A head that turns by 15 degrees shows 0.05 and more, a photo that is tilted by 40, 0.02."""

_LOOK_HERE: Final = "look straight into the camera and keep still"
_WAIT: Final = "look straight into the camera again"
_LIT: Final = "look straight at the screen and keep still"


@dataclass(frozen=True, slots=True)
class Progress:
    """What a person is told.

    hint: what keeps the session from going on, if anything. light: what the whole screen shows.
    box, landmarks: in shares of the frame; see `FaceMesh.shown_points`.
    """

    phase: Phase
    prompt: str
    demand: Demand | None
    done: int
    total: int
    hint: str | None = None
    box: Box | None = None
    light: Color | None = None
    landmarks: Sequence[tuple[float, float]] | None = None


@final
class LiveRun:
    """Follows a stream until it is decided. For one thread at a time."""

    def __init__(
        self,
        policy: LivenessPolicy,
        channel: Channel,
        motion: Motion,
        challenge: Challenge | None,
        rng: random.Random,
        light: Lighting | None = None,
    ) -> None:
        """Take what judges the stream; without a challenge faces are only collected.

        rng: for the times at which faces are compared, which nobody may foresee. light: shines
        after the challenge, where it is asked for.
        """
        self.policy: Final = policy
        self.channel: Final = channel
        self.challenge: Final = challenge
        self.faces: Final[list[FaceSample]] = []
        self._motion: Final = motion
        self._likenesses: Final[list[float]] = []
        self._passive: Final[list[Check]] = []
        self._rng: Final = rng
        self._light: Final = light
        self._tried_s: float | None = None
        self._wait_s = 0.0
        self._since_tried = 0
        self._answers = 0
        self._answered_s = 0.0
        self._now_s = 0.0

    @property
    def is_over(self) -> bool:
        """Whether more frames cannot change anything.

        After the last answer the face may still have to be recognized.
        """
        if self.channel.fault is not None:
            return True
        if self.challenge is None:
            return len(self.faces) >= ENOUGH_FACES
        if self.challenge.phase is Phase.PASSED and self._has_to_be_seen:
            return self._now_s - self._answered_s > _SEEN_WITHIN_S
        if self.challenge.phase is Phase.PASSED and self._light is not None:
            return self._light.is_over(self._now_s)
        return self.challenge.is_over

    @property
    def failure(self) -> ChallengeFailure | ChannelFault | None:
        """What ended the session before its end."""
        return self.channel.fault or (self.challenge.failure if self.challenge else None)

    def observe(self, reading: Reading) -> None:
        """Take what a frame says; a challenge begins when there is a face to compare with."""
        self._motion.observe(reading)
        self._since_tried += 1
        if self.challenge is None or not self.faces:
            self.miss(reading.at_s)
            return
        before = len(self.challenge.answers)
        self.challenge.observe(reading)
        self._now_s = reading.at_s
        if len(self.challenge.answers) > before:
            self._answered_s = reading.at_s
        if self._light and self.challenge.phase is Phase.PASSED and not self._has_to_be_seen:
            self._light.begin(reading.at_s)

    def lit_for_s(self, at_s: float) -> float | None:
        """Return how long the screen has shone on the face, None while it does not."""
        return None if self._light is None else self._light.since_s(at_s)

    def add_tint(self, tint: Tint) -> None:
        """Take the color of the face in a frame while the screen shines."""
        if self._light is not None:
            self._light.add(tint)

    def miss(self, at_s: float) -> None:
        """Take note that a frame showed no face."""
        self._now_s = at_s
        if self.challenge is not None:
            self.challenge.miss(at_s)

    def wants_face(self, at_s: float) -> bool:
        """Tell whether the face should be compared now: regularly, and whenever it answered.

        The face that acts must be the face that is recognized.
        """
        if self._tried_s is None or self._has_to_be_seen:
            return True
        frames = _COMPARED_EVERY_FRAMES if self.faces else _COLLECTED_EVERY_FRAMES
        if self.challenge is None:
            frames = 1
        return at_s - self._tried_s >= self._wait_s and self._since_tried >= frames

    @property
    def _has_to_be_seen(self) -> bool:
        return self.challenge is not None and len(self.challenge.answers) > self._answers

    @property
    def wants_pixels_judged(self) -> bool:
        """Whether the pixels of the next compared face count.

        Where the policy does not ask for it, a few are judged, to be told beside the rest.
        """
        return self.policy.needs_passive or len(self._passive) < _JUDGED_UNASKED

    def try_face(self, at_s: float) -> None:
        """Take note that the face is being compared, whatever becomes of it."""
        self._tried_s, self._since_tried = at_s, 0
        self._wait_s = _COLLECTED_EVERY_S
        if self.challenge is not None and self.faces:
            self._wait_s = self._rng.uniform(*COMPARED_AFTER_S)

    def add_face(self, face: FaceSample, likeness: float | None, passive: Check | None) -> None:
        """Take a face that was compared with the session's first. likeness: None for that one."""
        self._answers = len(self.challenge.answers) if self.challenge else 0
        self.faces.append(face)
        if likeness is not None:
            self._likenesses.append(likeness)
            self._motion.compare(likeness)
        if passive is not None:
            self._passive.append(passive)

    def progress(
        self,
        *,
        hint: str | None = None,
        box: Box | None = None,
        landmarks: Sequence[tuple[float, float]] | None = None,
    ) -> Progress:
        """Return what the person is to be told."""
        if self.challenge is None:
            phase = Phase.PASSED if self.is_over else Phase.REST
            done, total, demand = len(self.faces), ENOUGH_FACES, None
        else:
            phase, demand = self.challenge.phase, self.challenge.demand
            done, total = len(self.challenge.answers), self.challenge.count
        light = None if self._light is None else self._light.color(self._now_s)
        if self.channel.fault is not None:
            phase = Phase.FAILED
        elif phase is Phase.PASSED and self._light is not None and not self.is_over:
            phase = Phase.LIGHT
        prompt = _prompt(phase, demand)
        return Progress(phase, prompt, demand, done, total, hint, box, light, landmarks)

    def liveness(self) -> Liveness:
        """Return everything that was checked."""
        checks = [] if not self._passive else [_vote(self._passive)]
        if self.challenge is not None:
            checks += [
                _demands(self.challenge),
                _relief(self.challenge),
                self._motion.check(),
                self.channel.check(),
                self._same_person(),
            ]
            checks += [] if self._light is None else [self._light.check()]
        return Liveness(self.policy, tuple(checks))

    def _same_person(self) -> Check:
        """Every answer must have been followed by a face that could be compared."""
        answers = len(self.challenge.answers) if self.challenge else 0
        is_checked = self._likenesses and self._answers == answers
        parts = {"compared": float(len(self._likenesses))}
        # numpy's minimum, unlike Python's, is not a number if one of them is not.
        lowest = float(np.min(self._likenesses)) if is_checked else None
        return Check(CheckName.SAME_PERSON, lowest, _SAME_PERSON, parts)


def _demands(challenge: Challenge) -> Check:
    parts = {
        f"{number}_{answer.demand}_after_s": answer.after_s
        for number, answer in enumerate(challenge.answers, start=1)
    }
    share = len(challenge.answers) / challenge.count
    score = min(share, 0.0) if challenge.failure else share
    return Check(CheckName.DEMANDS, score, 1.0, parts)


def _relief(challenge: Challenge) -> Check:
    reliefs = [answer.relief for answer in challenge.answers if answer.relief is not None]
    lowest = float(np.min(reliefs)) if reliefs else None
    return Check(CheckName.RELIEF, lowest, _LEAST_RELIEF)


def _vote(judged: list[Check]) -> Check:
    """Return the middle of what was said of single frames; not checked once is not checked."""
    scores = [check.score for check in judged if check.score is not None]
    threshold = max(check.threshold for check in judged)
    median = float(np.median(scores)) if len(scores) == len(judged) else None
    return Check(CheckName.PASSIVE, median, threshold, {"frames": float(len(scores))})


def _prompt(phase: Phase, demand: Demand | None) -> str:
    if demand is not None:
        return PROMPTS[demand]
    return {
        Phase.REST: _LOOK_HERE,
        Phase.PAUSE: _WAIT,
        Phase.LIGHT: _LIT,
        Phase.PASSED: "done",
        Phase.FAILED: "that did not work: begin again",
    }[phase]
