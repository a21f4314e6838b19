"""What is told of groups: never of few people, and never what gives few people away.

A figure is of at least `FEWEST` people (L. Sweeney, k-anonymity, International Journal of
Uncertainty, Fuzziness and Knowledge-Based Systems 10(5), 2002). The figure of everybody is told
only where the people whose groups are not told are nobody or that many too: otherwise it gives
them away, less the groups that are told (complementary suppression, as in A. Hundepool et al.,
Statistical Disclosure Control, 2012).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mien.core.groups import FEWEST, Attribute, Group
from mien.core.template import SubjectId
from mien.core.wellbeing.periods import Period, Span
from mien.core.wellbeing.score import Days, Figure, Interval, Series, figure_of, series_of, within


@dataclass(frozen=True, slots=True)
class Release:
    """The figures of groups that may be told.

    everybody: of all who have a group. withheld: of how many groups and periods nothing is told,
    because they were too few people.
    """

    attribute: Attribute
    period: Period
    groups: Mapping[Group, Series]
    everybody: Series
    withheld: int


def release(
    days_of: Mapping[SubjectId, Days],
    members: Mapping[SubjectId, Group],
    attribute: Attribute,
    period: Period,
    span: Span,
) -> Release:
    """Return what may be told of groups. days_of: of everybody who has agreed, and was seen."""
    told: dict[Group, dict[date, Figure]] = {}
    everybody: dict[date, Figure] = {}
    withheld = 0
    for start in span.periods(period):
        people = _people(days_of, members, period, start)
        few = [values for values in people.values() if len(values) < FEWEST]
        withheld += len(few)
        for group, values in people.items():
            if len(values) >= FEWEST:
                told.setdefault(group, {})[start] = rounded(figure_of(values))
        hidden = sum(map(len, few))
        everyone = [value for values in people.values() for value in values]
        if len(everyone) >= FEWEST and (hidden == 0 or hidden >= FEWEST):
            everybody[start] = rounded(figure_of(everyone))
    # Lines and trends are made of what is told, so that they tell nothing more.
    lines = {group: series_of(told[group]) for group in sorted(told)}
    return Release(attribute, period, lines, series_of(everybody), withheld)


def _people(
    days_of: Mapping[SubjectId, Days],
    members: Mapping[SubjectId, Group],
    period: Period,
    start: date,
) -> dict[Group, list[float]]:
    """Return each person's mean of the period, by group: of whoever was seen in it."""
    people: dict[Group, list[float]] = {}
    for who, group in members.items():
        values = within(days_of.get(who, {}), period, start)
        if values:
            people.setdefault(group, []).append(math.fsum(values) / len(values))
    return people


def rounded(figure: Figure) -> Figure:
    """Return a figure in whole points, its interval no narrower than it was."""
    interval = figure.interval
    if interval is not None:
        interval = Interval(float(math.floor(interval.low)), float(math.ceil(interval.high)))
    return Figure(float(round(figure.score)), interval, figure.count)
