"""Networks that answer what they are told to, and remember what they were shown."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mien.inference.runtime import Tensor


class StandInNetwork:
    """Has the inputs and outputs of a real one."""

    def __init__(self, *answer: float) -> None:
        self.answer = np.array([answer], np.float32)
        self.shown: list[npt.NDArray[np.generic]] = []

    def run(self, values: npt.NDArray[np.generic]) -> Tensor:
        assert values.dtype == np.uint8
        self.shown.append(values)
        return self.answer

    def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        return [self.run(values)]


class DepthNetwork(StandInNetwork):
    """Answers one depth map."""

    def __init__(self, nearness: npt.NDArray[np.floating]) -> None:
        super().__init__()
        self.answer = nearness[None].astype(np.float32)
