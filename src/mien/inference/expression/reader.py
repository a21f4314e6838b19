"""Reads what faces express, with any of the networks that can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

import numpy as np
import numpy.typing as npt

from mien.core.expression import Expression, ExpressionShares
from mien.core.face import Face
from mien.core.image import Image
from mien.inference.expression.models import ExpressionModel
from mien.inference.runtime import Network, Tensor

_MOST_AT_ONCE: Final = 32
"""Faces of one run: memory stays bounded however many people a photo shows."""


@final
class NetworkExpressionReader:
    """All faces of an image in as few runs as the network allows."""

    def __init__(self, network: Network, model: ExpressionModel) -> None:
        """Take the imported network, and what is known of it."""
        self.model: Final = model
        self._network: Final = network
        self._at_once: Final = model.at_once or _MOST_AT_ONCE
        # Where each expression, in the core's order, stands in the network's.
        self._places: Final = [list(model.order).index(expression) for expression in Expression]

    def read(self, image: Image, faces: Sequence[Face]) -> list[ExpressionShares]:
        """Return one reading for each face, in their order."""
        if not faces:
            return []
        probabilities = self.judge(np.stack([self.model.chip(image, face) for face in faces]))
        return [ExpressionShares(tuple(row.tolist())) for row in probabilities]

    def judge(self, chips: npt.NDArray[np.uint8]) -> Tensor:
        """Return the probabilities of chips, float32 [n, 8], in the order of `Expression`.

        chips: uint8 RGB [n, side, side, 3], at least one, as the model's `chip` cuts them.
        """
        parts = [
            self._network.run(chips[start : start + self._at_once])
            for start in range(0, len(chips), self._at_once)
        ]
        outputs = np.concatenate(parts).reshape(len(chips), len(Expression))[:, self._places]
        return _softmax(outputs) if self.model.gives_logits else outputs


def _softmax(logits: Tensor) -> Tensor:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)
