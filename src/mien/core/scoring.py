"""What a similarity is worth: calibration to false match rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NewType

import numpy as np

from mien.errors import InvalidRequestError

Similarity = NewType("Similarity", float)
"""What a comparison gives; higher is more alike. Cosine or log-odds, as the matcher has it."""

FalseMatchRate = NewType("FalseMatchRate", float)
"""Share of impostor comparisons that score at least as high, 0 to 1."""


_TINY: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Curve:
    """FMR and FNMR as functions of similarity, for references of one number of samples.

    Parallel sequences, similarity ascending, FMR strictly descending. fmr_intervals: 95 %.
    The first *measured* points were counted; those after them continue the line of log FMR,
    which is on the safe side: the tail of similarities of impostors falls faster than that.
    likelihood_ratio: slope and offset of log10 of how much likelier a similarity is of one
    person than of two.
    """

    similarities: Sequence[float]
    false_match_rates: Sequence[float]
    fmr_intervals: Sequence[tuple[float, float]]
    false_non_match_rates: Sequence[float]
    measured: int
    likelihood_ratio: tuple[float, float]
    impostor_comparisons: int
    genuine_comparisons: int

    @property
    def strictest(self) -> FalseMatchRate:
        """The lowest false match rate that can be asked for."""
        return FalseMatchRate(self.false_match_rates[-1])

    def is_extrapolated(self, rate: FalseMatchRate) -> bool:
        """Tell whether a false match rate is lower than the data itself supports."""
        return rate < self.false_match_rates[self.measured - 1]

    def interval(self, target: FalseMatchRate) -> tuple[float, float]:
        """Return the 95 % interval of the false match rate at the threshold for *target*.

        Beyond what was counted it is known to lie between nothing and the last upper end.
        """
        if self.is_extrapolated(target):
            return 0.0, self.fmr_intervals[self.measured - 1][1]
        logs = -np.log10(self.false_match_rates)
        low, high = np.log10(np.maximum(self.fmr_intervals, _TINY)).T
        at = -np.log10(target)
        return float(10 ** np.interp(at, logs, low)), float(10 ** np.interp(at, logs, high))

    def log10_likelihood_ratio(self, score: Similarity) -> float:
        """Return the weight of the evidence: +2 means a hundred times likelier of one person."""
        slope, offset = self.likelihood_ratio
        return slope * score + offset

    def false_match_rate(self, score: Similarity) -> FalseMatchRate:
        """Return the FMR of a threshold at *score*, log-linear between measured points.

        Clamped to the measured range: nothing is promised beyond the data.
        """
        logs = np.log10(self.false_match_rates)
        return FalseMatchRate(float(10 ** np.interp(score, self.similarities, logs)))

    def threshold(self, target: FalseMatchRate) -> Similarity:
        """Return the similarity from which on the FMR is at most *target*."""
        weakest, strictest = self.false_match_rates[0], self.strictest
        if not strictest <= target <= weakest:
            raise InvalidRequestError(
                f"this calibration supports false match rates from {strictest:.0e} to "
                f"{weakest:.0e}, not {target:.0e}: choose another target or calibrate on more data"
            )
        logs = np.log10(self.false_match_rates)
        return Similarity(float(np.interp(-np.log10(target), -logs, np.asarray(self.similarities))))

    def false_non_match_rate(self, threshold: Similarity) -> float:
        """Return the share of genuine comparisons below *threshold*."""
        return float(np.interp(threshold, self.similarities, self.false_non_match_rates))


@dataclass(frozen=True, slots=True)
class Calibration:
    """A pack's curves by the number of samples behind a reference, and where they come from.

    Averaged references score higher, for impostors too, so each count has its own curve.
    """

    contract: str
    source: str
    curves: Mapping[int, Curve]

    def require(self, target: FalseMatchRate) -> None:
        """Raise InvalidRequestError unless every curve supports *target*."""
        for curve in self.curves.values():
            curve.threshold(target)

    def curve(self, sample_count: int) -> Curve:
        """Return the curve for that many samples, or for the next larger calibrated count.

        More samples mean a higher threshold, so rounding up never weakens the promise; past
        the largest calibrated count, the largest is used.
        """
        counts = sorted(self.curves)
        return self.curves[next((n for n in counts if n >= sample_count), counts[-1])]
