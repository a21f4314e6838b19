"""Assesses a reader of expressions on FER+: as the faces are, and as mien itself cuts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.image import Image, Pixels
from mien.evaluation.expression.ferplus import FerPlus
from mien.evaluation.expression.metrics import ExpressionFigures, measure

Judge = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]]
"""Takes chips, uint8 RGB [n, 48, 48, 3], and returns probabilities, float32 [n, 8]."""

Cut = Callable[[Image], Pixels | None]
"""Finds the face of an image and returns its chip, uint8 RGB [48, 48, 3]; None without a face."""

Progress = Callable[[int, int], None]
"""Called with how many faces are done, and of how many."""

_ENLARGED: Final = 5
_SURROUNDED: Final = 0.4


@dataclass(frozen=True, slots=True)
class ExpressionAssessment:
    """Figures on faces that were not learned from.

    majority: on faces of which more than half of the people say the same. plurality: on all on
    which most see an expression. cut: on those of `majority` whose face mien found by itself, from
    pixels that it cut out and turned by itself; None where it was not to, or found nobody.
    """

    protocol: str
    majority: ExpressionFigures
    plurality: ExpressionFigures
    cut: ExpressionFigures | None = None


def assess_expressions(
    name: str, faces: FerPlus, judge: Judge, cut: Cut | None, progress: Progress
) -> ExpressionAssessment:
    """Measure a network; cut: how faces are found and cut out in use."""
    clear, every = faces.with_majority(), faces.with_plurality()
    found = None
    if cut is not None:
        chips, places = _cut_out(clear, cut, progress)
        found = measure(judge(chips), clear.majority[places]) if places else None
    return ExpressionAssessment(
        name,
        majority=measure(judge(_in_color(clear)), clear.majority),
        plurality=measure(judge(_in_color(every)), every.plurality),
        cut=found,
    )


def enlarge(gray: npt.NDArray[np.uint8]) -> Image:
    """Return a face of FER+ as a photo in which a detector finds it, with a blurred surround."""
    side = gray.shape[0] * _ENLARGED
    large = cv2.resize(gray, (side, side), interpolation=cv2.INTER_CUBIC)
    margin = round(side * _SURROUNDED)
    surrounded = cv2.copyMakeBorder(large, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    return Image(np.ascontiguousarray(np.repeat(surrounded[..., None], 3, axis=2)))


def _cut_out(
    faces: FerPlus, cut: Cut, progress: Progress
) -> tuple[npt.NDArray[np.uint8], list[int]]:
    """Return the chips of faces that are found, and the places of these faces."""
    chips: list[Pixels] = []
    places: list[int] = []
    for place, gray in enumerate(faces.images):
        chip = cut(enlarge(gray))
        if chip is not None:
            chips.append(chip)
            places.append(place)
        progress(place + 1, len(faces))
    return np.array(chips), places


def _in_color(faces: FerPlus) -> npt.NDArray[np.uint8]:
    """Return the faces as they are, uint8 RGB [n, 48, 48, 3]."""
    return np.repeat(faces.images[..., None], 3, axis=3)
