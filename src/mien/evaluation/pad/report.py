"""Presentation attack detection for programs (JSON) and as a folder with a page and plots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from mien.evaluation.html_report import render_html
from mien.evaluation.pad.assess import Outcome, PadAssessment
from mien.evaluation.pad.metrics import PadScores
from mien.evaluation.pad.plots import draw_attacks
from mien.evaluation.pad.protocol import PadProtocol
from mien.evaluation.pad.tables import make_notes, make_tables
from mien.evaluation.write_report import write_files


def to_json(assessment: PadAssessment) -> Mapping[str, object]:
    """Return plain values; rates are 0 to 1."""
    values = asdict(assessment)
    for system, entry in zip(assessment.systems, values["systems"], strict=True):
        for name in ("chosen", "unseen", "shipped"):
            outcome: Outcome | None = getattr(system, name)
            if outcome is not None:
                entry[name]["worst_species"] = outcome.worst.name
                entry[name]["acer"] = outcome.average_error
    return values


def write_attack_report(
    folder: Path,
    protocol: PadProtocol,
    ways: Mapping[str, PadScores],
    assessment: PadAssessment,
    *,
    today: date,
) -> tuple[Path, ...]:
    """Write report.html, report.json and the plots, over older ones; raise StorageError."""
    pictures = tuple(draw_attacks(protocol, ways))
    page = render_html(
        name=assessment.protocol,
        today=today,
        tables=make_tables(assessment),
        notes=make_notes(assessment),
        pictures=pictures,
    )
    return write_files(folder, page, to_json(assessment), pictures)
