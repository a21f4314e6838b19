"""What threshold each group would need for one false match rate: analysis, never applied.

A threshold of its own for each group would need the group of whoever stands before the camera at
the time of the decision, and treats people differently by it. NIST SP 800-63A-4, section 3.11,
rules it out: "configured with a fixed threshold". docs/fairness.md says more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from mien.evaluation.fairness.draws import REPLICATES, PeopleDraws, Places, Replicates
from mien.evaluation.fairness.pairs import Pairs
from mien.evaluation.fairness.protocol import Attribute
from mien.evaluation.metrics import Estimate, Scores
from mien.evaluation.resampling import bootstrap_interval

_FEWEST_TOLERATED: Final = 3
"""With fewer tolerated false matches a threshold hangs on a single pair."""

_LOOKED_AT: Final = 4
"""Times as many pairs as are tolerated: a replicate that tolerates more is cut there."""

_WEIGHED_AT_A_TIME: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class GroupThreshold:
    """The similarity from which on at most *target_fmr* of a group's own pairs match.

    threshold: with its 95 % interval; None where too few false matches would be tolerated to say,
    or so many that it lies below the similarities that were kept.
    """

    group: str
    target_fmr: float
    threshold: Estimate | None


def find_thresholds(
    attribute: Attribute, pairs: Pairs, draws: PeopleDraws, target_fmr: float
) -> Iterator[GroupThreshold]:
    """Yield the threshold of each group for one target."""
    for number, group in enumerate(attribute.groups):
        members = attribute.member == number
        within = np.flatnonzero(members[pairs.first] & members[pairs.second])
        order = within[np.argsort(-pairs.scores[within], kind="stable")]
        several = np.bincount(draws.people[members])
        trials = (int(several.sum()) ** 2 - int((several**2).sum())) // 2
        tolerated = int(target_fmr * trials)
        if not _FEWEST_TOLERATED <= tolerated < len(order):
            yield GroupThreshold(group, target_fmr, None)
            continue
        found = float(_just_above(pairs.scores[order[tolerated]]))
        order = order[: _LOOKED_AT * tolerated]
        drawn = _draw_thresholds(
            pairs.scores[order],
            (pairs.first[order], pairs.second[order]),
            draws,
            target_fmr * draws.count_all_pairs(members, members),
        )
        yield GroupThreshold(group, target_fmr, bootstrap_interval(found, drawn))


def _draw_thresholds(
    descending: Scores, places: tuple[Places, Places], draws: PeopleDraws, tolerated: Replicates
) -> Replicates:
    """Return each replicate's threshold, no lower than the last similarity."""
    thresholds = np.empty(REPLICATES)
    at_a_time = max(1, _WEIGHED_AT_A_TIME // len(descending))
    for start in range(0, REPLICATES, at_a_time):
        part = slice(start, start + at_a_time)
        matching = np.cumsum(draws.weigh_pairs(*places, part), axis=0)
        exceeds = matching > tolerated[part]
        found = _just_above(descending[np.argmax(exceeds, axis=0)])
        thresholds[part] = np.where(exceeds[-1], found, descending[-1])
    return thresholds


def _just_above(scores: Scores | np.float32) -> Scores:
    return np.asarray(np.nextafter(scores, np.float32(np.inf)))
