"""The audit log in SQL: appended under a lock, its head signed, checked from the first entry on."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from mien.core.audit import GENESIS, AuditAction, AuditEntry, AuditEvent, Pseudonym, chain
from mien.core.fairness import Attempts
from mien.core.policy import Reason
from mien.core.scoring import FalseMatchRate
from mien.core.signing import SigningKey
from mien.core.template import SubjectId
from mien.errors import TamperedError, UnknownSubjectError
from mien.storage.envelope import context
from mien.storage.signing_keys import SigningKeys
from mien.storage.tables import (
    AuditCheckpointRow,
    AuditEntryRow,
    AuditHeadRow,
    SubjectRow,
)

_HEAD: Final = 1
_CHECKPOINT_EVERY: Final = 1000
_ROWS_PER_FETCH: Final = 1000
_UNCHECKED: Final = '%"liveness": "none"%'
"""In the details of an authentication that asked for no liveness, as `_details` writes them."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement that the entry *sequence* has this digest; worth keeping elsewhere."""

    sequence: int
    digest: bytes
    kid: str
    signature: bytes


@final
class SqlAuditLog:
    """Appends events; there is no way to change or remove one."""

    def __init__(self, session: Session, keys: SigningKeys) -> None:
        """Take the transaction's session and the keys to sign and to check with."""
        self._session = session
        self._keys = keys

    def append(self, event: AuditEvent) -> AuditEntry:
        """Add an event; other transactions that append wait until this one ends."""
        connection = self._session.connection()
        previous = connection.execute(_NEXT).one_or_none()
        if previous is None:
            raise TamperedError("the head of the audit log is gone: restore the database")
        entry = chain(previous.digest, previous.sequence, event)
        head = sign_entry(self._keys.current(), entry.sequence, entry.digest)
        connection.execute(_INSERT, _columns(entry))
        connection.execute(_SEAL, {"new_" + key: value for key, value in asdict(head).items()})
        if entry.sequence % _CHECKPOINT_EVERY == 0:
            connection.execute(insert(AuditCheckpointRow).values(asdict(head)))
        return entry

    def of(
        self, subject_id: SubjectId, *, limit: int, before: int | None = None
    ) -> Sequence[AuditEntry]:
        """Return what concerns a subject, newest first; raise UnknownSubjectError.

        before: only entries of a lower sequence, which is how the next page is asked for.
        """
        pseudonym = self._session.scalar(
            select(SubjectRow.pseudonym).where(SubjectRow.subject_id == subject_id)
        )
        if pseudonym is None:
            raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
        newest = (
            select(AuditEntryRow)
            .where(AuditEntryRow.subject == pseudonym)
            .order_by(AuditEntryRow.sequence.desc())
            .limit(limit)
        )
        if before is not None:
            newest = newest.where(AuditEntryRow.sequence < before)
        return [read_entry(row) for row in self._session.scalars(newest)]

    def newest(self, action: AuditAction) -> AuditEntry | None:
        """Return the last event of a kind, None where there was none; it reads the whole log."""
        of_kind = select(AuditEntryRow).where(AuditEntryRow.action == action)
        row = self._session.scalar(of_kind.order_by(AuditEntryRow.sequence.desc()).limit(1))
        return None if row is None else read_entry(row)

    def attempts(self, since: datetime, until: datetime) -> Sequence[Attempts]:
        """Return how authentications from *since* to before *until* ended, counted by subject.

        Only of those who are still enrolled; an erased person's pseudonym names nobody. One pass
        over the log, and one row for each subject and way to end.
        """
        checked = AuditEntryRow.details.not_like(_UNCHECKED)
        counted = (
            select(SubjectRow.subject_id, AuditEntryRow.reason, checked, func.count())
            .join(SubjectRow, SubjectRow.pseudonym == AuditEntryRow.subject)
            .where(
                AuditEntryRow.action == AuditAction.AUTHENTICATE,
                AuditEntryRow.at >= since,
                AuditEntryRow.at < until,
            )
            .group_by(SubjectRow.subject_id, AuditEntryRow.reason, checked)
        )
        try:
            return [
                Attempts(SubjectId(subject_id), Reason(reason), bool(was_checked), count)
                for subject_id, reason, was_checked, count in self._session.execute(counted)
                if reason is not None
            ]
        except ValueError as error:  # as of a reason that is none
            raise TamperedError("an entry of the audit log cannot be read") from error

    def page(self, *, limit: int, after: int = 0) -> Sequence[AuditEntry]:
        """Return entries of a higher sequence than *after*, oldest first."""
        oldest = select(AuditEntryRow).where(AuditEntryRow.sequence > after)
        rows = self._session.scalars(oldest.order_by(AuditEntryRow.sequence).limit(limit))
        return [read_entry(row) for row in rows]

    def entries(self, *, after: int = 0) -> Generator[AuditEntry, None, None]:
        """Yield the entries of a higher sequence, oldest first, without holding them all.

        Whoever stops before the end closes the generator, and with it the database's cursor.
        """
        # From the very first on: one before it was slipped in.
        ordered = select(AuditEntryRow).order_by(AuditEntryRow.sequence)
        later = ordered.where(AuditEntryRow.sequence > after) if after else ordered
        options = {"yield_per": _ROWS_PER_FETCH}
        try:
            with self._session.scalars(later, execution_options=options) as rows:
                for row in rows:
                    self._session.expunge(row)
                    yield read_entry(row)
        except ValueError as error:  # as of a time that is none
            raise TamperedError("an entry of the audit log cannot be read") from error

    def head(self) -> Checkpoint:
        """Return the newest entry's signed digest; raise TamperedError when it is gone."""
        row = self._session.get(AuditHeadRow, _HEAD, populate_existing=True)
        if row is None:
            raise TamperedError("the head of the audit log is gone: restore the database")
        return Checkpoint(row.sequence, row.digest, row.kid, row.signature)

    def checkpoints(self) -> list[Checkpoint]:
        """Return the signed digests that were kept, oldest first."""
        rows = self._session.scalars(select(AuditCheckpointRow).order_by("sequence"))
        return [Checkpoint(row.sequence, row.digest, row.kid, row.signature) for row in rows]

    def verify(
        self, known: Sequence[Checkpoint] = (), *, seen: Callable[[int], None] = lambda _: None
    ) -> Checkpoint:
        """Check every entry, checkpoint and signature; return the head or raise TamperedError.

        Entries that are added meanwhile are checked too.
        known: checkpoints kept elsewhere, which show that nothing was rolled back to before them.
        seen: told each sequence that was checked.
        """
        sealed: dict[int, bytes] = {0: GENESIS}
        for seal in [*self.checkpoints(), *known]:
            self._seal(sealed, seal)
        last, digest = 0, GENESIS
        while True:
            reached = self._follow(last, digest, sealed, seen)
            head = self.head()
            self._seal(sealed, head)
            if reached[0] == head.sequence:
                break
            # Entries and head are written together: where more came, following on finds them.
            if reached[0] == last:
                raise TamperedError(
                    f"the log ends at entry {last}, and its head at {head.sequence}"
                )
            last, digest = reached
        if max(sealed) > head.sequence:
            raise TamperedError(
                f"the log ends at {head.sequence}, and a checkpoint knows of entry {max(sealed)}: "
                "its end was cut off, or an older database was put in its place"
            )
        if head.digest != reached[1]:
            raise TamperedError(f"entry {head.sequence} of the audit log was changed or moved")
        return head

    def _follow(
        self, last: int, digest: bytes, sealed: Mapping[int, bytes], seen: Callable[[int], None]
    ) -> tuple[int, bytes]:
        """Check the entries after *last*; return the sequence and the digest of the newest."""
        with closing(self.entries(after=last)) as entries:
            for entry in entries:
                last += 1
                if entry.sequence != last:
                    raise TamperedError(f"entry {last} of the audit log is missing")
                try:
                    digest = chain(digest, last, entry.event).digest
                except TypeError:  # SQLite keeps bytes in a column of text
                    digest = b""
                if digest != entry.digest or sealed.get(last, digest) != digest:
                    raise TamperedError(f"entry {last} of the audit log was changed or moved")
                seen(last)
        return last, digest

    def _seal(self, sealed: dict[int, bytes], seal: Checkpoint) -> None:
        """Add what a checkpoint says, once its signature is checked."""
        self._require_signature(seal)
        if sealed.setdefault(seal.sequence, seal.digest) != seal.digest:
            raise TamperedError(
                f"entry {seal.sequence} of the audit log is not the one that was signed"
            )

    def _require_signature(self, seal: Checkpoint) -> None:
        known = self._keys.find(seal.kid)
        try:
            key = Ed25519PublicKey.from_public_bytes(known.public if known else b"")
            key.verify(seal.signature, _message(seal.sequence, seal.digest))
        except (InvalidSignature, ValueError) as error:
            raise TamperedError(
                f"the signature of the audit log's entry {seal.sequence} is not mien's"
            ) from error

    def count(self) -> int:
        """Return how many entries there are."""
        return self._session.scalar(select(func.count()).select_from(AuditEntryRow)) or 0


# Every authentication runs these: made once, they cost a third of what they do made anew.
_NEXT: Final = (
    update(AuditHeadRow)
    .where(AuditHeadRow.key == _HEAD)
    .values(sequence=AuditHeadRow.sequence + 1)
    .returning(AuditHeadRow.sequence, AuditHeadRow.digest)
)
_INSERT: Final = insert(AuditEntryRow)
_SEAL: Final = (
    update(AuditHeadRow)
    .where(AuditHeadRow.key == _HEAD, AuditHeadRow.sequence == bindparam("new_sequence"))
    .values(
        digest=bindparam("new_digest"),
        kid=bindparam("new_kid"),
        signature=bindparam("new_signature"),
    )
)


def sign_entry(key: SigningKey, sequence: int, digest: bytes) -> Checkpoint:
    """Sign that the entry *sequence* of the log has this digest."""
    private = Ed25519PrivateKey.from_private_bytes(key.private)
    return Checkpoint(sequence, digest, key.kid, private.sign(_message(sequence, digest)))


def _message(sequence: int, digest: bytes) -> bytes:
    return context("audit", str(sequence)) + digest


def _columns(entry: AuditEntry) -> dict[str, object]:
    event = entry.event
    return {
        **event.canonical(),
        "sequence": entry.sequence,
        "at": event.at,
        "details": _details(event),
        "digest": entry.digest,
    }


def read_entry(row: AuditEntryRow) -> AuditEntry:
    """Return the entry of a row; raise TamperedError where it is none."""
    try:
        event = AuditEvent(
            action=AuditAction(row.action),
            at=row.at,
            actor=row.actor,
            subject=None if row.subject is None else Pseudonym(row.subject),
            accepted=row.accepted,
            reason=None if row.reason is None else Reason(row.reason),
            false_match_rate=(
                None if row.false_match_rate is None else FalseMatchRate(row.false_match_rate)
            ),
            details=json.loads(row.details),
        )
        written = _details(event)
    except (ValueError, TypeError) as error:
        raise TamperedError(f"entry {row.sequence} of the audit log was changed") from error
    if row.details != written:
        raise TamperedError(f"entry {row.sequence} of the audit log was changed")
    return AuditEntry(row.sequence, event, row.digest)


def _details(event: AuditEvent) -> str:
    return json.dumps(dict(event.details), sort_keys=True)
