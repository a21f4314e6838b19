"""Answers about enrolled people and their history."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel

from mien.api.schemas.example import example
from mien.core.attempt import AttemptId
from mien.core.audit import AuditEntry
from mien.core.consent import Purpose
from mien.core.expression import Expression
from mien.core.profile import NO_PROFILE, Profile
from mien.core.review import Review, ReviewKind
from mien.core.template import Origin, StoredTemplate, Subject
from mien.service.disown import Disowned
from mien.service.export_subject import SubjectExport
from mien.service.list_subjects import SubjectPage
from mien.service.lockouts import Lock


class UserResult(BaseModel):
    """An enrolled subject. templates: those enrolled; the others were learned since."""

    model_config = example(
        user_id="ada",
        name="Ada Lovelace",
        role="analyst",
        department="research",
        enrolled_at="2026-11-21T08:00:00Z",
        templates=3,
        adapted_templates=1,
        candidate_templates=0,
        avg_quality_score=0.87,
        consent_purpose="door of building 7",
        consent_at="2026-11-21T08:00:00Z",
        expires_at="2027-11-21T08:00:00Z",
        failed_attempts=0,
        locked_until=None,
    )

    user_id: str
    name: str | None
    role: str | None
    department: str | None
    enrolled_at: datetime
    templates: int
    adapted_templates: int
    candidate_templates: int
    avg_quality_score: float
    consent_purpose: str | None
    consent_at: datetime | None
    expires_at: datetime | None
    failed_attempts: int
    locked_until: datetime | None

    @classmethod
    def of(cls, subject: Subject, lock: Lock | None, profile: Profile) -> Self:
        """Present a subject. locked_until: in the year 9999 when only an operator helps."""
        consent = subject.terms.consent
        return cls(
            user_id=subject.id,
            name=profile.name,
            role=profile.role,
            department=profile.department,
            enrolled_at=subject.enrolled_at,
            templates=subject.template_count,
            adapted_templates=subject.adapted_count,
            candidate_templates=subject.candidate_count,
            avg_quality_score=subject.average_quality,
            consent_purpose=consent.purpose if consent else None,
            consent_at=consent.given_at if consent else None,
            expires_at=subject.terms.expires_at,
            failed_attempts=lock.failures.count if lock else 0,
            locked_until=lock.until if lock else None,
        )


class UserPageResult(BaseModel):
    """A page of subjects, ordered by id. total: how many are found."""

    users: list[UserResult]
    total: int

    @classmethod
    def of(cls, page: SubjectPage) -> Self:
        """Present a page."""
        users = [
            UserResult.of(
                subject, page.locks.get(subject.id), page.profiles.get(subject.id, NO_PROFILE)
            )
            for subject in page.subjects
        ]
        return cls(users=users, total=page.total)


class ErasureResult(BaseModel):
    """A subject that is gone, with templates and history."""

    success: bool
    user_id: str


class EventResult(BaseModel):
    """Something that was done with a subject, or tried in its name."""

    sequence: int
    at: datetime
    kind: str
    actor: str
    accepted: bool | None
    reason: str | None
    false_match_rate: float | None
    details: dict[str, str | int]

    @classmethod
    def of(cls, entry: AuditEntry) -> Self:
        """Present an entry of the audit log."""
        event = entry.event
        return cls(
            sequence=entry.sequence,
            at=event.at,
            kind=event.action,
            actor=event.actor,
            accepted=event.accepted,
            reason=event.reason,
            false_match_rate=event.false_match_rate,
            details=dict(event.details),
        )


class HistoryResult(BaseModel):
    """A subject's events, newest first. next: what to send as `before` for older ones."""

    user_id: str
    history: list[EventResult]
    next: int | None

    @classmethod
    def of(cls, user_id: str, entries: Sequence[AuditEntry], *, limit: int) -> Self:
        """Present a page of a history."""
        older = entries[-1].sequence if len(entries) == limit else None
        return cls(user_id=user_id, history=[EventResult.of(e) for e in entries], next=older)


class LockResult(BaseModel):
    """A subject that nobody signs in as. locked_until: in the year 9999, or until it is lifted."""

    success: bool
    user_id: str
    locked_until: datetime | None


class UnlockResult(BaseModel):
    """A subject that may be tried again at once."""

    success: bool
    user_id: str


class DisownResult(BaseModel):
    """An attempt that was not the person's. removed_...: templates that had come of it."""

    success: bool
    user_id: str
    attempt_id: str
    removed_adapted: int
    removed_candidates: int

    @classmethod
    def of(cls, user_id: str, attempt_id: AttemptId, disowned: Disowned) -> Self:
        """Present what was taken back."""
        return cls(
            success=True,
            user_id=user_id,
            attempt_id=attempt_id,
            removed_adapted=disowned.adapted,
            removed_candidates=disowned.candidates,
        )


class TemplateExport(BaseModel):
    """One template: a face in numbers. embedding: little-endian float32 in base64.

    attempt_id: the authentication that a learned one came from; confirmed_by: the one that made it
    count.
    """

    origin: Origin
    added_at: datetime
    attempt_id: str | None
    confirmed_by: str | None
    contract: str
    quality_score: float
    embedding: str

    @classmethod
    def of(cls, stored: StoredTemplate) -> Self:
        """Present a template to the person it is of."""
        template = stored.template
        return cls(
            origin=stored.origin,
            added_at=stored.added_at,
            attempt_id=stored.attempt_id,
            confirmed_by=stored.confirmed_by,
            contract=template.contract,
            quality_score=template.quality,
            embedding=base64.b64encode(template.embedding.astype("<f4").tobytes()).decode(),
        )


class ConsentExport(BaseModel):
    """A purpose that a person has agreed to, and since when."""

    purpose: Purpose
    given_at: datetime


class ExpressionExport(BaseModel):
    """What a person's face expressed at an authentication, as it was kept with their consent."""

    at: datetime
    probabilities: dict[str, float]


class RequestExport(BaseModel):
    """What a person asked operators for, what was decided, and why."""

    kind: ReviewKind
    note: str
    requested_at: datetime
    approved: bool | None
    decided_at: datetime | None
    reason: str | None

    @classmethod
    def of(cls, review: Review) -> Self:
        """Present a request to whoever made it."""
        standing = review.standing
        return cls(
            kind=standing.kind,
            note=review.note,
            requested_at=standing.requested_at,
            approved=standing.approved,
            decided_at=standing.decided_at,
            reason=review.reason,
        )


class UserExport(BaseModel):
    """All that is stored of a person. There are no photos: none is kept.

    has_password: one is kept as a hash only, which says nothing to anybody.
    """

    user: UserResult
    has_password: bool
    templates: list[TemplateExport]
    history: list[EventResult]
    consents: list[ConsentExport]
    groups: dict[str, str]
    expressions: list[ExpressionExport]
    requests: list[RequestExport]

    @classmethod
    def of(cls, export: SubjectExport) -> Self:
        """Present an export."""
        return cls(
            user=UserResult.of(export.subject, export.lock, export.profile),
            has_password=export.has_password,
            templates=[TemplateExport.of(stored) for stored in export.templates],
            history=[EventResult.of(entry) for entry in export.history],
            consents=[
                ConsentExport(purpose=consent.purpose, given_at=consent.given_at)
                for consent in export.consents
            ],
            groups={str(name): str(group) for name, group in export.groups.items()},
            expressions=[
                ExpressionExport(
                    at=record.at,
                    probabilities={each.value: record.shares[each] for each in Expression},
                )
                for record in export.expressions
            ],
            requests=[RequestExport.of(review) for review in export.requests],
        )
