"""Similarity, and what it is worth: calibration to false match rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NewType

import numpy as np

from mien.core.template import Embedding
from mien.errors import InvalidRequestError

Similarity = NewType("Similarity", float)
"""Cosine of two embeddings, -1 to 1."""

FalseMatchRate = NewType("FalseMatchRate", float)
"""Share of impostor comparisons that score at least as high, 0 to 1."""


def similarity(probe: Embedding, reference: Embedding) -> Similarity:
    """Return the cosine of two unit embeddings."""
    return Similarity(float(probe @ reference))


@dataclass(frozen=True, slots=True)
class Curve:
    """FMR and FNMR as functions of similarity, for references of one number of samples.

    Three parallel sequences, similarity ascending, FMR strictly descending.
    """

    similarities: Sequence[float]
    false_match_rates: Sequence[float]
    false_non_match_rates: Sequence[float]
    impostor_comparisons: int
    genuine_comparisons: int

    @property
    def strictest(self) -> FalseMatchRate:
        """The lowest false match rate that the data supports."""
        return FalseMatchRate(self.false_match_rates[-1])

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
