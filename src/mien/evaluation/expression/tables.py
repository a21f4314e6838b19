"""The tables of expression reading, as words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mien.core.expression import Expression
from mien.evaluation.expression.assess import ExpressionAssessment
from mien.evaluation.expression.metrics import ExpressionFigures
from mien.evaluation.metrics import Estimate
from mien.evaluation.tables import DataTable, format_percent

_INTERVALS: Final = (
    "Intervals: 95 %, Clopper-Pearson; of the calibration error (15 bins): bootstrap over faces."
)
_ANSWERS: Final = (
    "What is right is what people say: a majority of ten, single votes left out. They disagree "
    "about one face in ten, so no reader can be right on every face of the plurality."
)
_NEVER: Final = "-"


def make_tables(assessment: ExpressionAssessment) -> Iterator[DataTable]:
    """Yield the tables in the order of reading."""
    yield _summarize(assessment)
    yield _tabulate_classes(assessment.majority)
    yield _tabulate_confusion(assessment.majority)


def make_notes(_assessment: ExpressionAssessment) -> Iterator[str]:
    """Yield what has to be known to read the tables."""
    yield _INTERVALS
    yield _ANSWERS


def _summarize(assessment: ExpressionAssessment) -> DataTable:
    named = {
        "majority": assessment.majority,
        "plurality": assessment.plurality,
        "majority, cut out by mien": assessment.cut,
    }
    return DataTable(
        f"Expressions on {assessment.protocol}",
        ("faces", "number", "accuracy, %", "mean recall, %", "calibration error, %"),
        tuple(
            (
                name,
                str(figures.faces),
                format_percent(figures.accuracy),
                f"{100 * figures.balanced_accuracy:.1f}",
                format_percent(figures.calibration_error),
            )
            for name, figures in named.items()
            if figures is not None
        ),
    )


def _tabulate_classes(figures: ExpressionFigures) -> DataTable:
    return DataTable(
        "By expression (majority)",
        ("expression", "faces", "precision, %", "recall, %"),
        tuple(
            (one.expression.value, str(one.faces), _percent(one.precision), _percent(one.recall))
            for one in figures.classes
        ),
    )


def _tabulate_confusion(figures: ExpressionFigures) -> DataTable:
    return DataTable(
        "Confusion (majority): a row for what people say, a column for the answer",
        ("", *Expression),
        tuple(
            (expression.value, *map(str, row))
            for expression, row in zip(Expression, figures.confusion, strict=True)
        ),
    )


def _percent(estimate: Estimate | None) -> str:
    return _NEVER if estimate is None else format_percent(estimate, digits=1)
