"""What YuNet would say, made up: nothing anywhere but for the faces that are put into it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mien.core.image import Image

STRIDES_PX = (8, 16, 32)
NEVER, ALWAYS = -20.0, 20.0
"""Logits of what is as good as impossible, and of what is as good as certain."""


class Outputs:
    """YuNet's three levels for one image, float32 [1, 16, rows, columns]."""

    def __init__(self, width: int, height: int) -> None:
        self.tensors = [
            np.full((1, 16, height // stride, width // stride), NEVER, np.float32)
            for stride in STRIDES_PX
        ]

    @classmethod
    def of(cls, values: npt.NDArray[np.generic]) -> Outputs:
        """Return what is said of an input, uint8 [1, h, w, 3]."""
        views, height, width, _ = values.shape
        assert views == 1
        return cls(width, height)

    def put(
        self,
        *,
        cell: tuple[int, int],
        level: int = 0,
        score: float = 1.0,
        box: Sequence[float] = (0, 0, 1, 1),
        marks: npt.ArrayLike = 0.0,
    ) -> None:
        """Put a face into column and row *cell*; box as the network says it, marks in pixels."""
        points = np.broadcast_to(np.asarray(marks), (5, 2)) / STRIDES_PX[level] - cell
        column, row = cell
        said = [logit(score**2), ALWAYS, *box, *points.reshape(-1)]
        self.tensors[level][0, :, row, column] = said


def logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability))) if probability < 1 else ALWAYS


def blank(width: int, height: int) -> Image:
    return Image(np.zeros((height, width, 3), np.uint8))
