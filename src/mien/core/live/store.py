"""Where live sessions are between their requests: the server keeps all of the state.

A session goes one way: begun, attached to one connection before it expires, decided, completed.
Every step happens once; a step that does not fit is answered as if there were no such
session, so that nobody learns of others'.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from mien.core.liveness import LivenessPolicy
from mien.core.template import SubjectId

COMPLETED_WITHIN: Final = timedelta(minutes=1)
"""Of the decision."""


@dataclass(frozen=True, slots=True)
class LiveSession:
    """What the server knows of a session.

    actor: who began it, see `Caller.actor`. subject_id: whom it is claimed to show, enrolled or
    not; None for a session that claims nobody. outcome: what was found, as JSON; it is not sealed,
    so it holds no embedding and no picture.
    """

    actor: str
    subject_id: SubjectId | None
    policy: LivenessPolicy
    created_at: datetime
    expires_at: datetime
    attached_at: datetime | None = None
    decided_at: datetime | None = None
    completed_at: datetime | None = None
    outcome: str | None = None


class LiveSessionRepository(Protocol):
    """Live sessions, by their tokens; of several who take a step at a time one succeeds.

    Each step raises UnknownSessionError for a session that is unknown, expired, not so far, past
    it, or somebody else's: which of them is not told.
    """

    def begin(self, token: str, session: LiveSession) -> None:
        """Store a new session; the token itself is not stored."""
        ...

    def attach(self, token: str, now: datetime) -> LiveSession:
        """Bind a session to the connection that shows its token first."""
        ...

    def decide(self, token: str, outcome: str, now: datetime) -> None:
        """Store what was found in an attached session."""
        ...

    def complete(self, token: str, actor: str, now: datetime) -> LiveSession:
        """Use up a decided session, for the actor who began it."""
        ...

    def forget(self, *, before: datetime) -> int:
        """Forget sessions that expired before a time; return how many."""
        ...

    def forget_subject(self, subject_id: SubjectId) -> None:
        """Forget the sessions that claim a subject."""
        ...
