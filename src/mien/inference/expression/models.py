"""Every network that can read expressions: what it is shown, and what its numbers mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mien.core.expression import Expression
from mien.core.face import Face
from mien.core.image import Image, Pixels
from mien.inference import catalogue
from mien.inference.expression.chips import box_chip, enlarged_ferplus_chip, ferplus_chip
from mien.inference.model import Model

DEFAULT: Final = "mien"


@dataclass(frozen=True, slots=True)
class ExpressionModel:
    """A network that reads expressions.

    name: as settings and answers call it. chip: cuts out what it is shown of a face. order: of
    its outputs. gives_logits: rather than probabilities. at_once: faces of one run, None for any.
    """

    name: str
    model: Model
    chip: Callable[[Image, Face], Pixels]
    order: Sequence[Expression] = tuple(Expression)
    gives_logits: bool = True
    at_once: int | None = None


OWN: Final = ExpressionModel(DEFAULT, catalogue.EXPRESSION, ferplus_chip, gives_logits=False)
"""Trained by `mien train expression`; its probabilities are calibrated."""

FERPLUS_VGG13: Final = ExpressionModel(
    "ferplus_vgg13", catalogue.FERPLUS_VGG13, enlarged_ferplus_chip, at_once=1
)
"""Its graph was exported for one face.

Source: E. Barsoum et al., ICMI 2016; the ONNX model zoo.
"""

HSEMOTION_B0: Final = ExpressionModel(
    "hsemotion_b0",
    catalogue.HSEMOTION_B0,
    box_chip,
    order=(
        Expression.ANGER,
        Expression.CONTEMPT,
        Expression.DISGUST,
        Expression.FEAR,
        Expression.HAPPINESS,
        Expression.NEUTRAL,
        Expression.SADNESS,
        Expression.SURPRISE,
    ),
)
"""Source: A. V. Savchenko, Facial expression and attributes recognition based on multi-task
learning of lightweight neural networks, SISY 2021."""

EXPRESSION_MODELS: Final[Mapping[str, ExpressionModel]] = {
    model.name: model for model in (OWN, FERPLUS_VGG13, HSEMOTION_B0)
}
