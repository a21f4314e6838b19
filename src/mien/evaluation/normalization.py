"""Scores seen against a cohort: what other people score with the same reference, or the same probe.

Adaptive symmetric normalization after P. Matejka et al., Analysis of score normalization in
multilingual speaker recognition, Interspeech 2017: a score is counted in standard deviations above
the mean of the highest cohort scores, once of the reference (Z), once of the probe (T), and S is
the mean of both. What it is worth for faces is measured in benchmarks/subject_thresholds.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mien.errors import InvalidRequestError
from mien.evaluation.metrics import Flags

Doubles = npt.NDArray[np.float64]

_SMALLEST_DEVIATION = 1e-6
"""Below it a cohort says nothing of how far scores spread."""


@dataclass(frozen=True, slots=True)
class CohortStatistics:
    """Of each reference or probe, the mean and the deviation of its highest cohort scores, [n]."""

    mean: Doubles
    deviation: Doubles


def cohort_statistics(scores: Doubles, allowed: Flags, top: int) -> CohortStatistics:
    """Summarize the *top* highest scores of each row, [n, cohort].

    allowed: whom to leave out, above all the person themselves. Raises InvalidRequestError where
    a row has too few.
    """
    if top < 2 or allowed.sum(axis=1).min() < top:
        raise InvalidRequestError(f"a cohort of at least {max(2, top)} other people is needed")
    kept = np.where(allowed, scores, -np.inf)
    highest = -np.partition(-kept, top - 1, axis=1)[:, :top]
    deviation = np.maximum(highest.std(axis=1), _SMALLEST_DEVIATION)
    return CohortStatistics(highest.mean(axis=1), deviation)


def normalize_by_references(scores: Doubles, references: CohortStatistics) -> Doubles:
    """Return Z-normalized scores, [references, probes]."""
    return np.asarray((scores - references.mean[:, None]) / references.deviation[:, None])


def normalize_symmetrically(
    scores: Doubles, references: CohortStatistics, probes: CohortStatistics
) -> Doubles:
    """Return S-normalized scores, [references, probes]."""
    by_probe = (scores - probes.mean[None]) / probes.deviation[None]
    return np.asarray((normalize_by_references(scores, references) + by_probe) / 2)


def raise_thresholds(threshold: float, floor: float, references: CohortStatistics) -> Doubles:
    """Return each reference's threshold: *floor* deviations above its cohort, never below global.

    floor: a Z-normalized score.
    """
    return np.maximum(threshold, references.mean + floor * references.deviation)


def cap_by_own(raised: Doubles, threshold: float, own: Doubles) -> Doubles:
    """Return thresholds that are raised no further than to a subject's own lowest score, [n]."""
    return np.maximum(threshold, np.minimum(raised, own))
