"""A comparison of groups by their attempts, in the terminal and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mien.core.fairness import TOLERATED, GroupComparison, GroupRate, Interval, Rate

_TITLES: Final = {
    Rate.REFUSED: "refused, of attempts that the face decided",
    Rate.LOW_CONFIDENCE: "too unlike, of attempts that were compared: bounds FNMR from above",
    Rate.SPOOF_SUSPECTED: "taken for an attack, of attempts that were checked: bounds BPCER",
}
_NOTES: Final = (
    "Production knows no truth: who was refused may have been somebody else. A ratio is to the "
    "rate of everybody else; its interval holds for all groups at a time. Intervals: 95 %, "
    f"bootstrap that resamples people. Limit: {TOLERATED} (NIST SP 800-63A-4, section 3.11). "
    "Photos that could not be judged (no face, low quality) leave no attempt, and are not here."
)


def plain_comparison(comparison: GroupComparison) -> Mapping[str, object]:
    """Return plain values; shares are 0 to 1, a bound that there is none of is null."""
    return {
        **asdict(comparison),
        "since": comparison.since.isoformat(),
        "until": comparison.until.isoformat(),
        "tolerated": TOLERATED,
        "drifted": comparison.drifted,
    }


def print_comparison(comparison: GroupComparison, console: Console) -> None:
    """Print a table for each rate, and what has to be known to read them."""
    span = f"{comparison.since.date()} to before {comparison.until.date()}, UTC"
    console.print(f"{escape(comparison.attribute)}, attempts of {span}")
    if not comparison.reasons:
        console.print(
            "no group can be told of: at least five of its people need attempts, and the same of "
            "all others together:  mien users group  notes who belongs to which"
        )
        return
    for rate, title in _TITLES.items():
        table = Table(
            *("group", "people", "attempts", "errors", "rate, %", "ratio", "25 % limit"),
            title=title,
            title_justify="left",
            box=box.MARKDOWN,
        )
        for group, found in comparison.rates[rate].items():
            table.add_row(escape(group), *_describe(found))
        console.print(table)
        console.print()
    if comparison.withheld:
        console.print(
            f"{comparison.withheld} groups are withheld: they, or others by subtraction, are of "
            "fewer than five people."
        )
    console.print(_NOTES)


def _describe(rate: GroupRate) -> tuple[str, ...]:
    return (
        str(rate.people),
        str(rate.attempts),
        str(rate.refused),
        _bounds(rate.share, 100, 1),
        "cannot be told" if rate.ratio is None else _bounds(rate.ratio, 1, 2),
        str(rate.verdict),
    )


def _bounds(interval: Interval, unit: float, digits: int) -> str:
    high = "no bound" if interval.high is None else f"{unit * interval.high:.{digits}f}"
    return f"{unit * interval.value:.{digits}f} ({unit * interval.low:.{digits}f} to {high})"
