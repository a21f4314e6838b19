"""An assessment in the terminal (Markdown tables) and for programs (JSON)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from rich import box
from rich.console import Console
from rich.table import Table

from mien.evaluation.assess import Assessment
from mien.evaluation.quality_gate import PERCENTILES
from mien.evaluation.tables import DataTable, make_notes, make_tables


def to_json(assessment: Assessment) -> Mapping[str, object]:
    """Return plain values; rates and shares are 0 to 1."""
    values = asdict(assessment)
    distribution = assessment.gate.distribution
    values["gate"]["distribution"] = {
        name: {f"{percent:g}": value for percent, value in zip(PERCENTILES, row, strict=True)}
        for name, row in distribution.items()
    }
    for name, points in (
        ("verification", assessment.verification),
        ("enrolled", assessment.enrolled),
    ):
        for point, entry in zip(points, values[name], strict=True):
            entry["tmr"] = asdict(point.tmr)
    return values


def print_report(assessment: Assessment, console: Console) -> None:
    """Print the tables and what has to be known to read them."""
    print_tables(make_tables(assessment), make_notes(assessment), console)


def print_tables(tables: Iterable[DataTable], notes: Iterable[str], console: Console) -> None:
    """Print tables in Markdown, then the notes."""
    for made in tables:
        table = Table(*made.columns, title=made.title, title_justify="left", box=box.MARKDOWN)
        for row in made.rows:
            table.add_row(*row)
        console.print(table)
        console.print()
    for note in notes:
        console.print(note)
