"""Answers about enrolled people and their history."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel

from mien.api.schemas.example import example
from mien.core.audit import AuditEntry
from mien.core.template import Subject, Template
from mien.service.export_subject import SubjectExport
from mien.service.list_subjects import SubjectPage
from mien.service.lockouts import Lock


class UserResult(BaseModel):
    """An enrolled subject."""

    model_config = example(
        user_id="ada",
        enrolled_at="2026-11-21T08:00:00Z",
        templates=3,
        avg_quality_score=0.87,
        consent_purpose="door of building 7",
        consent_at="2026-11-21T08:00:00Z",
        expires_at="2027-11-21T08:00:00Z",
        failed_attempts=0,
        locked_until=None,
    )

    user_id: str
    enrolled_at: datetime
    templates: int
    avg_quality_score: float
    consent_purpose: str | None
    consent_at: datetime | None
    expires_at: datetime | None
    failed_attempts: int
    locked_until: datetime | None

    @classmethod
    def of(cls, subject: Subject, lock: Lock | None) -> Self:
        """Present a subject. locked_until: in the year 9999 when only an operator helps."""
        consent = subject.terms.consent
        return cls(
            user_id=subject.id,
            enrolled_at=subject.enrolled_at,
            templates=subject.template_count,
            avg_quality_score=subject.average_quality,
            consent_purpose=consent.purpose if consent else None,
            consent_at=consent.given_at if consent else None,
            expires_at=subject.terms.expires_at,
            failed_attempts=lock.failures.count if lock else 0,
            locked_until=lock.until if lock else None,
        )


class UserPageResult(BaseModel):
    """A page of subjects, ordered by id."""

    users: list[UserResult]
    total: int

    @classmethod
    def of(cls, page: SubjectPage) -> Self:
        """Present a page."""
        users = [UserResult.of(s, page.locks.get(s.id)) for s in page.subjects]
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


class UnlockResult(BaseModel):
    """A subject that may be tried again at once."""

    success: bool
    user_id: str


class TemplateExport(BaseModel):
    """One template: a face in numbers. embedding: little-endian float32 in base64."""

    contract: str
    quality_score: float
    embedding: str

    @classmethod
    def of(cls, template: Template) -> Self:
        """Present a template to the person it is of."""
        return cls(
            contract=template.contract,
            quality_score=template.quality,
            embedding=base64.b64encode(template.embedding.astype("<f4").tobytes()).decode(),
        )


class UserExport(BaseModel):
    """All that is stored of a person. There are no photos: none is kept."""

    user: UserResult
    templates: list[TemplateExport]
    history: list[EventResult]

    @classmethod
    def of(cls, export: SubjectExport) -> Self:
        """Present an export."""
        return cls(
            user=UserResult.of(export.subject, export.lock),
            templates=[TemplateExport.of(template) for template in export.templates],
            history=[EventResult.of(entry) for entry in export.history],
        )
