"""What was read from faces at authentication and kept, with consent."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from mien.core.attempt import AttemptId
from mien.core.expression import ExpressionShares
from mien.core.template import SubjectId

EXPRESSIONS_KEPT: Final = timedelta(days=90)
"""How long, unless the organization says otherwise: a quarter of a year shows a trend."""


@dataclass(frozen=True, slots=True)
class ExpressionRecord:
    """What a subject's face expressed at one authentication."""

    at: datetime
    shares: ExpressionShares


class ExpressionLog(Protocol):
    """Expressions of subjects who have agreed to `Purpose.EXPRESSION`, and of nobody else."""

    def add(self, subject_id: SubjectId, record: ExpressionRecord, attempt_id: AttemptId) -> bool:
        """Keep a record if the subject has agreed to that; tell whether it was kept."""
        ...

    def of(self, subject_id: SubjectId) -> Sequence[ExpressionRecord]:
        """Return a subject's records, the oldest first; raise UnknownSubjectError."""
        ...

    def since(self, start: datetime) -> Generator[tuple[SubjectId, ExpressionRecord], None, None]:
        """Yield everybody's records from a time on, subject by subject.

        Whoever may stop before the end closes the generator while the transaction is open.
        """
        ...

    def disown(self, subject_id: SubjectId, attempt_id: AttemptId) -> None:
        """Forget the record of an authentication that was not the subject's, if there is one."""
        ...

    def forget(self, *, before: datetime) -> int:
        """Forget records that are older than a time; return how many."""
        ...

    def clear(self) -> int:
        """Forget every record of everybody; return how many."""
        ...
