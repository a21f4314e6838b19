"""mien wellbeing: how expressions at authentication went, of groups and of one person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mien.cli.console import (
    AsJson,
    DataDir,
    err,
    opened_store,
    out,
    print_json,
    read_settings,
)
from mien.cli.recognize import SubjectName
from mien.core.groups import DEPARTMENT, parse_attribute
from mien.core.template import parse_subject_id
from mien.core.wellbeing.periods import Period
from mien.errors import InvalidRequestError

if TYPE_CHECKING:
    from mien.core.wellbeing.score import Series, Trend
    from mien.service.csv_text import Row

wellbeing = typer.Typer(
    help="How expressions at authentication went, kept with consent (docs/wellbeing.md)."
)


class Format(StrEnum):
    """How figures are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


Since = Annotated[
    datetime | None,
    typer.Option("--since", formats=["%Y-%m-%d"], help="Only periods that begin on it or later."),
]
Wanted = Annotated[Format, typer.Option("--format", help="How the figures are written.")]
Output = Annotated[Path | None, typer.Option("--output", help="File to write; stdout without.")]
Plot = Annotated[Path | None, typer.Option("--plot", help="PNG file to draw to.")]


@dataclass(frozen=True, slots=True)
class _Figures:
    """What is told: rows, their columns, and the trends by group."""

    rows: Sequence[Row]
    columns: Sequence[str]
    trends: dict[str, Trend | None]
    withheld: int | None = None


@wellbeing.command("groups")
def show_groups(
    attribute: Annotated[str, typer.Option(help="By what; only the department is told.")] = (
        DEPARTMENT
    ),
    period: Annotated[
        Period | None, typer.Option(help="The one that MIEN_WELLBEING_PERIOD chooses.")
    ] = None,
    since: Since = None,
    wanted: Wanted = Format.TABLE,
    output: Output = None,
    plot: Plot = None,
    data_dir: DataDir = None,
) -> None:
    """Show how groups of at least five people did; fewer are withheld."""
    from mien.bootstrap.wellbeing import make_wellbeing
    from mien.service.wellbeing_tables import GROUP_COLUMNS, rows_of_groups

    with opened_store(data_dir, as_json=wanted is Format.JSON) as work:
        use_case = make_wellbeing(read_settings(data_dir))
        parsed = parse_attribute(attribute)
        told = use_case.of_groups(work, parsed, period, _day(since))
        trends = {str(group): series.trend for group, series in told.groups.items()}
        figures = _Figures(rows_of_groups(told), GROUP_COLUMNS, trends, told.withheld)
        _write(figures, wanted, output)
        if plot is not None:
            from mien.evaluation.wellbeing_plots import draw_groups

            _save(plot, draw_groups(told))


@wellbeing.command("person")
def show_person(
    user_id: SubjectName,
    period: Annotated[Period, typer.Option(help="Days or weeks.")] = Period.WEEK,
    since: Since = None,
    wanted: Wanted = Format.TABLE,
    output: Output = None,
    plot: Plot = None,
    data_dir: DataDir = None,
) -> None:
    """Show how one person's expressions went: for that person, who asked for it."""
    from mien.bootstrap.wellbeing import make_wellbeing
    from mien.service.wellbeing_tables import PERSON_COLUMNS, rows_of_person

    with opened_store(data_dir, as_json=wanted is Format.JSON) as work:
        use_case = make_wellbeing(read_settings(data_dir))
        series: Series = use_case.of_person(work, parse_subject_id(user_id), period, _day(since))
        rows = rows_of_person(series, period)
        _write(_Figures(rows, PERSON_COLUMNS, {user_id: series.trend}), wanted, output)
        if plot is not None:
            from mien.evaluation.wellbeing_plots import draw_person

            _save(plot, draw_person(series))


@wellbeing.command("erase-all")
def erase_all(
    yes: Annotated[bool, typer.Option("--yes", help="Do it: nothing brings them back.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Erase every expression of everybody; it goes on record."""
    from mien.bootstrap.wellbeing import make_wellbeing

    with opened_store(data_dir, as_json=as_json) as work:
        if not yes:
            raise InvalidRequestError(
                "this erases every expression that was kept, of everybody: say --yes to do it"
            )
        count = make_wellbeing(read_settings(data_dir)).erase_all(work)
    if as_json:
        print_json({"success": True, "erased": count})
    else:
        out.print(f"[green]erased[/] {count} expressions")


def _day(since: datetime | None) -> date | None:
    return None if since is None else since.date()


def _write(figures: _Figures, wanted: Format, output: Path | None) -> None:
    from mien.service.csv_text import write_csv
    from mien.service.wellbeing_tables import write_parquet

    writers: dict[Format, Callable[[], bytes]] = {
        Format.JSON: lambda: _json(figures),
        Format.CSV: lambda: write_csv(figures.rows, figures.columns),
        Format.PARQUET: lambda: write_parquet(figures.rows, figures.columns),
    }
    if wanted is Format.TABLE:
        if output is not None:
            raise InvalidRequestError("--output takes --format csv, json or parquet")
        _print(figures)
    elif output is not None:
        _save(output, writers[wanted]())
    elif wanted is Format.PARQUET:
        raise InvalidRequestError("Parquet is no text: name a file with --output")
    else:
        typer.echo(writers[wanted]().decode(), nl=False)


def _json(figures: _Figures) -> bytes:
    import json

    trends = {name: asdict(each) if each else None for name, each in figures.trends.items()}
    values = {"figures": figures.rows, "trends": trends, "withheld": figures.withheld}
    return (json.dumps(values, indent=2) + "\n").encode()


def _print(figures: _Figures) -> None:
    table = Table(*figures.columns)
    for row in figures.rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in figures.columns))
    out.print(table)
    for name, trend in figures.trends.items():
        if trend is not None:
            low, high = trend.interval.low, trend.interval.high
            change = f"{trend.per_week:+.2f} a week, {low:+.2f} to {high:+.2f}"
            out.print(f"{name}: {change}", markup=False)
    if figures.withheld:
        out.print(f"withheld: {figures.withheld} groups and periods of fewer than five people")


def _save(path: Path, data: bytes) -> None:
    try:
        path.touch(mode=0o600)  # it is about people
        path.write_bytes(data)
    except OSError as error:
        raise InvalidRequestError(f"{path} cannot be written: {error.strerror}") from error
    err.print(f"[green]wrote[/] {path}", soft_wrap=True)
