"""Learning from use: when what an authentication showed becomes part of a subject's reference.

One strong match with a living face gives a candidate, which counts in nothing. A second one, at
least a day later, makes it count if it confirms the candidate, and otherwise takes its place. Both
are judged against the enrolled templates alone: what was learned never vouches for what is
learned next, so that a reference cannot walk away step by step (the attack of B. Biggio, L. Didaci,
G. Fumera and F. Roli, Poisoning attacks to compromise face templates, ICB 2013).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from mien.core.attempt import AttemptId
from mien.core.scoring import Calibration, Curve, FalseMatchRate
from mien.core.template import Origin, StoredTemplate, SubjectId, Template


class LearnedTemplates(Protocol):
    """The templates that were learned; nothing here can touch an enrolled one."""

    def try_lock(self) -> bool:
        """Let nobody else change templates until the transaction ends; never wait for it.

        False when somebody else does just now: who holds what they need is not to wait for them.
        """
        ...

    def lock(self) -> None:
        """Do the same, and wait; before anything else in the transaction."""
        ...

    def keep(
        self, subject_id: SubjectId, template: Template, attempt_id: AttemptId, at: datetime
    ) -> None:
        """Store a candidate."""
        ...

    def adopt(
        self, subject_id: SubjectId, candidate: StoredTemplate, confirmed_by: AttemptId
    ) -> None:
        """Let a candidate count from now on."""
        ...

    def drop(self, subject_id: SubjectId, templates: Sequence[StoredTemplate]) -> None:
        """Forget learned templates; whoever keeps the gallery in memory follows."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """What one strong match changes. keep: whether it becomes the candidate itself."""

    adopt: StoredTemplate | None = None
    drop: tuple[StoredTemplate, ...] = ()
    keep: bool = False

    @property
    def is_none(self) -> bool:
        """Whether everything stays as it is."""
        return self == Change()


@dataclass(frozen=True, slots=True)
class AdaptationPolicy:
    """How sure, how slowly and how much is learned.

    stricter: how many times rarer a false match has to be than for an acceptance. wait: between
    a candidate and what confirms it. A day: whoever got in once has to come again another day, the
    person has had the time to see it in their history, and the light and the clothes are others.
    most: of a subject's templates that count, so many may be learned at most.
    """

    stricter: float = 100.0
    wait: timedelta = timedelta(hours=24)
    most: int = 3

    def strong_rate(self, curve: Curve, target: FalseMatchRate) -> FalseMatchRate | None:
        """Return the false match rate that a strong match stays below.

        None where the calibration knows none that is stricter than the target: then nothing is
        learned.
        """
        rate = max(target / self.stricter, curve.strictest)
        return FalseMatchRate(rate) if rate < target else None

    def limit(self, enrolled: int, calibration: Calibration) -> int:
        """Return how many learned templates may count beside so many enrolled ones.

        Never more than were enrolled, so that these are half of the reference at least; and never
        so many that the reference has more samples than any that was calibrated.
        """
        return max(0, min(self.most, enrolled, max(calibration.curves) - enrolled))

    def plan(
        self,
        learned: Sequence[StoredTemplate],
        limit: int,
        now: datetime,
        confirms: Callable[[StoredTemplate], bool],
    ) -> Change:
        """Return what a strong match at *now* changes of what was learned.

        confirms: tells whether the match speaks for a candidate; see `mien.core.learner`.
        """
        candidates = _oldest_first(learned, Origin.CANDIDATE)
        adapted = _oldest_first(learned, Origin.ADAPTED)
        # 1. No more than may be: a policy may have become stricter.
        if limit < 1:
            return Change(drop=(*candidates, *adapted))
        # 2. The first of its kind becomes the candidate; so does the next while none is old enough.
        if not candidates:
            return Change(keep=True)
        *older, candidate = candidates
        if now - candidate.added_at < self.wait:
            return Change(drop=tuple(older))
        # 3. Another day: it confirms the candidate, or takes its place.
        if not confirms(candidate):
            return Change(drop=(*older, candidate), keep=True)
        surplus = len(adapted) + 1 - limit
        return Change(adopt=candidate, drop=(*older, *adapted[: max(0, surplus)]))


ADAPTATION = AdaptationPolicy()


def of_origin(templates: Sequence[StoredTemplate], *origins: Origin) -> list[StoredTemplate]:
    """Return the templates of some origins, in their order."""
    return [template for template in templates if template.origin in origins]


def _oldest_first(templates: Sequence[StoredTemplate], origin: Origin) -> list[StoredTemplate]:
    return sorted(of_origin(templates, origin), key=lambda each: (each.added_at, each.template_id))
