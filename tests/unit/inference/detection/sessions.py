"""A network that always says the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import numpy.typing as npt

from mien.inference.runtime import Session, Tensor

Answer = Callable[[npt.NDArray[np.generic]], list[Tensor]]


class _AnsweringSession:
    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        assert values.dtype == np.uint8
        assert values.ndim == 4
        return self._answer(values)


def answering(answer: Answer) -> Session:
    """Return a session whose outputs a function makes up from the input."""
    return cast("Session", _AnsweringSession(answer))
