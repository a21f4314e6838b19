"""Give a person all that is stored of them (GDPR, articles 15 and 20)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mien.core.audit import AuditAction, AuditEntry, AuditEvent
from mien.core.consent import Consent
from mien.core.expression import Expression
from mien.core.expression_log import ExpressionRecord
from mien.core.groups import Attribute, Group
from mien.core.lockout import LockoutPolicy
from mien.core.ports import UnitOfWork
from mien.core.profile import Profile
from mien.core.review import Review
from mien.core.template import StoredTemplate, Subject, SubjectId
from mien.service.lockouts import Lock, show_locks

_ENTRIES_AT_A_TIME: Final = 1000


@dataclass(frozen=True, slots=True)
class SubjectExport:
    """What is stored of a subject: terms, templates and every entry of its history.

    Besides what they have agreed to, their groups, and the expressions that were kept with that;
    what they are called, whether they have a password, and what they have asked operators for.
    """

    subject: Subject
    profile: Profile
    has_password: bool
    lock: Lock | None
    templates: Sequence[StoredTemplate]
    history: Sequence[AuditEntry]
    consents: Sequence[Consent]
    groups: Mapping[Attribute, Group]
    expressions: Sequence[ExpressionRecord]
    requests: Sequence[Review]

    def document(self) -> dict[str, object]:
        """Return the export as plain JSON values; embeddings as little-endian float32, base64."""
        terms = self.subject.terms
        return {
            "user_id": self.subject.id,
            "name": self.profile.name,
            "role": self.profile.role,
            "has_password": self.has_password,
            "enrolled_at": self.subject.enrolled_at.isoformat(),
            "consent_purpose": terms.consent.purpose if terms.consent else None,
            "consent_at": terms.consent.given_at.isoformat() if terms.consent else None,
            "expires_at": terms.expires_at.isoformat() if terms.expires_at else None,
            "failed_attempts": self.lock.failures.count if self.lock else 0,
            "templates": [_template(stored) for stored in self.templates],
            "history": [
                {"sequence": entry.sequence, **entry.event.canonical()} for entry in self.history
            ],
            "consents": [
                {"purpose": consent.purpose.value, "given_at": consent.given_at.isoformat()}
                for consent in self.consents
            ],
            "groups": dict(self.groups),
            "expressions": [_expression(record) for record in self.expressions],
            "requests": [_request(review) for review in self.requests],
        }


def _template(stored: StoredTemplate) -> dict[str, object]:
    template = stored.template
    return {
        "origin": stored.origin.value,
        "added_at": stored.added_at.isoformat(),
        "attempt_id": stored.attempt_id,
        "confirmed_by": stored.confirmed_by,
        "contract": template.contract,
        "quality_score": template.quality,
        "embedding": base64.b64encode(template.embedding.astype("<f4").tobytes()).decode(),
    }


def _expression(record: ExpressionRecord) -> dict[str, object]:
    return {
        "at": record.at.isoformat(),
        "probabilities": {each.value: record.shares[each] for each in Expression},
    }


def _request(review: Review) -> dict[str, object]:
    standing = review.standing
    return {
        "kind": standing.kind.value,
        "note": review.note,
        "requested_at": standing.requested_at.isoformat(),
        "approved": standing.approved,
        "decided_at": standing.decided_at.isoformat() if standing.decided_at else None,
        "reason": review.reason,
    }


def export_subject(
    work: UnitOfWork, subject_id: SubjectId, policy: LockoutPolicy, now: datetime
) -> SubjectExport:
    """Return everything; raise UnknownSubjectError. The export itself is recorded."""
    subject = work.subjects.get(subject_id)
    work.audit.append(
        AuditEvent(
            action=AuditAction.EXPORT,
            at=now,
            actor=work.actor,
            subject=work.subjects.pseudonym(subject_id),
        )
    )
    history: list[AuditEntry] = []
    before: int | None = None
    while page := work.audit.of(subject_id, limit=_ENTRIES_AT_A_TIME, before=before):
        history.extend(page)
        before = page[-1].sequence
    lock = show_locks(work, [subject_id], policy).get(subject_id)
    return SubjectExport(
        subject,
        work.profiles.of(subject_id),
        work.own_passwords.find(subject_id) is not None,
        lock,
        work.subjects.templates_of(subject_id),
        history,
        work.consents.of(subject_id),
        work.groups.of(subject_id),
        work.expressions.of(subject_id),
        work.reviews.of(subject_id),
    )
