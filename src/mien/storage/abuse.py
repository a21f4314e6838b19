"""What is remembered against guessing and replaying: failures and photos, by keyed hashes only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final, final

from sqlalchemy import Executable, bindparam, delete, select
from sqlalchemy.orm import Session

from mien.core.lockout import Failures
from mien.core.template import SubjectId
from mien.storage.dialects import upsert_in
from mien.storage.tables import FailuresRow, SeenImageRow, SubjectRow
from mien.storage.vault import Vault


@final
class SqlFailureRepository:
    """Consecutive failed attempts on claimed identities, whether or not there is such a one."""

    def __init__(self, session: Session, vault: Vault) -> None:
        """Take the transaction's session and the vault that hashes identities."""
        self._connection = session.connection()
        self._vault = vault

    def of(self, identity: str) -> Failures | None:
        """Return the failures since the last success, None for none."""
        row = self._connection.execute(_FAILURES, {"tag": self._tag(identity)}).one_or_none()
        return None if row is None else Failures(row[0], row[1])

    def of_all(self, identities: Sequence[str]) -> dict[str, Failures]:
        """Return the failures of those identities that have any."""
        found = {identity: self.of(identity) for identity in identities}
        return {identity: failures for identity, failures in found.items() if failures}

    def record(self, identity: str, at: datetime) -> Failures:
        """Count one more failure; return all of them, those of other transactions included."""
        one_more = _one_more(self._connection.dialect.name)
        values = {"tag": self._tag(identity), "last_at": at}
        return Failures(self._connection.execute(one_more, values).scalar_one(), at)

    def put(self, identity: str, failures: Failures) -> None:
        """Note these failures in place of those before: an operator's decision."""
        values = {"count": failures.count, "last_at": failures.last_at}
        self._connection.execute(
            upsert_in(self._connection.dialect.name, FailuresRow)
            .values(tag=self._tag(identity), **values)
            .on_conflict_do_update(index_elements=[FailuresRow.tag], set_=values)
        )

    def clear(self, identity: str) -> None:
        """Forget the failures: a success, or an operator's decision."""
        self._connection.execute(delete(FailuresRow).where(FailuresRow.tag == self._tag(identity)))

    def forget(self, *, last_before: datetime, fewer_than: int) -> int:
        """Forget old failures of identities that have only a few; return how many."""
        old = delete(FailuresRow).where(
            FailuresRow.last_at < last_before, FailuresRow.count < fewer_than
        )
        return self._connection.execute(old).rowcount

    def _tag(self, identity: str) -> bytes:
        return self._vault.tag("identity", identity.encode())


@final
class SqlSeenImages:
    """Photos that were used once; their bytes do not come from a camera a second time."""

    def __init__(self, session: Session, vault: Vault) -> None:
        """Take the transaction's session and the vault that hashes photos."""
        self._connection = session.connection()
        self._vault = vault

    def claim(self, image: bytes, subject_id: SubjectId | None, at: datetime) -> bool:
        """Remember a photo's bytes, until its subject is erased; tell whether they are new."""
        values = {
            "tag": self._vault.tag("image", image),
            "subject_id": subject_id,
            "at": at,
        }
        first = self._connection.execute(_claim(self._connection.dialect.name), values)
        return first.one_or_none() is not None

    def forget(self, *, before: datetime) -> int:
        """Forget photos that were used before a time; return how many."""
        old = delete(SeenImageRow).where(SeenImageRow.at < before)
        return self._connection.execute(old).rowcount


# Every authentication runs these: made once, they cost a third of what they do made anew.
_FAILURES: Final = select(FailuresRow.count, FailuresRow.last_at).where(
    FailuresRow.tag == bindparam("tag")
)


@cache
def _one_more(dialect: str) -> Executable:
    one = upsert_in(dialect, FailuresRow).values(
        tag=bindparam("tag"), count=1, last_at=bindparam("last_at")
    )
    return one.on_conflict_do_update(
        index_elements=[FailuresRow.tag],
        set_={"count": FailuresRow.count + 1, "last_at": one.excluded.last_at},
    ).returning(FailuresRow.count)


@cache
def _claim(dialect: str) -> Executable:
    # Locked as the foreign key locks it: of a subject that is being erased there is no key then,
    # where the insert alone would fail.
    subject = (
        select(SubjectRow.key)
        .where(SubjectRow.subject_id == bindparam("subject_id"))
        .with_for_update(read=True, key_share=True)
    )
    return (
        upsert_in(dialect, SeenImageRow)
        .values(tag=bindparam("tag"), subject_key=subject.scalar_subquery(), at=bindparam("at"))
        .on_conflict_do_nothing()
        .returning(SeenImageRow.at)
    )
