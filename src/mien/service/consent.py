"""Give and withdraw consent to a purpose, on a person's behalf, and show what they agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mien.core.audit import AuditAction, AuditEvent, Pseudonym
from mien.core.consent import Consent, Purpose
from mien.core.ports import UnitOfWork
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError


@dataclass(frozen=True, slots=True)
class Statement:
    """What a purpose is, in the words of whoever runs the server; consent is given to that.

    expression: why expressions are kept; None where well-being is off.
    """

    expression: str | None = None

    def of(self, purpose: Purpose) -> str | None:
        """Return what the person is told; None where there is nothing to agree to."""
        match purpose:
            case Purpose.EXPRESSION:
                return self.expression
            case Purpose.FAIRNESS:
                return _FAIRNESS


_FAIRNESS = (
    "Groups that you belong to, as your age, are noted to compare how often people of each group "
    "are taken for somebody else, or not recognized. They change no decision on you."
)


def give_consent(
    work: UnitOfWork, subject_id: SubjectId, purpose: Purpose, now: datetime, statement: Statement
) -> None:
    """Note that a person has agreed; raise UnknownSubjectError.

    Raises InvalidRequestError where no purpose is stated: nobody can agree to what is not said.
    """
    if statement.of(purpose) is None:
        raise InvalidRequestError(
            f"this server states no purpose of {purpose}, so nobody can agree to it: set "
            "MIEN_WELLBEING_PURPOSE to what people are to be told"
        )
    pseudonym = work.consents.give(subject_id, purpose, now)
    work.audit.append(_event(work, AuditAction.CONSENT, pseudonym, purpose, now))


def withdraw_consent(
    work: UnitOfWork, subject_id: SubjectId, purpose: Purpose, now: datetime
) -> None:
    """Forget that a person has agreed, and all that was kept by it; raise UnknownSubjectError."""
    pseudonym = work.consents.withdraw(subject_id, purpose)
    work.audit.append(_event(work, AuditAction.WITHDRAW, pseudonym, purpose, now))


def show_consents(work: UnitOfWork, subject_id: SubjectId) -> Sequence[Consent]:
    """Return what a person has agreed to; raise UnknownSubjectError."""
    return work.consents.of(subject_id)


def state_purpose(work: UnitOfWork, statement: Statement, now: datetime) -> bool:
    """Put on record why expressions are kept, if it is not what was said last; tell whether.

    Nobody can then say later that people were told something else.
    """
    stated = statement.expression or ""
    before = work.audit.newest(AuditAction.STATE_PURPOSE)
    if stated == ("" if before is None else before.event.details.get("text", "")):
        return False
    details: dict[str, str | int] = {"purpose": Purpose.EXPRESSION.value, "text": stated}
    work.audit.append(AuditEvent(AuditAction.STATE_PURPOSE, now, work.actor, details=details))
    return True


def _event(
    work: UnitOfWork, action: AuditAction, subject: Pseudonym, purpose: Purpose, now: datetime
) -> AuditEvent:
    return AuditEvent(action, now, work.actor, subject, details={"purpose": purpose.value})
