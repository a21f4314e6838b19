"""mien fairness: whether groups of people are treated alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli.console import (
    AsJson,
    DataDir,
    err,
    import_progress,
    opened_store,
    out,
    print_json,
    read_settings,
    reporting,
)
from mien.cli.fairness_tables import plain_comparison, print_comparison
from mien.cli.measuring import Telling, counting, require_extra
from mien.errors import InvalidRequestError


def fairness(
    path: Annotated[
        Path | None,
        typer.Argument(help="A folder with labels.csv: the column file, and one an attribute."),
    ] = None,
    *,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="A column to compare groups by; repeatable.")
    ] = None,
    cross: Annotated[
        list[str] | None,
        typer.Option("--cross", help="Attributes to compare together, as gender,race; repeatable."),
    ] = None,
    production: Annotated[
        bool,
        typer.Option("--production", help="Compare the attempts of people who agreed, instead."),
    ] = False,
    attribute: Annotated[
        str | None, typer.Option("--attribute", help="With --production: what groups differ in.")
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(min=1, help="With --production: so many whole days.", show_default="30"),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="Also write report.html, report.json and the plots into this folder.",
            file_okay=False,
        ),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Compare error rates between groups of people, with intervals, and draw them."""
    with reporting(as_json=as_json):
        if production:
            if path is not None or by or cross or report is not None or attribute is None:
                raise InvalidRequestError(
                    "--production takes --attribute and --days, and no folder: "
                    "mien fairness --production --attribute age"
                )
            _compare_attempts(attribute, days, data_dir, as_json=as_json)
            return
        if path is None or attribute is not None or days is not None:
            raise InvalidRequestError(
                "name a folder of labelled photos, or compare attempts:  "
                "mien fairness --production --attribute age"
            )
    require_extra(as_json=as_json)
    with reporting(as_json=as_json):
        _compare_photos(path, by or [], cross or [], Telling(report, as_json), data_dir)


def _compare_photos(
    path: Path, by: list[str], cross: list[str], telling: Telling, data_dir: Path | None
) -> None:
    from mien.bootstrap.clock import utc_now
    from mien.evaluation.fairness.assess import assess_fairness
    from mien.evaluation.fairness.protocol import read_protocol
    from mien.evaluation.fairness.reading import Reading
    from mien.evaluation.fairness.report import to_json, write_fairness_report
    from mien.evaluation.fairness.tables import make_notes, make_tables

    protocol = read_protocol(path, by, cross=[names.split(",") for names in cross])
    telling.require_room()
    with import_progress() as progress:
        reading = Reading.load(read_settings(data_dir), progress)
    with counting("reading photos") as count:
        observed = reading.observe(protocol, count)
    with err.status("comparing"):
        measured, histograms = assess_fairness(protocol, observed, reading.subject)
        if telling.report is not None:
            write_fairness_report(telling.report, measured, histograms, today=utc_now().date())
    telling.tell(to_json(measured), make_tables(measured), make_notes(measured))


def _compare_attempts(
    attribute: str, days: int | None, data_dir: Path | None, *, as_json: bool
) -> None:
    from mien.bootstrap.clock import utc_now
    from mien.core.groups import parse_attribute
    from mien.service.fairness import CompareGroups

    compare = CompareGroups(utc_now, days or read_settings(data_dir).fairness_days)
    with opened_store(data_dir, as_json=as_json) as work:
        comparison = compare(work, parse_attribute(attribute))
    if as_json:
        print_json(plain_comparison(comparison))
    else:
        print_comparison(comparison, out)
