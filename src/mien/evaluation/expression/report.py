"""Expression reading for programs (JSON) and as a folder with a page and plots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from mien.evaluation.expression.assess import ExpressionAssessment
from mien.evaluation.expression.plots import draw_expressions
from mien.evaluation.expression.tables import make_notes, make_tables
from mien.evaluation.html_report import render_html
from mien.evaluation.write_report import write_files


def to_json(assessment: ExpressionAssessment) -> Mapping[str, object]:
    """Return plain values; shares and rates are 0 to 1."""
    return asdict(assessment)


def write_expression_report(
    folder: Path, assessment: ExpressionAssessment, *, today: date
) -> tuple[Path, ...]:
    """Write report.html, report.json and the plots, over older ones; raise StorageError."""
    pictures = tuple(draw_expressions(assessment))
    page = render_html(
        name=assessment.protocol,
        today=today,
        tables=make_tables(assessment),
        notes=make_notes(assessment),
        pictures=pictures,
    )
    return write_files(folder, page, to_json(assessment), pictures)
