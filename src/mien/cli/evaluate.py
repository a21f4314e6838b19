"""mien evaluate: how good the models are on photos whose people are known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli.console import AsJson, DataDir, err, reporting
from mien.cli.measuring import Judging, Measured, Telling, assess_ferplus, require_extra

if TYPE_CHECKING:
    from mien.evaluation.pad.protocol import PadProtocol


def evaluate(
    path: Annotated[
        Path,
        typer.Argument(
            help="A folder of LFW, CALFW, CPLFW or CFP, a list of pairs (AgeDB-30), or a .bin of "
            "InsightFace; bona fide faces beside presentation attacks; or FER+."
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

    Of presentation attacks: how many are taken for living faces. Of FER+: how often expressions
    are named as people name them.
    """
    require_extra(as_json=as_json)
    telling = Telling(report, as_json)
    with reporting(as_json=as_json):
        from mien.evaluation.expression.ferplus import is_ferplus
        from mien.evaluation.pad.protocol import read_protocol as read_attacks

        if is_ferplus(path):
            _evaluate_expressions(path, telling, data_dir)
        elif (attacks := read_attacks(path)) is not None:
            _evaluate_attacks(attacks, telling, data_dir)
        else:
            _evaluate_people(path, telling, data_dir)


def _evaluate_people(path: Path, telling: Telling, data_dir: Path | None) -> None:
    from mien.bootstrap.clock import utc_now
    from mien.evaluation.assess import assess
    from mien.evaluation.recognize import read_protocol
    from mien.evaluation.report import to_json
    from mien.evaluation.tables import make_notes, make_tables
    from mien.evaluation.write_report import write_report

    protocol = read_protocol(path)
    telling.require_room()
    measured = Measured.embed(protocol, data_dir)
    measured.warn_if_taught()
    photos, limits = measured.photos, measured.settings.quality.limits()
    with err.status("comparing"):
        assessment = assess(protocol, photos, limits, measured.pipeline.contract.digest)
        if telling.report is not None:
            today = utc_now().date()
            write_report(telling.report, protocol, photos, assessment, limits, today=today)
    telling.tell(to_json(assessment), make_tables(assessment), make_notes(assessment))


def _evaluate_attacks(protocol: PadProtocol, telling: Telling, data_dir: Path | None) -> None:
    from mien.bootstrap.clock import utc_now
    from mien.evaluation.pad.assess import assess_attacks, list_ways
    from mien.evaluation.pad.report import to_json, write_attack_report
    from mien.evaluation.pad.tables import make_notes, make_tables

    telling.require_room()
    judged = Judging.load(data_dir).judge(protocol)
    with err.status("comparing"):
        ways = list_ways(protocol, judged)
        assessment = assess_attacks(protocol, ways)
        if telling.report is not None:
            today = utc_now().date()
            write_attack_report(telling.report, protocol, ways, assessment, today=today)
    telling.tell(to_json(assessment), make_tables(assessment), make_notes(assessment))


def _evaluate_expressions(path: Path, telling: Telling, data_dir: Path | None) -> None:
    from mien.bootstrap.clock import utc_now
    from mien.evaluation.expression.report import to_json, write_expression_report
    from mien.evaluation.expression.tables import make_notes, make_tables

    telling.require_room()
    assessment = assess_ferplus(path, data_dir)
    if telling.report is not None:
        write_expression_report(telling.report, assessment, today=utc_now().date())
    telling.tell(to_json(assessment), make_tables(assessment), make_notes(assessment))
