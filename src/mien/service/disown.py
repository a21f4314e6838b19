"""Take back what was learned from an authentication: "this was not me"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mien.core.adaptation import of_origin
from mien.core.attempt import AttemptId
from mien.core.audit import AuditAction, AuditEvent
from mien.core.ports import UnitOfWork
from mien.core.template import Origin, SubjectId
from mien.errors import UnknownSubjectError


@dataclass(frozen=True, slots=True)
class Disowned:
    """How many templates went: those that counted, and those that waited to."""

    adapted: int
    candidates: int


def disown(
    work: UnitOfWork, subject_id: SubjectId, attempt_id: AttemptId, now: datetime
) -> Disowned:
    """Remove every template that came from an attempt or was confirmed by it, and its expression.

    It is recorded also when nothing was learned from the attempt: the person says that somebody
    else was taken for them. Raises UnknownSubjectError.
    """
    # 1. Nobody learns or enrolls meanwhile.
    work.learned.lock()
    pseudonym = work.subjects.pseudonym(subject_id)
    if pseudonym is None:
        raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
    # 2. What the attempt had a part in.
    learned = of_origin(work.subjects.templates_of(subject_id), Origin.ADAPTED, Origin.CANDIDATE)
    gone = [each for each in learned if attempt_id in {each.attempt_id, each.confirmed_by}]
    if gone:
        work.learned.drop(subject_id, gone)
    work.expressions.disown(subject_id, attempt_id)
    # 3. The record.
    disowned = Disowned(
        adapted=len(of_origin(gone, Origin.ADAPTED)),
        candidates=len(of_origin(gone, Origin.CANDIDATE)),
    )
    work.audit.append(
        AuditEvent(
            action=AuditAction.DISOWN,
            at=now,
            actor=work.actor,
            subject=pseudonym,
            details={
                "attempt": attempt_id,
                "adapted": disowned.adapted,
                "candidates": disowned.candidates,
            },
        )
    )
    return disowned
