"""mien evaluate: how good the models are on photos whose people are known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from mien.cli.console import AsJson, DataDir, err, out, print_json, reporting
from mien.cli.measuring import Judging, Measured, require_extra
from mien.errors import StorageError

if TYPE_CHECKING:
    from mien.evaluation.pad.protocol import PadProtocol


def evaluate(
    path: Annotated[
        Path,
        typer.Argument(
            help="A folder of LFW, CALFW, CPLFW or CFP, a list of pairs (AgeDB-30), or a .bin of "
            "InsightFace; or bona fide faces beside presentation attacks."
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
    """Measure accuracy, error rates and identification, with intervals, and draw them.

    Of presentation attacks: how many are taken for living faces.
    """
    require_extra(as_json=as_json)
    with reporting(as_json=as_json):
        from mien.evaluation.pad.protocol import read_protocol as read_attacks

        attacks = read_attacks(path)
        if attacks is not None:
            _evaluate_attacks(attacks, report, data_dir, as_json=as_json)
            return
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


def _evaluate_attacks(
    protocol: PadProtocol, report: Path | None, data_dir: Path | None, *, as_json: bool
) -> None:
    from mien.bootstrap.clock import utc_now
    from mien.evaluation.pad.assess import assess_attacks, list_ways
    from mien.evaluation.pad.report import to_json, write_attack_report
    from mien.evaluation.pad.tables import make_notes, make_tables
    from mien.evaluation.report import print_tables

    if report is not None:
        _require_room(report)
    judged = Judging.load(data_dir).judge(protocol)
    with err.status("comparing"):
        ways = list_ways(protocol, judged)
        assessment = assess_attacks(protocol, ways)
        if report is not None:
            today = utc_now().date()
            write_attack_report(report, protocol, ways, assessment, today=today)
    if as_json:
        print_json(to_json(assessment))
    else:
        print_tables(make_tables(assessment), make_notes(assessment), out)
    if report is not None:
        err.print(f"the report is {escape(str(report / 'report.html'))}")


def _require_room(report: Path) -> None:
    """Refuse what could not be written, before an hour is spent on it."""
    try:
        report.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{report} cannot be made: {error.strerror}") from error
