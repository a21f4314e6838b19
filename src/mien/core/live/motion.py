"""Is a stream one take of one face? What changes from frame to frame tells.

Rules, because there is too little free video of attacks to teach a network by; where an
organization has its own, `mien train temporal` makes one, which then has a say as well.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, final

import numpy as np
import numpy.typing as npt

from mien.core.live.reading import Reading
from mien.core.liveness import Check, CheckName

FEATURES: Final = (
    "yaw_deg",
    "pitch_deg",
    "roll_deg",
    "eyes",
    "mouth",
    "smile",
    "log_nearness",
    "x",
    "y",
    "likeness",
    "after_s",
)
"""What a sequence model sees of each reading; x and y in widths of the face."""

_CLOSE_S: Final = 0.15
"""Frames further apart say nothing about how smooth a movement was."""

_LIMITS: Final = {"turn": 20.0, "shift": 0.18, "approach": 0.18}
"""The most that a face turns (degrees), moves (its own widths) and comes closer (logarithm of
the distance) at once. Of genuine clips at 15 frames a second the largest step that stands alone
is a quarter of it."""

_SPIKE: Final = 3.0
"""A cut is one step much larger than those around it; a quick movement has quick neighbors."""

_FEWEST: Final = 8


class SequenceModel(Protocol):
    """What was learned from whole sessions."""

    @property
    def threshold(self) -> float:
        """From which score on a session passes."""
        ...

    def score(self, features: npt.NDArray[np.float32]) -> float:
        """Return how likely a session is genuine, 0 to 1, of float32 [readings, features]."""
        ...


@dataclass(frozen=True, slots=True)
class _Step:
    """From one reading to the next. size: in the largest of `_LIMITS`."""

    after_s: float
    size: float


@final
class Motion:
    """Collects the readings of a session."""

    def __init__(self, model: SequenceModel | None = None) -> None:
        """Take a learned model, if there is one."""
        self._model: Final = model
        self._readings: Final[list[Reading]] = []

    def observe(self, reading: Reading) -> None:
        """Take the next reading."""
        self._readings.append(reading)

    def compare(self, likeness: float) -> None:
        """Take note of how much the last reading's face was like the first."""
        self._readings[-1] = replace(self._readings[-1], likeness=likeness)

    def check(self) -> Check:
        """Return the check; each part passes from 1 on, and so does the least of them."""
        if len(self._readings) < _FEWEST:
            return Check(CheckName.MOTION, None, 1.0)
        parts = {"one_take": 1.0 / max(_largest_jump(self._readings), 1e-3)}
        if self._model is not None:
            parts["sequence"] = self._model.score(features_of(self._readings)) / max(
                self._model.threshold, 1e-6
            )
        return Check(CheckName.MOTION, float(np.min(list(parts.values()))), 1.0, parts)


def features_of(readings: Sequence[Reading]) -> npt.NDArray[np.float32]:
    """Return what a sequence model sees, float32 [readings, features]; see `FEATURES`.

    Likeness is repeated where a frame was not compared.
    """
    rows: list[list[float]] = []
    likeness, before_s = 0.0, readings[0].at_s
    for reading in readings:
        likeness = likeness if reading.likeness is None else reading.likeness
        x, y = reading.box.center
        width = max(reading.box.width, 1e-6)
        pose = reading.pose
        rows.append(
            [
                pose.yaw_deg,
                pose.pitch_deg,
                pose.roll_deg,
                reading.eyes,
                reading.mouth,
                reading.smile,
                float(np.log(reading.nearness)),
                x / width,
                y / width,
                likeness,
                reading.at_s - before_s,
            ]
        )
        before_s = reading.at_s
    return np.array(rows, dtype=np.float32)


def _largest_jump(readings: Sequence[Reading]) -> float:
    """Return the largest step that stands alone, in limits: from 1 on it is a cut."""
    steps = [_step(a, b) for a, b in itertools.pairwise(readings)]
    largest = 0.0
    for number, step in enumerate(steps):
        around = [steps[n].size for n in (number - 1, number + 1) if 0 <= n < len(steps)]
        is_spike = step.size > _SPIKE * max(around, default=0.0)
        if np.isnan(step.size):
            return np.inf  # what cannot be followed is a cut
        if step.after_s <= _CLOSE_S and is_spike:
            largest = max(largest, step.size)
    return largest


def _step(before: Reading, after: Reading) -> _Step:
    turn = np.hypot(
        after.pose.yaw_deg - before.pose.yaw_deg, after.pose.pitch_deg - before.pose.pitch_deg
    )
    (x0, y0), (x1, y1) = before.box.center, after.box.center
    shift = np.hypot(x1 - x0, y1 - y0) / max(before.box.width, 1e-6)
    approach = abs(np.log(after.nearness / before.nearness))
    sizes = {"turn": turn, "shift": shift, "approach": approach}
    size = np.max([sizes[name] / limit for name, limit in _LIMITS.items()])
    return _Step(after.at_s - before.at_s, float(size))
