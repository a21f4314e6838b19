"""mien evaluate: how good the models are on photos whose people are known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mien.cli.console import AsJson, DataDir, err, out, print_json, reporting
from mien.cli.measuring import Measured, require_extra
from mien.errors import StorageError


def evaluate(
    path: Annotated[
        Path,
        typer.Argument(
            help="A folder of LFW, CALFW, CPLFW or CFP, a list of pairs (AgeDB-30), or a .bin of "
            "InsightFace."
        ),
    ],
    as_json: AsJson = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="Also write report.html, report.json and the plots into this folder.",
            file_okay=False,
        ),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Measure accuracy, error rates and identification, with intervals, and draw them."""
    require_extra(as_json=as_json)
    with reporting(as_json=as_json):
        from mien.bootstrap.clock import utc_now
        from mien.evaluation.assess import assess
        from mien.evaluation.recognize import read_protocol
        from mien.evaluation.report import print_report, to_json
        from mien.evaluation.write_report import write_report

        protocol = read_protocol(path)
        if report is not None:
            _require_room(report)
        measured = Measured.embed(protocol, data_dir)
        measured.warn_if_taught()
        photos, limits = measured.photos, measured.settings.quality.limits()
        with err.status("comparing"):
            digest = measured.pipeline.contract.digest
            assessment = assess(protocol, photos, limits, digest)
            if report is not None:
                today = utc_now().date()
                write_report(report, protocol, photos, assessment, limits, today=today)
        if as_json:
            print_json(to_json(assessment))
        else:
            print_report(assessment, out)
        if report is not None:
            err.print(f"the report is {escape(str(report / 'report.html'))}")


def _require_room(report: Path) -> None:
    """Refuse what could not be written, before an hour is spent on it."""
    try:
        report.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{report} cannot be made: {error.strerror}") from error
