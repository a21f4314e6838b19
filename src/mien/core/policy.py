"""Decisions: a score against a threshold that a false match rate sets. Fails closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mien.core.matching import Comparison
from mien.core.scoring import Curve, FalseMatchRate, Similarity
from mien.errors import InvalidRequestError

DEFAULT_TARGET_FPIR: Final = 1e-2


class Reason(StrEnum):
    """Why a decision fell as it did; stable codes."""

    MATCH = "MATCH"
    LOW_CONFIDENCE = "LOW_CONFIDENCE"
    UNKNOWN_SUBJECT = "UNKNOWN_SUBJECT"
    EMPTY_GALLERY = "EMPTY_GALLERY"
    IMAGE_REPLAYED = "IMAGE_REPLAYED"
    LOCKED_OUT = "LOCKED_OUT"
    SPOOF_SUSPECTED = "SPOOF_SUSPECTED"


@dataclass(frozen=True, slots=True)
class Decision:
    """A comparison and what follows from it.

    false_match_rate: how often an impostor scores at least this similarity.
    target: the false match rate that was tolerated; accepted means not above it.
    extrapolated: whether either rate lies below what was counted.
    log10_likelihood_ratio: weight of the evidence; +2 is a hundred times likelier of one person.
    """

    comparison: Comparison
    false_match_rate: FalseMatchRate
    threshold: Similarity
    target: FalseMatchRate
    extrapolated: bool
    log10_likelihood_ratio: float
    accepted: bool

    @property
    def similarity(self) -> Similarity:
        """What was decided on."""
        return self.comparison.similarity

    @property
    def reason(self) -> Reason:
        """MATCH or LOW_CONFIDENCE."""
        return Reason.MATCH if self.accepted else Reason.LOW_CONFIDENCE

    @property
    def confidence(self) -> float:
        """Share of impostors that score lower, 0 to 1; `1 - target` is the threshold for it."""
        return 1.0 - self.false_match_rate


def decide(comparison: Comparison, curve: Curve, target: FalseMatchRate) -> Decision:
    """Accept a similarity at or above the threshold for *target*; NaN is never accepted."""
    threshold, score = curve.threshold(target), comparison.similarity
    rate = curve.false_match_rate(score)
    return Decision(
        comparison=comparison,
        false_match_rate=rate,
        threshold=threshold,
        target=target,
        extrapolated=curve.is_extrapolated(min(rate, target)),
        log10_likelihood_ratio=curve.log10_likelihood_ratio(score),
        accepted=score >= threshold,
    )


def middle(decisions: Sequence[Decision]) -> int:
    """Return which of several decisions, at least one, more than half of them agree with.

    Of decisions on one face against one reference: ordered by similarity, the one just below the
    middle is accepted exactly when more than half are.
    """
    order = sorted(range(len(decisions)), key=lambda number: decisions[number].similarity)
    return order[(len(decisions) - 1) // 2]


def identification_target(
    gallery_size: int, target_fpir: float, *, strictest: FalseMatchRate, loosest: FalseMatchRate
) -> FalseMatchRate:
    """Return the FMR that keeps a search of a gallery within a false positive rate.

    A probe of nobody enrolled is compared with everybody, so its chance of a false match grows
    with the gallery: FPIR = 1 - (1 - FMR)^N, about N * FMR (ISO/IEC 19795-1). Never looser than
    a verification's, and never stricter than the calibration can support.
    """
    if not 0 < target_fpir < 1:
        raise InvalidRequestError("the false positive identification rate lies between 0 and 1")
    wanted = 1 - (1 - target_fpir) ** (1 / max(1, gallery_size))
    return FalseMatchRate(max(min(wanted, loosest), strictest))
