"""Answers about the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel

from mien.api.schemas.example import example
from mien.core.audit import AuditEntry
from mien.storage.audit import Checkpoint
from mien.storage.audit_verification import Verification


class AuditEntryResult(BaseModel):
    """An event in its place in the chain.

    subject: a pseudonym. digest: the SHA-256, in hex, of the digest before and of this entry.
    """

    model_config = example(
        sequence=4711,
        at="2026-11-21T08:00:00Z",
        action="authenticate",
        actor="key:1f2e3d4c",
        subject="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        accepted=False,
        reason="LOW_CONFIDENCE",
        false_match_rate=0.21,
        details={},
        digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )

    sequence: int
    at: datetime
    action: str
    actor: str
    subject: str | None
    accepted: bool | None
    reason: str | None
    false_match_rate: float | None
    details: dict[str, str | int]
    digest: str

    @classmethod
    def of(cls, entry: AuditEntry) -> Self:
        """Present an entry."""
        event = entry.event
        return cls(
            sequence=entry.sequence,
            at=event.at,
            action=event.action,
            actor=event.actor,
            subject=event.subject,
            accepted=event.accepted,
            reason=event.reason,
            false_match_rate=event.false_match_rate,
            details=dict(event.details),
            digest=entry.digest.hex(),
        )


class AuditPageResult(BaseModel):
    """Entries, oldest first; newest first where `before` was asked for.

    next: what to send as `after`, or as `before`, for the next page; null at the end.
    """

    entries: list[AuditEntryResult]
    next: int | None

    @classmethod
    def of(cls, entries: Sequence[AuditEntry], *, limit: int) -> Self:
        """Present a page."""
        last = entries[-1].sequence if len(entries) == limit else None
        return cls(entries=[AuditEntryResult.of(entry) for entry in entries], next=last)


class AuditHeadResult(BaseModel):
    """The newest entry's digest, signed; a copy kept elsewhere shows that nothing was rolled back.

    digest and signature in hex; kid: the Ed25519 key, which /.well-known/jwks.json lists.
    """

    model_config = example(
        sequence=4711,
        digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        kid="1f2e3d4c5b6a7988",
        signature="e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc6"
        "1e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    )

    sequence: int
    digest: str
    kid: str
    signature: str

    @classmethod
    def of(cls, head: Checkpoint) -> Self:
        """Present the head."""
        return cls(
            sequence=head.sequence,
            digest=head.digest.hex(),
            kid=head.kid,
            signature=head.signature.hex(),
        )


class AuditVerificationResult(BaseModel):
    """What a check of the whole log found. problem: null of a sound log, and then head is not.

    head: the newest entry's signed digest; null where that is what is gone.
    """

    sound: bool
    entries: int
    problem: str | None
    head: AuditHeadResult | None

    @classmethod
    def of(cls, found: Verification) -> Self:
        """Present what was found."""
        return cls(
            sound=found.is_sound,
            entries=found.entries,
            problem=found.problem,
            head=None if found.head is None else AuditHeadResult.of(found.head),
        )
