"""The audit log: a chain of events, each sealed by the hash of all before it.

A changed, removed, inserted or reordered event breaks the chain from there on (B. Schneier and
J. Kelsey, Secure audit logs to support computer forensics, 1999). What hashes alone cannot show,
a tail cut off or a chain made anew, the signed head shows; see `mien.storage.audit`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NewType

from mien.core.policy import Reason
from mien.core.scoring import FalseMatchRate

Pseudonym = NewType("Pseudonym", str)
"""What the audit log calls a subject: 32 random hex digits, forgotten when it is erased."""

GENESIS: Final = bytes(32)
"""What stands before the first event."""


class AuditAction(StrEnum):
    """What was done; stable words of the wire."""

    ENROLL = "enroll"
    AUTHENTICATE = "authenticate"
    IDENTIFY = "identify"
    ERASE = "erase"
    EXPIRE = "expire"
    EXPORT = "export"
    LOCK = "lock"
    UNLOCK = "unlock"
    ADAPT = "adapt"
    DISOWN = "disown"
    CONSENT = "consent"
    WITHDRAW = "withdraw"
    GROUP = "group"
    STATE_PURPOSE = "state_purpose"
    """Why expressions are kept was written down, in other words than before, or no more."""
    ERASE_EXPRESSIONS = "erase_expressions"
    PROFILE = "profile"
    REQUEST = "request"
    """Somebody asked operators to let them in, or to erase them."""
    DECIDE = "decide"
    SET_PASSWORD = "set_password"  # noqa: S105 an action, not a password
    CHANGE_THRESHOLD = "change_threshold"
    """Another false match rate is tolerated of a group of people than was before."""
    LOG_IN = "log_in"
    CHANGE_CALLERS = "change_callers"
    CHANGE_KEYS = "change_keys"
    BACK_UP = "back_up"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that was done or tried.

    actor: see `Caller.actor`. subject: None when it names nobody who is enrolled.
    accepted, reason, false_match_rate: of a decision. details: what else an auditor needs;
    never a name of a person, a score's parts, or a secret.
    """

    action: AuditAction
    at: datetime
    actor: str
    subject: Pseudonym | None = None
    accepted: bool | None = None
    reason: Reason | None = None
    false_match_rate: FalseMatchRate | None = None
    details: Mapping[str, str | int] = field(default_factory=dict)

    def canonical(self) -> dict[str, object]:
        """Return the event as plain JSON values, the same on every machine."""
        return {
            "action": self.action.value,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": self.actor,
            "subject": self.subject,
            "accepted": self.accepted,
            "reason": None if self.reason is None else self.reason.value,
            "false_match_rate": self.false_match_rate,
            "details": dict(self.details),
        }


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An event in its place in the chain. digest: SHA-256 over everything up to it."""

    sequence: int
    event: AuditEvent
    digest: bytes


def chain(previous: bytes, sequence: int, event: AuditEvent) -> AuditEntry:
    """Return the entry that follows the one whose digest is *previous*."""
    body = json.dumps(
        {"sequence": sequence, **event.canonical()}, sort_keys=True, separators=(",", ":")
    )
    digest = hashlib.sha256(previous + body.encode()).digest()
    return AuditEntry(sequence, event, digest)
