"""What time does: people whose term is over are erased, old traces are forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, final

from mien.core.audit import AuditAction
from mien.core.expression_log import EXPRESSIONS_KEPT
from mien.core.live.store import COMPLETED_WITHIN
from mien.core.lockout import LockoutPolicy
from mien.core.ports import Clock, UnitOfWork
from mien.core.review import REVIEWS_KEPT
from mien.service.erase_subject import erase_subject

_SUBJECTS_AT_A_TIME: Final = 100
_FEW_FAILURES_KEPT: Final = timedelta(days=7)
"""Fewer than lock anybody. What has locked once is kept until a success or an operator, of whoever
is enrolled and whoever is not: with time it would not be consecutive failures that are counted."""


_SESSIONS_KEPT: Final = 2 * COMPLETED_WITHIN
"""After they expired: until then a decision may wait for whoever began the session."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What was done. is_finished: whether nothing of the kind is left."""

    subjects: int
    images: int
    failures: int
    sessions: int
    expressions: int
    is_finished: bool


@final
class Housekeeping:
    """Done every now and then, each time in a transaction of its own."""

    def __init__(
        self,
        lockout: LockoutPolicy,
        images_kept: timedelta,
        clock: Clock,
        expressions_kept: timedelta = EXPRESSIONS_KEPT,
    ) -> None:
        """Take how long photos are recognized again, and how long expressions are kept."""
        self._lockout = lockout
        self._images_kept = images_kept
        self._expressions_kept = expressions_kept
        self._clock = clock

    def __call__(self, work: UnitOfWork) -> Swept:
        """Erase up to a hundred subjects whose term is over, and forget what is old."""
        now = self._clock()
        expired = work.subjects.expired(now, limit=_SUBJECTS_AT_A_TIME)
        for subject_id in expired:
            erase_subject(work, subject_id, now, AuditAction.EXPIRE)
        work.refresh_tokens.forget(expired_before=now)
        work.reviews.forget(expired_before=now - REVIEWS_KEPT)
        return Swept(
            subjects=len(expired),
            images=work.seen_images.forget(before=now - self._images_kept),
            failures=work.failures.forget(
                last_before=now - _FEW_FAILURES_KEPT, fewer_than=self._lockout.free
            ),
            sessions=work.live_sessions.forget(before=now - _SESSIONS_KEPT),
            expressions=work.expressions.forget(before=now - self._expressions_kept),
            is_finished=len(expired) < _SUBJECTS_AT_A_TIME,
        )
