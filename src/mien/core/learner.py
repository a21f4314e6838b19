"""What one authentication changes of a subject's templates, by all that is stored of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, final

from mien.core.adaptation import ADAPTATION, AdaptationPolicy, Change, of_origin
from mien.core.matching import Matcher, Reference
from mien.core.policy import Decision, decide
from mien.core.scoring import Calibration, FalseMatchRate, Similarity
from mien.core.template import Embedding, Origin, StoredTemplate, SubjectId

_NOBODY: Final = SubjectId("")
"""A reference that is compared once and thrown away needs no name."""


@final
class Learner:
    """Compares with enrolled templates and candidates, never with what was learned."""

    def __init__(
        self, matcher: Matcher, calibration: Calibration, policy: AdaptationPolicy = ADAPTATION
    ) -> None:
        """Take what compares, and what its similarities are worth."""
        self._matcher: Final = matcher
        self._calibration: Final = calibration
        self._policy: Final = policy

    def is_strong(self, decision: Decision) -> bool:
        """Tell whether an acceptance is sure enough to be worth a look at the templates."""
        curves = self._calibration.curves.values()
        rates = [self._policy.strong_rate(curve, decision.target) for curve in curves]
        return decision.accepted and all(
            rate is not None and decision.false_match_rate <= rate for rate in rates
        )

    def change(
        self,
        stored: Sequence[StoredTemplate],
        probe: Embedding,
        target: FalseMatchRate,
        now: datetime,
    ) -> Change:
        """Return what a probe changes that was accepted, at *target*, with a living face."""
        enrolled = of_origin(stored, Origin.ENROLLED)
        # 1. A strong match of the enrolled templates alone: what was learned vouches for nothing.
        if not self._matches(probe, enrolled, target):
            return Change()
        # 2. By the policy's clock and bounds.
        return self._policy.plan(
            of_origin(stored, Origin.ADAPTED, Origin.CANDIDATE),
            self._policy.limit(len(enrolled), self._calibration),
            now,
            lambda candidate: self._confirms(probe, candidate, enrolled, target),
        )

    def _confirms(
        self,
        probe: Embedding,
        candidate: StoredTemplate,
        enrolled: Sequence[StoredTemplate],
        target: FalseMatchRate,
    ) -> bool:
        """Tell whether a candidate shows the person of the probe, and better than the enrollment.

        To somebody who has changed, a picture of last week is nearer than one of last year. To
        somebody who has not, the enrollment is enough. And a stranger who was taken for them is
        farther than either: so one false acceptance is not confirmed by the person's own return.
        """
        if not self._matches(probe, [candidate], target):
            return False
        nearest = max(self._similarity(probe, [each]) for each in enrolled)
        return self._similarity(probe, [candidate]) > nearest

    def _matches(
        self, probe: Embedding, samples: Sequence[StoredTemplate], target: FalseMatchRate
    ) -> bool:
        """Compare a probe with a reference of some templates alone, strongly."""
        if not samples:
            return False
        curve = self._calibration.curve(len(samples))
        rate = self._policy.strong_rate(curve, target)
        comparison = self._matcher.compare(probe, self._reference(samples))
        return rate is not None and decide(comparison, curve, rate).accepted

    def _similarity(self, probe: Embedding, samples: Sequence[StoredTemplate]) -> Similarity:
        return self._matcher.compare(probe, self._reference(samples)).similarity

    def _reference(self, samples: Sequence[StoredTemplate]) -> Reference:
        return self._matcher.reference(_NOBODY, [each.template.embedding for each in samples])
