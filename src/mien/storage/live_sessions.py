"""Live sessions, by the hashes of their tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Final, final

from sqlalchemy import ColumnElement, delete, insert, update
from sqlalchemy.orm import Session

from mien.core.live.store import COMPLETED_WITHIN, LiveSession
from mien.core.liveness import LivenessPolicy
from mien.core.operator import digest_of
from mien.core.template import SubjectId
from mien.errors import UnknownSessionError
from mien.storage.tables import LiveSessionRow


@final
class SqlLiveSessions:
    """Every step is one UPDATE with its conditions in it: transactions at a time agree on one.

    It relies on READ COMMITTED, PostgreSQL's default; SQLite has one writer at a time.
    """

    def __init__(self, session: Session) -> None:
        """Take the transaction's session."""
        self._connection = session.connection()

    def begin(self, token: str, session: LiveSession) -> None:
        """Store a new session; the token itself is not stored."""
        row = {
            "digest": digest_of(token),
            "actor": session.actor,
            "subject_id": session.subject_id,
            "policy": session.policy,
            "created_at": session.created_at,
            "expires_at": session.expires_at,
        }
        self._connection.execute(insert(LiveSessionRow), row)

    def attach(self, token: str, now: datetime) -> LiveSession:
        """Bind a session to the connection that shows its token first."""
        return self._step(
            token,
            {"attached_at": now},
            LiveSessionRow.attached_at.is_(None),
            LiveSessionRow.expires_at > now,
        )

    def decide(self, token: str, outcome: str, now: datetime) -> None:
        """Store what was found in an attached session."""
        self._step(
            token,
            {"decided_at": now, "outcome": outcome},
            LiveSessionRow.attached_at.is_not(None),
            LiveSessionRow.decided_at.is_(None),
        )

    def complete(self, token: str, actor: str, now: datetime) -> LiveSession:
        """Use up a decided session, for the actor who began it."""
        return self._step(
            token,
            {"completed_at": now},
            LiveSessionRow.actor == actor,
            LiveSessionRow.decided_at > now - COMPLETED_WITHIN,
            LiveSessionRow.completed_at.is_(None),
        )

    def forget(self, *, before: datetime) -> int:
        """Forget sessions that expired before a time; return how many."""
        old = delete(LiveSessionRow).where(LiveSessionRow.expires_at < before)
        return self._connection.execute(old).rowcount

    def forget_subject(self, subject_id: SubjectId) -> None:
        """Forget the sessions that claim a subject."""
        self._connection.execute(
            delete(LiveSessionRow).where(LiveSessionRow.subject_id == subject_id)
        )

    def _step(
        self,
        token: str,
        values: dict[str, datetime | str],
        *conditions: ColumnElement[bool],
    ) -> LiveSession:
        table = LiveSessionRow.__table__
        step = (
            update(LiveSessionRow)
            .where(
                LiveSessionRow.digest == digest_of(token),
                *conditions,
            )
            .values(values)
            .returning(*(table.columns[name] for name in _COLUMNS))
        )
        row = self._connection.execute(step).one_or_none()
        if row is None:
            raise UnknownSessionError("there is no such live session: begin a new one")
        return LiveSession(
            actor=row.actor,
            subject_id=None if row.subject_id is None else SubjectId(row.subject_id),
            policy=LivenessPolicy(row.policy),
            created_at=row.created_at,
            expires_at=row.expires_at,
            attached_at=row.attached_at,
            decided_at=row.decided_at,
            completed_at=row.completed_at,
            outcome=row.outcome,
        )


_COLUMNS: Final = (
    "actor",
    "subject_id",
    "policy",
    "created_at",
    "expires_at",
    "attached_at",
    "decided_at",
    "completed_at",
    "outcome",
)
