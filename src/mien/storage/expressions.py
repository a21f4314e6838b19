"""Expressions at authentication, kept with consent and sealed with their subjects' keys."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import Final, final

import numpy as np
from sqlalchemy import LargeBinary, Row, Select, String, bindparam, delete, insert, literal, select
from sqlalchemy.orm import Session

from mien.core.attempt import AttemptId
from mien.core.audit import Pseudonym
from mien.core.consent import Purpose
from mien.core.expression import ExpressionShares
from mien.core.expression_log import ExpressionRecord
from mien.core.template import SubjectId
from mien.errors import TamperedError
from mien.storage.consents import named
from mien.storage.dialects import affected
from mien.storage.master_keys import Sealed
from mien.storage.tables import (
    ConsentRow,
    ExpressionRow,
    SubjectKeyRow,
    SubjectRow,
    UtcDateTime,
)
from mien.storage.vault import DataKey, Vault

SHARES_DTYPE: Final = np.dtype("<f4")
_ROWS_PER_FETCH: Final = 2000

Columns = Select[str, str, bytes, str, str, datetime, bytes]
STORED: Final = (
    select(
        SubjectRow.subject_id,
        SubjectRow.pseudonym,
        SubjectKeyRow.sealed,
        SubjectKeyRow.master_key_id,
        ExpressionRow.attempt_id,
        ExpressionRow.at,
        ExpressionRow.sealed,
    )
    .join(SubjectKeyRow, SubjectKeyRow.subject_key == SubjectRow.key)
    .join(ExpressionRow, ExpressionRow.subject_key == SubjectRow.key)
    .order_by(SubjectRow.key, ExpressionRow.at, ExpressionRow.key)
)
"""Every record with what opens it, subject by subject."""

_AGREED: Final = STORED.join(
    ConsentRow,
    (ConsentRow.subject_key == SubjectRow.key) & (ConsentRow.purpose == Purpose.EXPRESSION),
)


@final
class SqlExpressionLog:
    """Expressions of subjects who have agreed to `Purpose.EXPRESSION`, and of nobody else."""

    def __init__(self, session: Session, vault: Vault) -> None:
        """Take the transaction's session and the vault that seals."""
        self._session = session
        self._vault = vault

    def add(self, subject_id: SubjectId, record: ExpressionRecord, attempt_id: AttemptId) -> bool:
        """Keep a record if the subject has agreed to that; tell whether it was kept.

        The same is done for whoever has not agreed, up to the row, and nobody waits: while a
        subject is being erased, or is withdrawing, nothing is kept.
        """
        found = self._session.execute(_KEY, {"subject_id": subject_id}).one_or_none()
        if found is None:
            return False
        wrapped = Sealed(found.sealed, found.master_key_id)
        key = self._vault.open_data_key(Pseudonym(found.pseudonym), wrapped)
        sealed = key.seal_expression(_written(record.shares), attempt_id=attempt_id, at=record.at)
        values = {
            "subject": found.key,
            "attempt_id": attempt_id,
            "at": record.at,
            "sealed": sealed,
        }
        kept = self._session.connection().execute(_KEEP, values)
        return kept.one_or_none() is not None

    def of(self, subject_id: SubjectId) -> Sequence[ExpressionRecord]:
        """Return a subject's records, the oldest first; raise UnknownSubjectError."""
        subject = named(self._session, subject_id)
        mine = STORED.where(SubjectRow.key == subject.key)
        return [record for _, record in self._opened(mine)]

    def since(self, start: datetime) -> Generator[tuple[SubjectId, ExpressionRecord], None, None]:
        """Yield everybody's records from a time on, subject by subject.

        Whoever may stop before the end closes the generator while the transaction is open.
        """
        yield from self._opened(_AGREED.where(ExpressionRow.at >= start))

    def disown(self, subject_id: SubjectId, attempt_id: AttemptId) -> None:
        """Forget the record of an authentication that was not the subject's, if there is one."""
        subject = named(self._session, subject_id)
        theirs = delete(ExpressionRow).where(
            ExpressionRow.subject_key == subject.key, ExpressionRow.attempt_id == attempt_id
        )
        self._session.connection().execute(theirs)

    def forget(self, *, before: datetime) -> int:
        """Forget records that are older than a time; return how many."""
        return affected(self._session, delete(ExpressionRow).where(ExpressionRow.at < before))

    def clear(self) -> int:
        """Forget every record of everybody; return how many."""
        return affected(self._session, delete(ExpressionRow))

    def _opened(self, query: Columns) -> Generator[tuple[SubjectId, ExpressionRecord], None, None]:
        streamed = query.execution_options(yield_per=_ROWS_PER_FETCH)
        key: DataKey | None = None
        with self._session.execute(streamed) as rows:  # closed at once when one is refused
            for row in rows:
                if key is None or key.pseudonym != row.pseudonym:
                    wrapped = Sealed(row[2], row.master_key_id)
                    key = self._vault.open_data_key(Pseudonym(row.pseudonym), wrapped)
                yield SubjectId(row.subject_id), opened_record(row, key)


def opened_record(
    row: Row[str, str, bytes, str, str, datetime, bytes], key: DataKey
) -> ExpressionRecord:
    """Open a row of `STORED`; raise TamperedError for one that is not as mien stored it."""
    attempt_id, at, sealed = row[4:]
    opened = key.unseal_expression(sealed, attempt_id=attempt_id, at=at)
    try:
        shares = ExpressionShares(tuple(np.frombuffer(opened, SHARES_DTYPE).tolist()))
    except ValueError as error:
        raise TamperedError("a stored expression is no distribution") from error
    return ExpressionRecord(at, shares)


def _written(expression: ExpressionShares) -> bytes:
    return np.array(expression.shares, SHARES_DTYPE).tobytes()


# Every authentication runs these while well-being is on: made once, they cost less.
_KEY: Final = (
    select(
        SubjectRow.key,
        SubjectRow.pseudonym,
        SubjectKeyRow.sealed,
        SubjectKeyRow.master_key_id,
    )
    .join(SubjectKeyRow, SubjectKeyRow.subject_key == SubjectRow.key)
    .where(SubjectRow.subject_id == bindparam("subject_id"))
)
# An authentication holds the audit log when it comes here. Whoever erases or withdraws holds the
# subject's rows and waits for the log: waiting for them here would be a deadlock.
_KEEP: Final = (
    insert(ExpressionRow)
    .from_select(
        ["subject_key", "attempt_id", "at", "sealed"],
        select(
            ConsentRow.subject_key,
            bindparam("attempt_id", type_=String),
            bindparam("at", type_=UtcDateTime),
            bindparam("sealed", type_=LargeBinary),
        )
        .join(SubjectRow, SubjectRow.key == ConsentRow.subject_key)
        .where(
            ConsentRow.subject_key == bindparam("subject"),
            ConsentRow.purpose == literal(Purpose.EXPRESSION.value),
        )
        .with_for_update(read=True, skip_locked=True),
    )
    .returning(ExpressionRow.key)
)
