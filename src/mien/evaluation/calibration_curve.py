"""Measures a calibration curve: error rates by similarity, with intervals, and how they go on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from mien.core.scoring import Curve
from mien.errors import InvalidRequestError
from mien.evaluation.comparisons import Comparisons
from mien.evaluation.metrics import (
    Scores,
    false_match_rate,
    false_non_match_rate,
    find_threshold,
)
from mien.evaluation.resampling import PeopleResampler

RULE_OF_30: Final = 30
"""At least this many errors must be seen before a rate is believed within 30 %, at 90 %
confidence (G. R. Doddington et al., The NIST speaker recognition evaluation, Speech
Communication 31, 2000; ISO/IEC 19795-1)."""

STRICTEST_FMR: Final = 1e-6
"""Where extrapolation ends."""

_WEAKEST_FMR: Final = 0.99
_INTERVALS_FROM: Final = 0.11
"""Weaker rates are known to a percent of themselves: their intervals are left out as equal."""

_POINTS_PER_DECADE: Final = 10
_DIGITS: Final = 6

_REGRESSED: Final = 200_000
"""Impostor comparisons that the likelihood ratio is fitted to, evenly chosen."""


class _Point(NamedTuple):
    threshold: float
    fmr: float
    fnmr: float


def measure_curve(comparisons: Comparisons, resampler: PeopleResampler) -> Curve:
    """Return the error rates at thresholds for log-spaced false match rates.

    What is measured ends where `RULE_OF_30` impostor comparisons of a new person and photo are
    still above the threshold; from there on to `STRICTEST_FMR` the line of the last decade is
    continued. Raises InvalidRequestError where too few comparisons leave no curve.
    """
    genuine = np.sort(comparisons.scores[comparisons.genuine])
    impostor = np.sort(comparisons.scores[~comparisons.genuine])
    measured = _measure_points(genuine, impostor, comparisons.distinct_impostors)
    if len(measured) < 2:
        raise InvalidRequestError(
            f"{len(impostor)} impostor and {len(genuine)} genuine comparisons are too few to "
            "calibrate with"
        )
    intervals = _measure_intervals(comparisons, measured, resampler)
    continued = [
        _Point(threshold, fmr, _round(false_non_match_rate(genuine, threshold)))
        for threshold, fmr in _continue(measured)
    ]
    # Where nothing was counted, all that is known is that it lies below what was.
    intervals += [(0.0, intervals[-1][1])] * len(continued)
    similarities, fmrs, fnmrs = zip(*measured, *continued, strict=True)
    return Curve(
        similarities=similarities,
        false_match_rates=fmrs,
        fmr_intervals=tuple(intervals),
        false_non_match_rates=fnmrs,
        measured=len(measured),
        likelihood_ratio=_fit_likelihood_ratio(genuine, impostor),
        impostor_comparisons=len(impostor),
        genuine_comparisons=len(genuine),
    )


def _measure_points(genuine: Scores, impostor: Scores, distinct_impostors: int) -> list[_Point]:
    points: list[_Point] = []
    if not len(genuine) or not len(impostor):
        return points
    for target in _target_rates(distinct_impostors):
        threshold = _round_up(find_threshold(impostor, target))
        fmr = _round(false_match_rate(impostor, threshold))
        if not points or (threshold > points[-1].threshold and fmr < points[-1].fmr):
            fnmr = _round(false_non_match_rate(genuine, threshold))
            points.append(_Point(threshold, fmr, fnmr))
    return points


def _measure_intervals(
    comparisons: Comparisons, points: Sequence[_Point], resampler: PeopleResampler
) -> list[tuple[float, float]]:
    """Return the 95 % interval of the false match rate at each point."""
    is_impostor = ~comparisons.genuine
    scores = comparisons.scores[is_impostor]
    strict = [point for point in points if point.fmr <= _INTERVALS_FROM]
    estimates = resampler.estimate_rates(
        [scores >= point.threshold for point in strict],
        comparisons.references[is_impostor],
        comparisons.probes[is_impostor],
    )
    weak = [(point.fmr, point.fmr) for point in points if point.fmr > _INTERVALS_FROM]
    return weak + [(_round(estimate.low), _round(estimate.high)) for estimate in estimates]


def _continue(points: Sequence[_Point]) -> Iterator[tuple[float, float]]:
    """Yield (threshold, FMR) beyond the data, along the line of log FMR over its last decade."""
    last = points[-1]
    decade = [point for point in points if point.fmr <= 10 * last.fmr]
    left = math.log10(last.fmr / STRICTEST_FMR)
    if len(decade) < 2 or left <= 0:
        return
    slope = float(
        np.polyfit([p.threshold for p in decade], [math.log10(p.fmr) for p in decade], 1)[0]
    )
    for step in range(1, math.ceil(left * _POINTS_PER_DECADE) + 1):
        drop = min(step / _POINTS_PER_DECADE, left)
        yield _round_up(last.threshold - drop / slope), _round(last.fmr * 10**-drop)


def _fit_likelihood_ratio(genuine: Scores, impostor: Scores) -> tuple[float, float]:
    """Return slope and offset of the log10 likelihood ratio, by logistic regression.

    Both kinds count alike, so that log-odds are the logarithm of the ratio. Source: N. Bruemmer
    and J. du Preez, Application-independent evaluation of speaker detection, Computer Speech and
    Language 20, 2006.
    """
    kept = impostor[:: max(1, len(impostor) // _REGRESSED)]
    scores = np.concatenate([genuine, kept]).astype(np.float64)
    same = np.concatenate([np.ones(len(genuine)), np.zeros(len(kept))])
    center, spread = float(scores.mean()), float(scores.std()) or 1.0
    model = LogisticRegression(class_weight="balanced", C=1e6)
    model.fit(((scores - center) / spread)[:, None], same)
    slope = float(model.coef_[0, 0]) / spread / math.log(10)
    offset = float(model.intercept_[0]) / math.log(10) - slope * center
    return round(slope, _DIGITS), round(offset, _DIGITS)


def _target_rates(distinct_impostors: int) -> Iterator[float]:
    """Yield false match rates from the weakest to the strictest that the data supports."""
    decades = math.log10(max(1.0, distinct_impostors / RULE_OF_30))
    yield _WEAKEST_FMR
    for step in range(1, math.floor(decades * _POINTS_PER_DECADE) + 1):
        yield 10 ** (-step / _POINTS_PER_DECADE)


def _round(rate: float) -> float:
    return float(f"{rate:.{_DIGITS}g}")


def _round_up(similarity: float) -> float:
    """Round so that no impostor that was below a threshold rises above it."""
    unit = 10.0**-_DIGITS
    return round(math.ceil(similarity / unit) * unit, _DIGITS)
