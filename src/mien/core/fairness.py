"""Are groups of people refused alike? What production attempts can say about it.

Production knows no truth: of a refused attempt nobody knows whether it was the person. Refusals
for a low similarity bound the false non-match rate (FNMR) from above, and those for a suspected
attack bound the rate of living people taken for attacks (BPCER), as long as attempts of impostors
are refused more often than people's own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.groups import FEWEST, Attribute, Group
from mien.core.policy import Reason
from mien.core.template import SubjectId

TOLERATED: Final = 1.25
"""How many times the rate of everybody a group's rate may be.

Source: NIST SP 800-63A-4 (2025), section 3.11: performance for different demographic types is "no
more than 25 % worse than the performance for the overall population".
"""

CONFIDENCE: Final = 0.95
ENOUGH_ATTEMPTS: Final = 50
"""Of a group, before an alarm may be raised over them."""

_FEWEST_ERRORS: Final = 10
"""Of fewer errors a bootstrap does not know how they scatter."""

_REPLICATES: Final = 2000
_SEED: Final = 20261121

_Floats = npt.NDArray[np.float64]


class Verdict(StrEnum):
    """What an interval says of a limit; stable words of the wire."""

    WITHIN = "within"
    OUTSIDE = "outside"
    UNDECIDABLE = "undecidable"
    """The interval holds the limit, or too few errors were seen: more data is needed."""


class Rate(StrEnum):
    """What is compared between groups; stable words of the wire."""

    REFUSED = "refused"
    """Of attempts on which the face decided, those that were refused."""

    LOW_CONFIDENCE = "low_confidence"
    """Of attempts that were compared, those too unlike: bounds FNMR from above."""

    SPOOF_SUSPECTED = "spoof_suspected"
    """Of attempts whose liveness was checked, those taken for an attack: bounds BPCER."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many attempts on one subject ended in one way.

    checked: whether liveness was looked at.
    """

    subject_id: SubjectId
    reason: Reason
    checked: bool
    count: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and its interval; no high end where nothing bounds it."""

    value: float
    low: float
    high: float | None


@dataclass(frozen=True, slots=True)
class GroupRate:
    """One rate of one group. attempts: of its people; refused: of those.

    share: 95 %. ratio: to the rate of everybody else, so that all of an attribute's ratios hold
    together with 95 % (Bonferroni); None where nobody else is left or nobody else was refused.
    """

    people: int
    attempts: int
    refused: int
    share: Interval
    ratio: Interval | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """What the attempts between two times say of an attribute's groups.

    rates: of each group that is told of, by what is compared; a rate is missing where a group has
    fewer than five people with such attempts, or the rest would tell of fewer than five.
    reasons: of each group, how its attempts ended. withheld: how many groups are not told of.
    """

    attribute: Attribute
    since: datetime
    until: datetime
    rates: Mapping[Rate, Mapping[Group, GroupRate]]
    reasons: Mapping[Group, Mapping[Reason, int]]
    withheld: int

    @property
    def drifted(self) -> bool:
        """Whether some group with enough attempts is refused more often than is tolerated."""
        refused = self.rates[Rate.REFUSED].values()
        return any(
            rate.verdict is Verdict.OUTSIDE and rate.attempts >= ENOUGH_ATTEMPTS for rate in refused
        )


_COUNTED: Final[Mapping[Rate, frozenset[Reason]]] = {
    Rate.REFUSED: frozenset({Reason.MATCH, Reason.LOW_CONFIDENCE, Reason.SPOOF_SUSPECTED}),
    Rate.LOW_CONFIDENCE: frozenset({Reason.MATCH, Reason.LOW_CONFIDENCE}),
    Rate.SPOOF_SUSPECTED: frozenset({Reason.MATCH, Reason.LOW_CONFIDENCE, Reason.SPOOF_SUSPECTED}),
}
"""Locks and replayed photos say nothing of the face, and follow from what was counted before."""

_ERRORS: Final[Mapping[Rate, frozenset[Reason]]] = {
    Rate.REFUSED: frozenset({Reason.LOW_CONFIDENCE, Reason.SPOOF_SUSPECTED}),
    Rate.LOW_CONFIDENCE: frozenset({Reason.LOW_CONFIDENCE}),
    Rate.SPOOF_SUSPECTED: frozenset({Reason.SPOOF_SUSPECTED}),
}


def judge_ratio(ratio: Interval | None, errors: int) -> Verdict:
    """Tell whether a ratio keeps to `TOLERATED`; errors: how many it was measured on."""
    if ratio is None:
        return Verdict.UNDECIDABLE
    if ratio.high is not None and ratio.high <= TOLERATED:
        return Verdict.WITHIN
    if ratio.low > TOLERATED and errors >= _FEWEST_ERRORS:
        return Verdict.OUTSIDE
    return Verdict.UNDECIDABLE


def compare_groups(
    attribute: Attribute,
    members: Mapping[SubjectId, Group],
    attempts: Iterable[Attempts],
    *,
    since: datetime,
    until: datetime,
) -> GroupComparison:
    """Compare the groups of people who were there; each person is drawn or not, never a part.

    Groups of fewer than five people are withheld, and so is another where a total would tell.
    """
    known = [entry for entry in attempts if entry.subject_id in members]
    present = {entry.subject_id for entry in known}
    people = Counter(members[subject_id] for subject_id in present)
    told = choose_told(people)
    rates: dict[Rate, Mapping[Group, GroupRate]] = {}
    for rate in Rate:
        counts = _count(rate, members, known)
        kept = choose_told({group: len(rows) for group, rows in counts.items()}) & told
        hidden = [rows for group, rows in counts.items() if group not in kept]
        # Of the rest, too, a ratio tells only when it is of five people at least.
        rest = np.concatenate(hidden) if sum(map(len, hidden)) >= FEWEST else _NOBODY
        rates[rate] = _compare({group: counts[group] for group in sorted(kept)}, rest)
    return GroupComparison(
        attribute=attribute,
        since=since,
        until=until,
        rates=rates,
        reasons=_count_reasons(sorted(told), members, known),
        withheld=len(people) - len(told),
    )


def choose_told(people: Mapping[Group, int]) -> frozenset[Group]:
    """Return the groups that may be told of, beside a total over all of them.

    Those of fewer than five people are not; nor, as long as all these together are fewer than
    five, the smallest of the others: it would follow by subtraction.
    """
    ordered = sorted((group for group in people if people[group]), key=lambda g: (people[g], g))
    hidden = 0
    for place, group in enumerate(ordered):
        if people[group] >= FEWEST and (hidden == 0 or hidden >= FEWEST):
            return frozenset(ordered[place:])
        hidden += people[group]
    return frozenset()


def _count_reasons(
    groups: Sequence[Group], members: Mapping[SubjectId, Group], attempts: Sequence[Attempts]
) -> dict[Group, Mapping[Reason, int]]:
    counts: dict[Group, Counter[Reason]] = {group: Counter() for group in groups}
    for entry in attempts:
        if members[entry.subject_id] in counts:
            counts[members[entry.subject_id]][entry.reason] += entry.count
    return {
        group: {reason: count[reason] for reason in Reason if count[reason]}
        for group, count in counts.items()
    }


_NOBODY: Final = np.zeros((0, 2))


def _count(
    rate: Rate, members: Mapping[SubjectId, Group], attempts: Sequence[Attempts]
) -> dict[Group, _Floats]:
    """Return refusals and attempts of each person of each group, float64 [people, 2]."""
    rows: dict[SubjectId, list[int]] = {}
    for entry in attempts:
        if entry.reason not in _COUNTED[rate]:
            continue
        if rate is Rate.SPOOF_SUSPECTED and not entry.checked:
            continue
        row = rows.setdefault(entry.subject_id, [0, 0])
        row[0] += entry.count if entry.reason in _ERRORS[rate] else 0
        row[1] += entry.count
    groups: dict[Group, list[list[int]]] = {}
    for subject_id, row in rows.items():
        groups.setdefault(members[subject_id], []).append(row)
    return {group: np.array(counts, np.float64) for group, counts in groups.items()}


def _compare(groups: Mapping[Group, _Floats], rest: _Floats) -> dict[Group, GroupRate]:
    rng = np.random.default_rng(_SEED)
    drawn = {group: _draw(rows, rng) for group, rows in groups.items()}
    drawn_rest = _draw(rest, rng)
    level = 1 - (1 - CONFIDENCE) / max(1, len(groups))
    compared: dict[Group, GroupRate] = {}
    for group, rows in groups.items():
        others = [rest, *(groups[other] for other in groups if other != group)]
        totals = rows.sum(axis=0), np.concatenate(others).sum(axis=0)
        others_drawn = drawn_rest + sum(drawn[other] for other in groups if other != group)
        ratio = _ratio(totals, (drawn[group], others_drawn), len(rows), level)
        refused, attempts = (int(count) for count in totals[0])
        compared[group] = GroupRate(
            people=len(rows),
            attempts=attempts,
            refused=refused,
            share=_share(totals[0], drawn[group], len(rows)),
            ratio=ratio,
            verdict=judge_ratio(ratio, refused),
        )
    return compared


def _draw(rows: _Floats, rng: np.random.Generator) -> _Floats:
    """Return refusals and attempts of people drawn with replacement, float64 [replicates, 2].

    People with equal counts are drawn together: the same distribution, at the cost of how many
    different counts there are.
    """
    if not len(rows):
        return np.zeros((_REPLICATES, 2))
    kinds, sizes = np.unique(rows, axis=0, return_counts=True)
    picked = rng.multinomial(len(rows), sizes / len(rows), size=_REPLICATES)
    return np.asarray(picked @ kinds, np.float64)


def _share(total: _Floats, drawn: _Floats, people: int) -> Interval:
    refused, attempts = total
    value = float(refused / attempts)
    if refused in (0, attempts):  # resampling sees no spread: as many trials as there are people
        bound = 1 - ((1 - CONFIDENCE) / 2) ** (1 / people)
        return Interval(value, max(0.0, value - bound), min(1.0, value + bound))
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
    return Interval(value, min(value, float(low)), max(value, float(high)))


def _ratio(
    totals: tuple[_Floats, _Floats], drawn: tuple[_Floats, _Floats], people: int, level: float
) -> Interval | None:
    """Return the ratio of two rates, None where the second is none or zero."""
    (refused, attempts), (others_refused, others_attempts) = totals
    if not others_refused:
        return None
    others = others_refused / others_attempts
    value = float(refused / attempts / others)
    if not refused:
        bound = 1 - ((1 - level) / 2) ** (1 / people)
        return Interval(0.0, 0.0, float(bound / others))
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = [counts[:, 0] / counts[:, 1] for counts in drawn]
        ratios = np.nan_to_num(rates[0] / rates[1], nan=np.inf, posinf=np.inf)
    tail = (1 - level) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail], method="nearest")
    return Interval(
        value, min(value, float(low)), max(value, float(high)) if math.isfinite(high) else None
    )
