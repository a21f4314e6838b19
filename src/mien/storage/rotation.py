"""Changing keys while servers run: master keys that seal, and keys that sign.

A new master key is put first, and every sealed key is sealed with it anew, some rows at a time.
What is left to do stands in the rows themselves, so a rotation that was killed is finished by
the next one, and two at once only share the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from mien.core.audit import AuditAction, AuditEvent, Pseudonym
from mien.errors import InvalidRequestError, TamperedError
from mien.storage.audit import SqlAuditLog
from mien.storage.database import Database
from mien.storage.dialects import alone
from mien.storage.master_keys import KeyFile, MasterKeys, Sealed
from mien.storage.progress import Progress, ignore_progress
from mien.storage.signing_keys import about_signing_key
from mien.storage.tables import SecretRow, SigningKeyRow, SubjectKeyRow, SubjectRow, TemplateRow
from mien.storage.vault import about_data_key, about_secret

_ROWS_PER_BATCH: Final = 500
_PASSES: Final = 3
"""Rows may be sealed with the old key meanwhile; a server that knows no other never ends."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did.

    key_id: of the master key that seals now. is_new: whether this rotation made it; otherwise it
    finished what was begun. left: rows that are still sealed with another key, because somebody
    who does not know the new one went on sealing.
    """

    key_id: str
    is_new: bool
    resealed: int
    left: int


@dataclass(frozen=True, slots=True)
class Retirement:
    """Master keys that nothing is sealed with. by_hand: they do not stand in a file of mien's."""

    key_ids: tuple[str, ...]
    by_hand: bool


@dataclass(frozen=True, slots=True)
class MasterKeyUse:
    """A master key's name, never the key. is_given: whether mien has it."""

    key_id: str
    seals: bool
    is_given: bool
    rows: int


@dataclass(frozen=True, slots=True)
class SigningKeyDates:
    """A signing key's name and times, never the key."""

    kid: str
    created_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What there is of keys. transform: id of the rotation of the templates, None without one."""

    master_keys: tuple[MasterKeyUse, ...]
    signing_keys: tuple[SigningKeyDates, ...]
    transform: str | None


@dataclass(frozen=True, slots=True)
class _Kind:
    """A table of sealed keys. rows: of each its key, what its seal names, seal and master key."""

    table: type[SubjectKeyRow | SecretRow | SigningKeyRow]
    key: InstrumentedAttribute[int] | InstrumentedAttribute[str]
    rows: Select[int | str, str, bytes, str]
    about: Callable[[str], bytes]


_SUBJECT_KEYS: Final = _Kind(
    SubjectKeyRow,
    SubjectKeyRow.subject_key,
    select(
        SubjectKeyRow.subject_key,
        SubjectRow.pseudonym,
        SubjectKeyRow.sealed,
        SubjectKeyRow.master_key_id,
    ).join(SubjectRow, SubjectRow.key == SubjectKeyRow.subject_key),
    lambda pseudonym: about_data_key(Pseudonym(pseudonym)),
)
_SECRETS: Final = _Kind(
    SecretRow,
    SecretRow.name,
    select(SecretRow.name, SecretRow.name, SecretRow.sealed, SecretRow.master_key_id),
    about_secret,
)
_SIGNING_KEYS: Final = _Kind(
    SigningKeyRow,
    SigningKeyRow.kid,
    select(SigningKeyRow.kid, SigningKeyRow.kid, SigningKeyRow.sealed, SigningKeyRow.master_key_id),
    about_signing_key,
)
_KINDS: Final = (_SECRETS, _SIGNING_KEYS, _SUBJECT_KEYS)


def rows_by_master_key(session: Session) -> dict[str, int]:
    """Return how many rows each master key seals."""
    counts: dict[str, int] = {}
    for kind in _KINDS:
        of_kind = select(kind.table.master_key_id, func.count()).group_by(kind.table.master_key_id)
        for key_id, count in session.execute(of_kind):
            counts[key_id] = counts.get(key_id, 0) + count
    return counts


def report_keys(database: Database) -> KeyReport:
    """Return which keys there are and what for, none of them opened."""
    with Session(database.engine) as session:
        used = rows_by_master_key(session)
        signing = session.execute(
            select(SigningKeyRow.kid, SigningKeyRow.created_at, SigningKeyRow.retired_at).order_by(
                SigningKeyRow.created_at.desc()
            )
        ).all()
        stored = session.scalar(select(TemplateRow.contract).limit(1))
    given = database.master_keys.ids()
    return KeyReport(
        tuple(
            MasterKeyUse(key_id, key_id == given[0], key_id in given, used.get(key_id, 0))
            for key_id in [*given, *sorted(used.keys() - set(given))]
        ),
        tuple(SigningKeyDates(*row) for row in signing),
        (stored or "").partition("+")[2] or None,
    )


def rotate(
    database: Database, actor: str, now: datetime, progress: Progress = ignore_progress
) -> Rotation:
    """Seal everything with a new master key, or finish a rotation that was begun.

    A key file gets a new key here. Keys from the environment or a command come from the operator,
    the new one first, and every server knows both before this is run. Raises KeyMissingError,
    TamperedError, StorageError.
    """
    keys = database.master_keys
    # 1. A new key, unless there is one already that not everything is sealed with.
    is_new = isinstance(keys.source, KeyFile) and _left(database) == 0
    if is_new and isinstance(keys.source, KeyFile):
        keys.source.add()
    # 2. Everything is sealed with it, again for what came in between.
    resealed = 0
    for _ in range(_PASSES):
        left = _left(database)
        if not left:
            break
        total = resealed + left
        for done in _reseal_all(database):
            resealed += done
            progress("keys", resealed, max(total, resealed))
    rotation = Rotation(keys.current_id, is_new, resealed, _left(database))
    # 3. The record.
    if is_new or resealed:
        details: dict[str, str | int] = {
            "change": "rotate master key",
            "key": rotation.key_id,
            "resealed": resealed,
        }
        with database.unit_of_work(actor) as work:
            work.audit.append(_event(actor, now, details))
    return rotation


def retire(database: Database, actor: str, now: datetime) -> Retirement:
    """Drop the master keys that nothing is sealed with any more; it cannot be undone.

    No copy of the database from before the rotation can be read afterwards. Of keys from the
    environment or a command it only tells which ones the operator may drop. Raises
    InvalidRequestError while an old key is needed, or when there is none.
    """
    source = database.master_keys.source
    by_hand = not isinstance(source, KeyFile)
    # 1. Nothing needs them? Nobody seals a subject's key meanwhile: it would be with one of them.
    with alone(database.engine) as session:
        old = _not_needed(database.master_keys.ids(), rows_by_master_key(session))
        # 2. The record, which is stored before the drop: no key is gone without a word about it.
        if not by_hand:
            details = {"change": "retire master keys", "keys": ", ".join(old)}
            _record(session, database, _event(actor, now, details))
    # 3. The drop, but of what is needed by now.
    if isinstance(source, KeyFile):
        with alone(database.engine) as session:
            source.keep(list(rows_by_master_key(session)))
    return Retirement(tuple(old), by_hand)


def roll_over(database: Database, actor: str, now: datetime) -> str:
    """Make a new key that signs from now on, and return its name; the old ones still check."""
    with alone(database.engine) as session:
        kid = database.signing_keys.roll_over(session.connection(), now)
        details = {"change": "roll over signing key", "key": kid}
        _record(session, database, _event(actor, now, details))
    return kid


def _not_needed(key_ids: Sequence[str], used: Mapping[str, int]) -> list[str]:
    """Return the old keys; raise InvalidRequestError while one is needed, or when there is none."""
    current, *old = key_ids
    needed = {key_id: used[key_id] for key_id in old if used.get(key_id)}
    if needed:
        rows = ", ".join(f"{count} rows need {key_id}" for key_id, count in needed.items())
        raise InvalidRequestError(
            f"an old master key is still needed ({rows}): run  mien keys rotate  first"
        )
    if not old:
        raise InvalidRequestError(
            f"there is no old master key, only {current}: run  mien keys rotate  first"
        )
    return old


def _reseal_all(database: Database) -> Iterator[int]:
    """Seal every row anew that is not sealed with the current key; yield how many at a time."""
    for kind in _KINDS:
        last: int | str | None = None
        while True:
            rows = _batch(database, kind, last)
            if not rows:
                break
            _reseal(database, kind, rows)
            last = rows[-1][0]
            yield len(rows)


def _batch(
    database: Database, kind: _Kind, last: int | str | None
) -> list[Row[int | str, str, bytes, str]]:
    """Return the next rows that are sealed with another key than the current one."""
    old = kind.rows.where(kind.table.master_key_id != database.master_keys.current_id)
    if last is not None:
        old = old.where(kind.key > last)
    with Session(database.engine) as session:
        return list(session.execute(old.order_by(kind.key).limit(_ROWS_PER_BATCH)))


def _reseal(database: Database, kind: _Kind, rows: list[Row[int | str, str, bytes, str]]) -> None:
    """Seal rows anew in a transaction of their own; one that changed meanwhile is left as it is."""
    keys = database.master_keys
    changes = []
    for key, named, sealed, master_key_id in rows:
        anew = _reseal_one(keys, kind, Sealed(sealed, master_key_id), str(key), named)
        changes.append(
            {"row": key, "old": sealed, "new": anew.data, "new_key_id": anew.master_key_id}
        )
    same = update(kind.table).where(
        kind.key == bindparam("row"), kind.table.sealed == bindparam("old")
    )
    with database.engine.begin() as connection:
        connection.execute(
            same.values(sealed=bindparam("new"), master_key_id=bindparam("new_key_id")), changes
        )


def _reseal_one(keys: MasterKeys, kind: _Kind, sealed: Sealed, row: str, named: str) -> Sealed:
    about = kind.about(named)
    try:
        return keys.seal(keys.unseal(sealed, about), about)
    except TamperedError as error:
        raise TamperedError(f"row {row} of {kind.table.__tablename__}: {error}") from error


def _left(database: Database) -> int:
    """Return how many rows are sealed with another key than the current one."""
    with Session(database.engine) as session:
        counts = rows_by_master_key(session)
    counts.pop(database.master_keys.current_id, None)
    return sum(counts.values())


def _record(session: Session, database: Database, event: AuditEvent) -> None:
    SqlAuditLog(session, database.signing_keys).append(event)


def _event(actor: str, now: datetime, details: Mapping[str, str | int]) -> AuditEvent:
    return AuditEvent(action=AuditAction.CHANGE_KEYS, at=now, actor=actor, details=details)
