"""The tables of an assessment, as words: the terminal and the HTML report show the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mien.evaluation.assess import Assessment
from mien.evaluation.identification import IdentificationPoint
from mien.evaluation.metrics import Estimate
from mien.evaluation.quality_gate import PERCENTILES, Affected, GateReport
from mien.evaluation.verification import OperatingPoint

_INTERVALS: Final = (
    "Intervals: 95 %. FTA and shares of photos: Clopper-Pearson. Accuracy: Student's t over the "
    "folds. All other rates: bootstrap that resamples people."
)
_THRESHOLDS: Final = (
    "Every threshold was chosen on other people than it was tested on: those of the other folds, "
    "or, for identification, the other half of those who are not enrolled."
)
_UNIDENTIFIED: Final = (
    "This protocol does not tell who is in a photo: only its own pairs are compared, people are "
    "groups of photos that genuine pairs link, and thresholds were chosen on the pairs of the "
    "other folds, which may show the same people."
)


@dataclass(frozen=True, slots=True)
class DataTable:
    """A title, the names of the columns, and rows of as many words."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def make_tables(assessment: Assessment) -> Iterator[DataTable]:
    """Yield the tables in the order of reading."""
    yield _summarize(assessment)
    genuine = assessment.verification[0].genuine_comparisons
    yield _tabulate_points(
        f"Protocol's pairs: FNMR on {genuine} genuine pairs", assessment.verification
    )
    if assessment.enrolled:
        yield _tabulate_points(
            "References of several photos: FNMR on all genuine comparisons", assessment.enrolled
        )
    if assessment.identification:
        yield _tabulate_identification(assessment.identification)
    yield _tabulate_distribution(assessment.gate)
    yield _tabulate_refusals(assessment.gate)
    yield _tabulate_tails(assessment.gate)


def make_notes(assessment: Assessment) -> Iterator[str]:
    """Yield what has to be known to read the tables."""
    yield _INTERVALS
    yield _THRESHOLDS if assessment.identified else _UNIDENTIFIED
    if assessment.identified and assessment.people_in_several_folds:
        yield (
            f"{assessment.people_in_several_folds} people are in several folds: the threshold of "
            "accuracy on one fold was chosen on some of the people that it is tested on."
        )


def format_percent(estimate: Estimate, digits: int = 2) -> str:
    """Return a value and its interval, in percent."""
    value, low, high = (
        f"{100 * rate:.{digits}f}" for rate in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} ({low}-{high})"


def _summarize(assessment: Assessment) -> DataTable:
    accuracy, separation = assessment.accuracy, assessment.separation
    left_out = accuracy.every_pairs - accuracy.acquired_pairs
    photos = f"{assessment.photos} photos"
    acquired = f"{accuracy.acquired_pairs} pairs with two faces"
    every = f"{accuracy.every_pairs} pairs"
    people = "people with such a photo" if assessment.identified else "groups of such photos"
    return DataTable(
        f"{assessment.protocol} ({assessment.layout}), embedding contract {assessment.contract}",
        ("measure", "value", "of"),
        (
            ("photos with a face", str(assessment.acquired), photos),
            (people, str(assessment.people), ""),
            ("FTA, no face found", format_percent(assessment.failure_to_acquire), photos),
            ("labelled face found", format_percent(assessment.detection.found), photos),
            ("accuracy", format_percent(accuracy.acquired), acquired),
            (
                f"accuracy, {left_out} pairs without a face rejected",
                format_percent(accuracy.refused),
                every,
            ),
            (
                f"accuracy, {left_out} pairs without a face wrong",
                format_percent(accuracy.wrong),
                every,
            ),
            ("EER", format_percent(separation.equal_error_rate), acquired),
            ("area under the ROC curve", format_percent(separation.area_under_roc, 3), acquired),
        ),
    )


def _tabulate_points(title: str, points: tuple[OperatingPoint, ...]) -> DataTable:
    return DataTable(
        title,
        (
            "photos",
            "target FMR",
            "thresholds",
            "FMR, %",
            "FNMR, %",
            "TMR, %",
            "genuine",
            "impostor",
        ),
        tuple(
            (
                str(point.sample_count),
                f"{point.target_fmr:g}",
                f"{min(point.thresholds):.4f}-{max(point.thresholds):.4f}",
                format_percent(point.fmr, digits=4),
                format_percent(point.fnmr),
                f"{100 * point.tmr.value:.2f}",
                str(point.genuine_comparisons),
                str(point.impostor_comparisons),
            )
            for point in points
        ),
    )


def _tabulate_identification(points: tuple[IdentificationPoint, ...]) -> DataTable:
    return DataTable(
        "Open-set identification: TPIR at FPIR, rank 1",
        (
            "photos",
            "gallery",
            "target FPIR",
            "thresholds",
            "FPIR, %",
            "TPIR, %",
            "rank 1 alone, %",
            "mated",
            "non-mated",
        ),
        tuple(
            (
                str(point.photos),
                str(point.gallery),
                f"{point.target_fpir:g}",
                f"{point.thresholds[0]:.4f}-{point.thresholds[1]:.4f}",
                format_percent(point.fpir),
                format_percent(point.tpir),
                format_percent(point.rank_one),
                str(point.mated_searches),
                str(point.non_mated_searches),
            )
            for point in points
        ),
    )


def _tabulate_distribution(gate: GateReport) -> DataTable:
    return DataTable(
        "Percentiles of quality",
        ("measure", *(f"{percent:g} %" for percent in PERCENTILES)),
        tuple(
            (name, *(f"{value:.3g}" for value in values))
            for name, values in gate.distribution.items()
        ),
    )


def _tabulate_refusals(gate: GateReport) -> DataTable:
    return DataTable(
        f"What the quality gate refuses, and FNMR of pairs with such a face at {_target(gate)}",
        ("reason", "faces", "share, %", "genuine", "FNMR, %"),
        (
            *((reason.value, *_describe(affected)) for reason, affected in gate.refused.items()),
            ("any", *_describe(gate.refused_for_any)),
            ("both faces pass", *_describe(gate.passed)),
        ),
    )


def _tabulate_tails(gate: GateReport) -> DataTable:
    return DataTable(
        f"Both ends of each measure, and FNMR of pairs with such a face at {_target(gate)}",
        ("faces with", "faces", "share, %", "genuine", "FNMR, %"),
        tuple(
            (
                f"{tail.measure} {'<' if tail.is_low else '>'} {tail.limit:.3g}",
                *_describe(tail.affected),
            )
            for tail in gate.tails
        ),
    )


def _describe(affected: Affected) -> tuple[str, str, str, str]:
    return (
        str(affected.faces),
        format_percent(affected.share),
        str(affected.genuine_comparisons),
        "" if affected.fnmr is None else format_percent(affected.fnmr),
    )


def _target(gate: GateReport) -> str:
    return f"FMR {gate.target_fmr:g}"
