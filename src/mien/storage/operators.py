"""Operators and their refresh tokens in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, final

from sqlalchemy import ColumnElement, Row, ScalarSelect, delete, insert, select, update
from sqlalchemy.orm import Session

from mien.core.caller import Role
from mien.core.operator import Operator, OperatorName, RefreshToken, StoredPassword
from mien.storage.dialects import upsert
from mien.storage.tables import OperatorRow, RefreshTokenRow

_Stored = Row[str, str, str, datetime, datetime | None]

# Columns rather than rows that the session remembers: another transaction may have changed them.
_OPERATORS: Final = select(
    OperatorRow.name,
    OperatorRow.password,
    OperatorRow.role,
    OperatorRow.created_at,
    OperatorRow.disabled_at,
)


@final
class SqlOperatorRepository:
    """Operators; a disabled one stays, so that nobody else gets the name."""

    def __init__(self, session: Session) -> None:
        """Take the transaction's session."""
        self._session = session

    def add(self, operator: Operator, password_hash: str) -> bool:
        """Store a new operator; tell whether the name was free."""
        new = (
            upsert(self._session, OperatorRow)
            .values(
                name=operator.name,
                password=password_hash,
                role=operator.role.value,
                created_at=operator.created_at,
                disabled_at=operator.disabled_at,
            )
            .on_conflict_do_nothing()
            .returning(OperatorRow.key)
        )
        return self._session.execute(new).one_or_none() is not None

    def find(self, name: OperatorName) -> StoredPassword | None:
        """Return an operator, None for none of that name."""
        row = self._session.execute(_OPERATORS.where(OperatorRow.name == name)).one_or_none()
        return None if row is None else StoredPassword(_operator(row), row.password)

    def confirm(self, known: StoredPassword, password_hash: str) -> bool:
        """Lock an operator who is enabled and whose password is still the known one.

        One statement that writes: it locks the row in PostgreSQL, and makes the transaction the
        only writer in SQLite.
        """
        unchanged = (
            update(OperatorRow)
            .where(
                OperatorRow.name == known.operator.name,
                OperatorRow.password == known.password_hash,
                OperatorRow.role == known.operator.role.value,
                OperatorRow.disabled_at.is_(None),
            )
            .values(password=password_hash)
            .returning(OperatorRow.key)
        )
        return self._session.execute(unchanged).one_or_none() is not None

    def set_password(self, name: OperatorName, password_hash: str) -> None:
        """Replace a password's hash."""
        self._set(name, password=password_hash)

    def set_role(self, name: OperatorName, role: Role) -> None:
        """Change a role."""
        self._set(name, role=role.value)

    def set_disabled(self, name: OperatorName, at: datetime | None) -> None:
        """Disable an operator from *at* on, or enable them again with None."""
        self._set(name, disabled_at=at)

    def list(self) -> Sequence[Operator]:
        """Return all operators by name."""
        rows = self._session.execute(_OPERATORS.order_by(OperatorRow.name))
        return [_operator(row) for row in rows]

    def _set(self, name: OperatorName, **column: str | datetime | None) -> None:
        self._session.execute(update(OperatorRow).where(OperatorRow.name == name).values(**column))


@final
class SqlRefreshTokenRepository:
    """Refresh tokens by their hashes; written so that transactions at a time agree on one winner.

    It relies on READ COMMITTED, PostgreSQL's default; SQLite has one writer at a time.
    """

    def __init__(self, session: Session) -> None:
        """Take the transaction's session."""
        self._session = session

    def add(self, token: RefreshToken) -> None:
        """Store a new token."""
        self._session.execute(
            insert(RefreshTokenRow).values(
                digest=token.digest,
                family=token.family,
                operator_key=_key_of(token.operator),
                issued_at=token.issued_at,
                expires_at=token.expires_at,
                used_at=token.used_at,
            )
        )

    def take(self, digest: str, at: datetime) -> RefreshToken | None:
        """Use a token that is unused and not expired; of several who try, one succeeds.

        The others wait for the one's transaction to end, and then find the token used.
        """
        taken = (
            update(RefreshTokenRow)
            .where(
                RefreshTokenRow.digest == digest,
                RefreshTokenRow.used_at.is_(None),
                RefreshTokenRow.expires_at > at,
            )
            .values(used_at=at)
            .returning(RefreshTokenRow.digest)
        )
        if self._session.execute(taken).one_or_none() is None:
            return None
        return self.find(digest)

    def find(self, digest: str) -> RefreshToken | None:
        """Return a token, used and expired ones included."""
        found = self._session.execute(
            select(
                RefreshTokenRow.digest,
                RefreshTokenRow.family,
                OperatorRow.name,
                RefreshTokenRow.issued_at,
                RefreshTokenRow.expires_at,
                RefreshTokenRow.used_at,
            )
            .join(OperatorRow, OperatorRow.key == RefreshTokenRow.operator_key)
            .where(RefreshTokenRow.digest == digest)
        ).one_or_none()
        if found is None:
            return None
        return RefreshToken(
            digest=found.digest,
            family=found.family,
            operator=OperatorName(found.name),
            issued_at=found.issued_at,
            expires_at=found.expires_at,
            used_at=found.used_at,
        )

    def end_family(self, family: str) -> None:
        """Forget every token of a family, those being issued at this moment included."""
        self._forget_all(RefreshTokenRow.family == family)

    def end_all(self, operator: OperatorName) -> None:
        """Forget every token of an operator, those being issued at this moment included."""
        self._forget_all(RefreshTokenRow.operator_key == _key_of(operator))

    def forget(self, *, expired_before: datetime) -> int:
        """Forget tokens that are of no use any more; return how many."""
        old = delete(RefreshTokenRow).where(RefreshTokenRow.expires_at < expired_before)
        return len(self._session.execute(old.returning(RefreshTokenRow.digest)).all())

    def _forget_all(self, which: ColumnElement[bool]) -> None:
        """Delete until nothing is left to delete.

        A token being exchanged is locked: deleting it waits for that transaction, whose new token
        this statement does not see yet, but the next one does. With none left none is exchanged.
        """
        while self._session.execute(
            delete(RefreshTokenRow).where(which).returning(RefreshTokenRow.digest)
        ).all():
            pass


def _key_of(operator: OperatorName) -> ScalarSelect[int]:
    return select(OperatorRow.key).where(OperatorRow.name == operator).scalar_subquery()


def _operator(row: _Stored) -> Operator:
    return Operator(OperatorName(row.name), Role(row.role), row.created_at, row.disabled_at)
