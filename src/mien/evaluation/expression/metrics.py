"""How often expressions are named as people name them, and what the shares are worth; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import confusion_matrix

from mien.core.expression import Expression
from mien.evaluation.assess import SEED
from mien.evaluation.metrics import CONFIDENCE, Estimate, estimate_proportion

Floats = npt.NDArray[np.floating]
Answers = npt.NDArray[np.int64]

BINS: Final = 15
"""Of equal width, as in the paper that the calibration error is of."""

_RESAMPLES: Final = 1000


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One expression. precision: None where it was never answered.

    faces: that people call so. precision: of the answers that name it, the share that is right.
    recall: of those faces, the share that is found.
    """

    expression: Expression
    faces: int
    precision: Estimate | None
    recall: Estimate | None


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers of similar confidence. confidence: their mean. accuracy: how many are right."""

    faces: int
    confidence: float
    accuracy: Estimate


@dataclass(frozen=True, slots=True)
class ExpressionFigures:
    """What was measured on some faces.

    calibration_error: see `calibration_error`. balanced_accuracy: the mean recall of all
    expressions that occur. confusion: faces, a row for what people say, a column for the answer.
    """

    faces: int
    accuracy: Estimate
    balanced_accuracy: float
    calibration_error: Estimate
    classes: tuple[ClassFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    reliability: tuple[ReliabilityBin, ...]


def measure(probabilities: Floats, answers: Answers) -> ExpressionFigures:
    """Measure probabilities [n, 8] on what people say, places in `Expression` [n]; n is not 0."""
    given = probabilities.argmax(axis=1)
    confusion = confusion_matrix(answers, given, labels=range(len(Expression)))
    classes = tuple(_by_class(confusion))
    recalls = [one.recall.value for one in classes if one.recall is not None]
    return ExpressionFigures(
        faces=len(answers),
        accuracy=estimate_proportion(int((given == answers).sum()), len(answers)),
        balanced_accuracy=float(np.mean(recalls)),
        calibration_error=_estimate_calibration_error(probabilities, answers),
        classes=classes,
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        reliability=tuple(_bin(probabilities, answers)),
    )


def calibration_error(probabilities: Floats, answers: Answers) -> float:
    """Return the expected calibration error of the largest shares.

    The mean distance of confidence and accuracy over `BINS` bins, each counted with its answers.
    M. Naeini et al., Obtaining well calibrated probabilities, AAAI 2015; C. Guo et al., ICML 2017.
    """
    confidence, correct = _answered(probabilities, answers)
    gaps = np.bincount(_place(confidence), confidence - correct, minlength=BINS)
    return float(np.abs(gaps).sum() / len(answers))


def _by_class(confusion: npt.NDArray[np.int64]) -> Iterator[ClassFigures]:
    for place, expression in enumerate(Expression):
        right = int(confusion[place, place])
        given, faces = int(confusion[:, place].sum()), int(confusion[place].sum())
        yield ClassFigures(
            expression,
            faces,
            precision=estimate_proportion(right, given) if given else None,
            recall=estimate_proportion(right, faces) if faces else None,
        )


def _estimate_calibration_error(probabilities: Floats, answers: Answers) -> Estimate:
    """Resample the faces; the error of a sample is biased upwards, so the interval is, too."""
    rng = np.random.default_rng(SEED)
    confidence, correct = _answered(probabilities, answers)
    places, gaps = _place(confidence), confidence - correct
    draws = rng.integers(0, len(answers), (_RESAMPLES, len(answers)))
    errors = [
        np.abs(np.bincount(places[draw], gaps[draw], minlength=BINS)).sum() / len(answers)
        for draw in draws
    ]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(errors, [tail, 1 - tail])
    return Estimate(calibration_error(probabilities, answers), float(low), float(high))


def _bin(probabilities: Floats, answers: Answers) -> Iterator[ReliabilityBin]:
    confidence, correct = _answered(probabilities, answers)
    places = _place(confidence)
    for place in np.unique(places):
        held = places == place
        yield ReliabilityBin(
            faces=int(held.sum()),
            confidence=float(confidence[held].mean()),
            accuracy=estimate_proportion(int(correct[held].sum()), int(held.sum())),
        )


def _answered(probabilities: Floats, answers: Answers) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return how sure each answer is, and whether it is right."""
    return probabilities.max(axis=1), probabilities.argmax(axis=1) == answers


def _place(confidence: Floats) -> npt.NDArray[np.int64]:
    """Return the bin of each confidence, the first from 0 on, the last with 1."""
    return np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
