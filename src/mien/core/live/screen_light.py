"""Does a face reflect the light of the screen in front of it? Colors drawn by the server tell.

The screen shows full colors one after another; a face before it is tinted by each, after the
delay of the display, the camera and the network. What was recorded or generated elsewhere is not,
or by other colors. Paper in front of the same screen is, so this is no answer to prints, which the
challenge is. It was tried on photos that were lit by calculation only, never with a real
screen: in daylight a screen tints a face by a few percent at best.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, final

import numpy as np
import numpy.typing as npt

from mien.core.geometry import Box
from mien.core.image import Pixels
from mien.core.liveness import Check, CheckName

Floats = npt.NDArray[np.float64]


class Color(StrEnum):
    """What the screen shows; stable words of the wire."""

    RED = "red"
    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    CYAN = "cyan"
    MAGENTA = "magenta"


_RGB: Final = {
    Color.RED: (1.0, 0.0, 0.0),
    Color.GREEN: (0.0, 1.0, 0.0),
    Color.BLUE: (0.0, 0.0, 1.0),
    Color.YELLOW: (1.0, 1.0, 0.0),
    Color.CYAN: (0.0, 1.0, 1.0),
    Color.MAGENTA: (1.0, 0.0, 1.0),
}

_COUNT: Final = 7
_SHOWN_S: Final = 0.6
"""Less than two changes a second: more than three can be dangerous (WCAG 2.3.1)."""

_DELAYS_S: Final = tuple(float(delay) for delay in np.arange(0.0, 0.55, 0.05))
_FEWEST_PER_COLOR: Final = 3
_LEAST: Final = 0.5
_DECOYS: Final = 99
"""Other sequences that must fit worse: by chance, one session in a hundred passes."""

_DARKEST: Final = 1.0
_GAMMA: Final = 2.2


@dataclass(frozen=True, slots=True)
class LightPlan:
    """Which colors are shown, each for so long."""

    colors: Sequence[Color]
    shown_s: float = _SHOWN_S

    @property
    def lasts_s(self) -> float:
        """From the first color to the end of the last."""
        return len(self.colors) * self.shown_s


@dataclass(frozen=True, slots=True)
class Tint:
    """Mean color of a face in a frame, RGB 0 to 255. at_s: since the first color was asked for."""

    at_s: float
    rgb: tuple[float, float, float]


@final
class Lighting:
    """Lets a screen shine on a face, and collects what the face reflects."""

    def __init__(self, rng: random.Random) -> None:
        """Draw the colors; nobody is told of one before it is due."""
        self._rng: Final = rng
        self._plan: Final = draw_light(rng)
        self._tints: Final[list[Tint]] = []
        self._began_s: float | None = None

    def begin(self, at_s: float) -> None:
        """Show the first color; what has begun goes on."""
        if self._began_s is None:
            self._began_s = at_s

    def since_s(self, at_s: float) -> float | None:
        """Return how long the screen has shone; None before, and after the end."""
        if self._began_s is None or at_s - self._began_s > self._plan.lasts_s + _DELAYS_S[-1]:
            return None
        return at_s - self._began_s

    def color(self, at_s: float) -> Color | None:
        """Return what the screen is to show."""
        since_s = self.since_s(at_s)
        if since_s is None or since_s >= self._plan.lasts_s:
            return None
        return self._plan.colors[int(since_s // self._plan.shown_s)]

    def is_over(self, at_s: float) -> bool:
        """Tell whether the last color was shown, and had the time to come back."""
        return self._began_s is not None and self.since_s(at_s) is None

    def add(self, tint: Tint) -> None:
        """Take what a frame showed."""
        self._tints.append(tint)

    def check(self) -> Check:
        """Return the check; see `judge_light`."""
        return judge_light(self._plan, self._tints, self._rng)


def draw_light(rng: random.Random) -> LightPlan:
    """Draw a sequence in which no color follows itself."""
    colors = [rng.choice(list(Color))]
    while len(colors) < _COUNT:
        colors.append(rng.choice([color for color in Color if color is not colors[-1]]))
    return LightPlan(colors)


def tint_of(pixels: Pixels, box: Box, at_s: float) -> Tint:
    """Measure the middle of a face, where there is skin; NaN where there is none of it."""
    x, y = box.center
    height, width = pixels.shape[:2]
    left, right = (int(np.clip(x + side * box.width / 3, 0, width)) for side in (-1, 1))
    top, bottom = (int(np.clip(y + side * box.height / 3, 0, height)) for side in (-1, 1))
    middle = pixels[top:bottom, left:right].reshape(-1, 3)
    red, green, blue = middle.mean(axis=0) if len(middle) else (np.nan,) * 3
    return Tint(at_s, (float(red), float(green), float(blue)))


def judge_light(plan: LightPlan, tints: Sequence[Tint], rng: random.Random) -> Check:
    """Return how well the face follows the colors that were drawn, as a correlation.

    Nothing if another sequence fits as well; not checked where there are too few frames. rng:
    for those others.
    """
    inside = [tint for tint in tints if 0 <= tint.at_s <= plan.lasts_s + _DELAYS_S[-1]]
    if len(inside) < _FEWEST_PER_COLOR * len(plan.colors):
        return Check(CheckName.SCREEN_LIGHT, None, _LEAST)
    times = np.array([tint.at_s for tint in inside])
    seen = _unit(_chroma(np.array([tint.rgb for tint in inside])), times)
    own, delay_s = _best_fit(plan, seen, times)
    decoys = (LightPlan(draw_light(rng).colors, plan.shown_s) for _ in range(_DECOYS))
    wrong = max(_best_fit(decoy, seen, times)[0] for decoy in decoys if _differs(decoy, plan))
    score = own if own > wrong else min(own, 0.0)
    parts = {"correlation": own, "best_wrong": wrong, "delay_s": delay_s}
    return Check(CheckName.SCREEN_LIGHT, score, _LEAST, parts)


def _differs(decoy: LightPlan, plan: LightPlan) -> bool:
    return list(decoy.colors) != list(plan.colors)


def _best_fit(plan: LightPlan, seen: Floats, times: Floats) -> tuple[float, float]:
    """Return the highest correlation over the delays, and at which."""
    fits = [float((_shown(plan, times - delay) * seen).sum()) for delay in _DELAYS_S]
    best = int(np.argmax(fits))
    return fits[best], _DELAYS_S[best]


def _shown(plan: LightPlan, times: Floats) -> Floats:
    """Return what a face would show of a plan, a signal of unit length [n, 2]."""
    numbers = np.clip(times // plan.shown_s, 0, len(plan.colors) - 1).astype(int)
    light = np.array([_RGB[color] for color in plan.colors])[numbers]
    opponents = np.column_stack([light[:, 0] - light[:, 1], light[:, 2] - light[:, 1]])
    return _unit(opponents, times)


def _chroma(rgb: Floats) -> Floats:
    """Return log(R/G) and log(B/G) of linear light, [n, 2]: how bright it is does not matter."""
    linear = _GAMMA * np.log(np.maximum(rgb, _DARKEST))
    return np.column_stack([linear[:, 0] - linear[:, 1], linear[:, 2] - linear[:, 1]])


def _unit(signal: Floats, times: Floats) -> Floats:
    """Take out the mean and a steady drift, as of white balance, and scale to unit length."""
    basis = np.column_stack([np.ones(len(times)), times - times.mean()])
    basis /= np.linalg.norm(basis, axis=0)
    left = signal - basis @ (basis.T @ signal)
    return np.asarray(left / max(float(np.linalg.norm(left)), 1e-9), dtype=np.float64)
