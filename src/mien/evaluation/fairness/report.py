"""A fairness report for programs (JSON) and as a folder with a page and plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from mien.evaluation.fairness.assess import FairnessReport
from mien.evaluation.fairness.pairs import Histograms
from mien.evaluation.fairness.plots import draw_fairness
from mien.evaluation.fairness.tables import make_notes, make_tables
from mien.evaluation.html_report import render_html
from mien.evaluation.write_report import write_files


def to_json(report: FairnessReport) -> Mapping[str, object]:
    """Return plain values; rates and shares are 0 to 1, a bound that there is none of is null."""
    values = asdict(report)
    values["thresholds"] = {f"{fmr:g}": limit for fmr, limit in report.thresholds.items()}
    return values


def write_fairness_report(
    folder: Path, report: FairnessReport, histograms: Sequence[Histograms], *, today: date
) -> tuple[Path, ...]:
    """Write report.html, report.json and the plots, over older ones; raise StorageError."""
    pictures = tuple(draw_fairness(report, histograms))
    page = render_html(
        name=f"{report.protocol}, by groups",
        today=today,
        tables=make_tables(report),
        notes=make_notes(report),
        pictures=pictures,
    )
    return write_files(folder, page, to_json(report), pictures)
