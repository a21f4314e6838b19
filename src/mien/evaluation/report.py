"""An assessment for people (Markdown tables) and for programs (JSON)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from mien.evaluation.assess import Assessment
from mien.evaluation.metrics import Estimate
from mien.evaluation.quality_gate import PERCENTILES, Affected, GateReport
from mien.evaluation.verification import OperatingPoint

_NOTE: Final = (
    "Intervals: 95 %. FTA and shares of photos: Clopper-Pearson. Accuracy: Student's t over the "
    "folds. All other rates: bootstrap that resamples people. Every threshold was chosen on the "
    "people of the other folds."
)


def to_json(assessment: Assessment) -> Mapping[str, object]:
    """Return plain values; rates and shares are 0 to 1."""
    values = asdict(assessment)
    distribution = assessment.gate.distribution
    values["gate"]["distribution"] = {
        name: {f"{percent:g}": value for percent, value in zip(PERCENTILES, row, strict=True)}
        for name, row in distribution.items()
    }
    return values


def print_report(assessment: Assessment, console: Console) -> None:
    """Print the tables."""
    for table in _tables(assessment):
        console.print(table)
        console.print()
    console.print(_NOTE)


def _tables(assessment: Assessment) -> Iterator[Table]:
    yield _summarize(assessment)
    yield _tabulate_points(
        f"Protocol's pairs: FNMR on {assessment.verification[0].genuine_comparisons} genuine pairs",
        assessment.verification,
    )
    yield _tabulate_points(
        "References of several photos: FNMR on all genuine comparisons", assessment.enrolled
    )
    yield _tabulate_distribution(assessment.gate)
    yield _tabulate_refusals(assessment.gate)
    yield _tabulate_tails(assessment.gate)


def _summarize(assessment: Assessment) -> Table:
    accuracy = assessment.accuracy
    left_out = accuracy.every_pairs - accuracy.acquired_pairs
    table = _table(f"Embedding contract {assessment.contract}", "measure", "value", "of")
    table.add_row("photos with a face", str(assessment.acquired), f"{assessment.photos} photos")
    table.add_row("people with such a photo", str(assessment.people), "")
    table.add_row(
        "FTA, no face found",
        _percent(assessment.failure_to_acquire),
        f"{assessment.photos} photos",
    )
    table.add_row(
        "accuracy", _percent(accuracy.acquired), f"{accuracy.acquired_pairs} pairs with two faces"
    )
    table.add_row(
        f"accuracy, {left_out} pairs without a face rejected",
        _percent(accuracy.refused),
        f"{accuracy.every_pairs} pairs",
    )
    table.add_row(
        f"accuracy, {left_out} pairs without a face wrong",
        _percent(accuracy.wrong),
        f"{accuracy.every_pairs} pairs",
    )
    table.add_row(
        "EER",
        _percent(assessment.equal_error_rate),
        f"{accuracy.acquired_pairs} pairs with two faces",
    )
    return table


def _tabulate_points(title: str, points: tuple[OperatingPoint, ...]) -> Table:
    table = _table(
        title, "photos", "target FMR", "thresholds", "FMR, %", "FNMR, %", "genuine", "impostor"
    )
    for point in points:
        table.add_row(
            str(point.sample_count),
            f"{point.target_fmr:g}",
            f"{min(point.thresholds):.4f}-{max(point.thresholds):.4f}",
            _percent(point.fmr, digits=4),
            _percent(point.fnmr),
            str(point.genuine_comparisons),
            str(point.impostor_comparisons),
        )
    return table


def _tabulate_distribution(gate: GateReport) -> Table:
    table = _table("Percentiles of quality", "measure", *(f"{p:g} %" for p in PERCENTILES))
    for name, values in gate.distribution.items():
        table.add_row(name, *(f"{value:.3g}" for value in values))
    return table


def _tabulate_refusals(gate: GateReport) -> Table:
    table = _table(
        f"What the quality gate refuses, and FNMR of pairs with such a face at {_target(gate)}",
        *("reason", "faces", "share, %", "genuine", "FNMR, %"),
    )
    for reason, affected in gate.refused.items():
        table.add_row(reason.value, *_describe(affected))
    table.add_row("any", *_describe(gate.refused_for_any))
    table.add_row("both faces pass", *_describe(gate.passed))
    return table


def _tabulate_tails(gate: GateReport) -> Table:
    table = _table(
        f"Both ends of each measure, and FNMR of pairs with such a face at {_target(gate)}",
        *("faces with", "faces", "share, %", "genuine", "FNMR, %"),
    )
    for tail in gate.tails:
        condition = f"{tail.measure} {'<' if tail.is_low else '>'} {tail.limit:.3g}"
        table.add_row(condition, *_describe(tail.affected))
    return table


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left", box=box.MARKDOWN)


def _describe(affected: Affected) -> tuple[str, str, str, str]:
    return (
        str(affected.faces),
        _percent(affected.share),
        str(affected.genuine_comparisons),
        "" if affected.fnmr is None else _percent(affected.fnmr),
    )


def _percent(estimate: Estimate, digits: int = 2) -> str:
    value, low, high = (
        f"{100 * rate:.{digits}f}" for rate in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} ({low}-{high})"


def _target(gate: GateReport) -> str:
    return f"FMR {gate.target_fmr:g}"
