"""The tables of a fairness report, as words: the terminal and the HTML report show the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mien.core.fairness import TOLERATED, Interval
from mien.evaluation.fairness.assess import AttributeReport, FairnessReport, MatchMatrix
from mien.evaluation.fairness.rates import FEW_ERRORS, GroupFigure, Measure, RateComparison
from mien.evaluation.metrics import Estimate
from mien.evaluation.tables import DataTable, format_percent

TITLES: Final = {
    Measure.FMR_WITHIN: "FMR within the group",
    Measure.FMR_EVERYBODY: "FMR against everybody",
    Measure.FNMR: "FNMR",
    Measure.FTE: "failure to enroll",
    Measure.BPCER: "BPCER of passive detection",
}
_LARGEST_MATRIX: Final = 12
"""Groups: a wider table is read by nobody; the JSON has them all."""

_INTERVALS: Final = (
    "Intervals: 95 %. Shares of photos: Clopper-Pearson. FMR and FNMR: bootstrap that resamples "
    "people; where no error was seen, that of as many independent trials as there are people, with "
    "3/n of the rule of three beside it, which is the bound if all pairs were independent. "
    "Intervals of ratios hold for all groups of an attribute at a time (Bonferroni)."
)
_VERDICTS: Final = (
    f"Verdicts: a group is outside when its ratio to everybody is surely above {TOLERATED} "
    '(NIST SP 800-63A-4, section 3.11: "no more than 25 % worse than the performance for the '
    'overall population"), within when it surely is not, and undecidable where this data cannot '
    "tell: that is no all-clear. FMR within groups is compared with that of any two people of one "
    "group, FMR against everybody with that of any two people."
)
_THRESHOLDS: Final = (
    "The thresholds that groups would need are analysis. mien has one threshold for everybody and "
    "no switch to change that (docs/fairness.md)."
)


def make_tables(report: FairnessReport) -> Iterator[DataTable]:
    """Yield the tables in the order of reading."""
    yield _summarize(report)
    yield _tabulate_verdicts(report)
    for attribute in report.attributes:
        for rate in attribute.rates:
            yield _tabulate_rate(attribute, rate, report.operating_fmr)
        yield _tabulate_reasons(attribute)
        if len(attribute.groups) <= _LARGEST_MATRIX:
            for matrix in attribute.matrices:
                yield _tabulate_matrix(attribute, matrix, report.operating_fmr)
        yield _tabulate_thresholds(attribute, report)


def make_notes(report: FairnessReport) -> Iterator[str]:
    """Yield what has to be known to read the tables."""
    yield _INTERVALS
    yield _VERDICTS
    if not report.has_genuine:
        yield (
            "FNMR is not measurable with one photo each: a column `person` that comes again gives "
            "genuine pairs."
        )
    if report.suspects:
        yield (
            f"{report.suspects} pairs of photos that are said to show two people are as alike as "
            f"the calibration expects of {report.strictest_fmr:g} of such pairs. Where that is far "
            "more, some may show one person: look at the collection, because each of them makes "
            "FMR too high."
        )
    if not report.has_passive:
        yield "BPCER was not measured: nothing judges pixels here:  mien models pull minifas"
    yield _THRESHOLDS


def describe_target(target_fmr: float | None, operating_fmr: float) -> str:
    """Name a threshold: the operating one, or a looser one."""
    if target_fmr is None:
        return ""
    kind = "operating" if target_fmr == operating_fmr else "looser"
    return f" at the {kind} threshold, for FMR {target_fmr:g}"


def _summarize(report: FairnessReport) -> DataTable:
    genuine = "measured" if report.has_genuine else "not measurable with one photo each"
    return DataTable(
        f"{report.protocol}, pack {report.pack}, embedding contract {report.contract}",
        ("measure", "value"),
        (
            ("photos", str(report.photos)),
            ("people", str(report.people)),
            ("photos that can be compared", str(report.usable)),
            (f"pairs of two people as alike as FMR {report.strictest_fmr:g}", str(report.suspects)),
            ("FNMR", genuine),
            *(
                (f"similarity{describe_target(fmr, report.operating_fmr)}", f"{limit:.4f}")
                for fmr, limit in report.thresholds.items()
            ),
        ),
    )


def _tabulate_verdicts(report: FairnessReport) -> DataTable:
    rows = [
        (
            attribute.attribute,
            TITLES[rate.measure] + describe_target(rate.target_fmr, report.operating_fmr),
            _bounds(rate.differential.max_over_min),
            _bounds(rate.differential.max_over_geometric_mean),
            str(rate.verdict),
        )
        for attribute in report.attributes
        for rate in attribute.rates
    ]
    return DataTable(
        "Differentials and verdicts",
        ("attribute", "rate", "max / min", "max / geometric mean", "25 % limit"),
        tuple(rows),
    )


def _tabulate_rate(
    attribute: AttributeReport, rate: RateComparison, operating_fmr: float
) -> DataTable:
    title = TITLES[rate.measure] + describe_target(rate.target_fmr, operating_fmr)
    everybody = (
        "everybody",
        str(rate.errors),
        str(rate.trials),
        _percent(rate.overall),
        "",
        "",
        "",
    )
    return DataTable(
        f"{attribute.attribute}: {title}, %",
        ("group", "errors", "trials", "rate, %", "3/n, %", "ratio", "25 % limit"),
        (*(_describe(figure) for figure in rate.groups), everybody),
    )


def _describe(figure: GroupFigure) -> tuple[str, ...]:
    few = " (few)" if 0 < figure.errors < FEW_ERRORS else ""
    return (
        figure.group,
        f"{figure.errors}{few}",
        str(figure.trials),
        _percent(figure.rate),
        "" if figure.rule_of_three is None else f"{100 * figure.rule_of_three:.4f}",
        _bounds(figure.ratio),
        str(figure.verdict),
    )


def _tabulate_reasons(attribute: AttributeReport) -> DataTable:
    return DataTable(
        f"{attribute.attribute}: why photos are not enrolled, photos",
        ("group", "photos", *attribute.reasons),
        tuple(
            (group, str(photos), *(str(counts[place]) for counts in attribute.reasons.values()))
            for place, (group, photos) in enumerate(
                zip(attribute.groups, attribute.photos, strict=True)
            )
        ),
    )


def _tabulate_matrix(
    attribute: AttributeReport, matrix: MatchMatrix, operating_fmr: float
) -> DataTable:
    return DataTable(
        f"{attribute.attribute}: FMR between groups"
        f"{describe_target(matrix.target_fmr, operating_fmr)}, %",
        ("group", *attribute.groups),
        tuple(
            (group, *("" if rate is None else f"{100 * rate.value:.4f}" for rate in rates))
            for group, rates in zip(attribute.groups, matrix.rates, strict=True)
        ),
    )


def _tabulate_thresholds(attribute: AttributeReport, report: FairnessReport) -> DataTable:
    found = {(row.group, row.target_fmr): row.threshold for row in attribute.thresholds}

    def cell(group: str, fmr: float) -> str:
        threshold = found[group, fmr]
        if threshold is None:
            return "cannot be told"
        return f"{threshold.value:.2f} ({threshold.low:.2f} to {threshold.high:.2f})"

    return DataTable(
        f"{attribute.attribute}: similarity that would keep each group's own FMR; never applied",
        ("group", *(f"FMR {fmr:g}" for fmr in report.thresholds)),
        (
            *((group, *(cell(group, fmr) for fmr in report.thresholds))
              for group in attribute.groups),
            ("in use, for everybody", *(f"{limit:.2f}" for limit in report.thresholds.values())),
        ),
    )  # fmt: skip


def _percent(estimate: Estimate) -> str:
    return format_percent(estimate, 4 if estimate.value < 0.01 else 2)


def _bounds(interval: Interval | None) -> str:
    if interval is None:
        return "cannot be told"
    high = "no bound" if interval.high is None else f"{interval.high:.2f}"
    return f"{interval.value:.2f} ({interval.low:.2f} to {high})"
