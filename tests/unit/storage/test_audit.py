"""The log in real databases: whoever changes it with SQL is found out."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert, select, text, update

from mien.core.audit import GENESIS, AuditAction, AuditEvent, Pseudonym, chain
from mien.core.policy import Reason
from mien.core.scoring import FalseMatchRate
from mien.core.signing import SigningKey
from mien.errors import InstallationError, TamperedError
from mien.storage.audit import Checkpoint, sign_entry
from mien.storage.database import Database
from mien.storage.engines import sqlite_url
from mien.storage.tables import AuditEntryRow, AuditHeadRow, Base
from tests.databases import open_database

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LENGTH = 6

_TABLES = Base.metadata.tables
Entry, Head = _TABLES["audit_entries"], _TABLES["audit_head"]
Seal, Key = _TABLES["audit_checkpoints"], _TABLES["signing_keys"]


def event(number: int) -> AuditEvent:
    return AuditEvent(
        action=AuditAction.AUTHENTICATE,
        at=NOON + timedelta(minutes=number, microseconds=number),
        actor="key:1f2e3d4c",
        subject=Pseudonym(f"{number:032x}"),
        accepted=False,
        reason=Reason.LOW_CONFIDENCE,
        false_match_rate=FalseMatchRate(0.1 * number),
        details={"samples": number},
    )


def append(database: Database, count: int) -> None:
    with database.unit_of_work("test") as work:
        first = work.audit.count() + 1
        for number in range(first, first + count):
            work.audit.append(event(number))


def verify(database: Database, known: Sequence[Checkpoint] = ()) -> Checkpoint:
    """Check the log as another process would, which remembers nothing."""
    fresh = Database(database.engine, database.vault)
    with fresh.unit_of_work("auditor") as work:
        return work.audit.verify(known)


def head(database: Database) -> Checkpoint:
    with database.unit_of_work("test") as work:
        return work.audit.head()


def write_head(database: Database, seal: Checkpoint) -> None:
    """Replace the head, as whoever may write to the database can."""
    with database.engine.begin() as connection:
        connection.execute(
            update(AuditHeadRow).values(
                sequence=seal.sequence, digest=seal.digest, kid=seal.kid, signature=seal.signature
            )
        )


def rebuild(database: Database, entries: Sequence[AuditEvent]) -> bytes:
    """Write a whole chain that fits together; return its last digest."""
    digest = GENESIS
    with database.engine.begin() as connection:
        for sequence, forged in enumerate(entries, start=1):
            digest = chain(digest, sequence, forged).digest
            connection.execute(
                update(AuditEntryRow)
                .where(AuditEntryRow.sequence == sequence)
                .values(digest=digest, accepted=forged.accepted)
            )
    return digest


@pytest.fixture
def log(database: Database) -> Database:
    """A database whose log has six entries, and verifies."""
    append(database, LENGTH)
    assert verify(database).sequence == LENGTH
    return database


def test_an_empty_log_verifies(database: Database) -> None:
    assert verify(database) == head(database)
    assert verify(database).sequence == 0


def test_events_come_back_as_they_were(log: Database) -> None:
    with log.unit_of_work("test") as work:
        assert [e.event for e in work.audit.entries()] == [event(n) for n in range(1, LENGTH + 1)]


def test_pages_lead_through_the_log_oldest_first(log: Database) -> None:
    with log.unit_of_work("test") as work:
        pages = [work.audit.page(limit=4, after=after) for after in (0, 4, LENGTH)]
    assert [[entry.sequence for entry in page] for page in pages] == [[1, 2, 3, 4], [5, 6], []]


@pytest.mark.parametrize(
    "change",
    [
        {"accepted": True},
        {"accepted": None},
        {"actor": "key:00000000"},
        {"action": "enroll"},
        {"action": "dance"},
        {"at": NOON},
        {"subject": None},
        {"reason": None},
        {"reason": "NONSENSE"},
        {"false_match_rate": 0.0},
        {"details": "{}"},
        {"details": '{"samples":4}'},
        {"details": "[]"},
        {"details": "null"},
        {"details": "no json"},
        {"digest": bytes(32)},
    ],
    ids=str,
)
def test_a_changed_column_is_found(log: Database, change: dict[str, object]) -> None:
    with log.engine.begin() as connection:
        connection.execute(update(Entry).where(Entry.c.sequence == 4).values(change))
    with pytest.raises(TamperedError, match="entry 4 "):
        verify(log)


@pytest.mark.parametrize("change", ["at = 'noon'", "actor = x'00ff'", "accepted = 'yes'"])
def test_a_value_of_another_type_is_found(tmp_path: Path, change: str) -> None:
    """SQLite keeps in a column whatever it is given."""
    with open_database(sqlite_url(tmp_path / "mien.db"), tmp_path) as database:
        append(database, LENGTH)
        with database.engine.begin() as connection:
            connection.execute(text(f"UPDATE audit_entries SET {change} WHERE sequence = 4"))  # noqa: S608 the test's own words
        with pytest.raises(TamperedError):
            verify(database)


@pytest.mark.parametrize("gone", [1, 3, LENGTH])
def test_a_removed_row_is_found(log: Database, gone: int) -> None:
    with log.engine.begin() as connection:
        connection.execute(delete(Entry).where(Entry.c.sequence == gone))
    with pytest.raises(TamperedError, match=r"missing|ends at"):
        verify(log)


def test_rows_that_changed_places_are_found(log: Database) -> None:
    with log.engine.begin() as connection:
        for old, new in [(2, 99), (3, 2), (99, 3)]:
            connection.execute(
                update(Entry).where(Entry.c.sequence == old).values({"sequence": new})
            )
    with pytest.raises(TamperedError, match="entry 2 "):
        verify(log)


@pytest.mark.parametrize("place", [0, -1, LENGTH + 1, LENGTH + 2])
def test_an_inserted_row_is_found(log: Database, place: int) -> None:
    forged = chain(head(log).digest, place, event(1))
    with log.engine.begin() as connection:
        row = connection.execute(select(Entry).where(Entry.c.sequence == 1)).one()
        values = {**row._asdict(), "sequence": place, "digest": forged.digest}
        connection.execute(insert(Entry).values(values))
    with pytest.raises(TamperedError):
        verify(log)


def test_a_row_inserted_between_others_is_found(log: Database) -> None:
    with log.engine.begin() as connection:
        for old in range(LENGTH, 2, -1):
            connection.execute(
                update(Entry).where(Entry.c.sequence == old).values({"sequence": old + 1})
            )
        row = connection.execute(select(Entry).where(Entry.c.sequence == 2)).one()
        connection.execute(insert(Entry).values({**row._asdict(), "sequence": 3}))
    with pytest.raises(TamperedError, match="entry 3 "):
        verify(log)


def test_a_cut_tail_is_found(log: Database) -> None:
    with log.engine.begin() as connection:
        connection.execute(delete(Entry).where(Entry.c.sequence > 4))
    with pytest.raises(TamperedError, match="ends at entry 4, and its head at 6"):
        verify(log)


def test_a_cut_tail_is_found_when_the_head_is_set_back_too(log: Database) -> None:
    with log.unit_of_work("test") as work:
        fourth = work.audit.page(limit=1, after=3)[0]
    with log.engine.begin() as connection:
        connection.execute(delete(Entry).where(Entry.c.sequence > 4))
    write_head(log, replace(head(log), sequence=4, digest=fourth.digest))
    with pytest.raises(TamperedError, match="signature"):
        verify(log)


def test_a_head_that_is_gone_is_found(log: Database) -> None:
    with log.engine.begin() as connection:
        connection.execute(delete(Head))
    with pytest.raises(TamperedError, match="head"):
        verify(log)
    with pytest.raises(TamperedError, match="head"):
        append(log, 1)


def whitewashed() -> list[AuditEvent]:
    """The log as an attacker would like it: the second attempt was accepted."""
    return [replace(event(n), accepted=n == 2) for n in range(1, LENGTH + 1)]


def test_a_chain_made_anew_without_the_key_is_found(log: Database) -> None:
    digest = rebuild(log, whitewashed())
    write_head(log, replace(head(log), digest=digest))
    with pytest.raises(TamperedError, match="signature"):
        verify(log)


@pytest.mark.parametrize("sealed", ["nothing", "a copy"])
def test_a_chain_signed_with_a_key_that_was_slipped_in_is_found(log: Database, sealed: str) -> None:
    private = Ed25519PrivateKey.generate()
    forger = SigningKey("forger", private.private_bytes_raw())
    digest = rebuild(log, whitewashed())
    write_head(log, sign_entry(forger, LENGTH, digest))
    with log.engine.begin() as connection:
        row = connection.execute(select(Key)).one()._asdict()
        row["kid"] = forger.kid
        if sealed == "nothing":
            row["sealed"] = b"\x01" + private.private_bytes_raw()
        connection.execute(insert(Key).values(row))
    with pytest.raises(InstallationError) as found:
        verify(log)
    assert found.value.code == "TAMPERED"


def test_a_key_that_stands_in_for_the_true_one_is_found(log: Database) -> None:
    private = Ed25519PrivateKey.generate()
    with log.engine.begin() as connection:
        connection.execute(update(Key).values({"sealed": private.private_bytes_raw()}))
    with pytest.raises(TamperedError):
        verify(log)


def test_an_older_log_put_back_is_found_with_a_kept_checkpoint_and_only_then(log: Database) -> None:
    older = head(log)
    append(log, 3)
    kept = head(log)
    with log.engine.begin() as connection:
        connection.execute(delete(Entry).where(Entry.c.sequence > older.sequence))
    write_head(log, older)
    assert verify(log) == older  # nothing inside the database can tell
    with pytest.raises(TamperedError, match="an older database was put in its place"):
        verify(log, [kept])


def test_another_history_since_an_old_copy_is_found_with_a_kept_checkpoint(log: Database) -> None:
    older = head(log)
    append(log, 1)
    kept = head(log)
    with log.engine.begin() as connection:
        connection.execute(delete(Entry).where(Entry.c.sequence > older.sequence))
    write_head(log, older)
    with log.unit_of_work("test") as work:
        work.audit.append(replace(event(7), accepted=True))
        work.audit.append(event(8))
    assert verify(log).sequence == 8
    with pytest.raises(TamperedError, match="entry 7 of the audit log"):
        verify(log, [kept])


def test_kept_checkpoints_of_an_honest_log_agree_with_it(log: Database) -> None:
    kept = [head(log)]
    append(log, 2)
    kept.append(head(log))
    append(log, 2)
    assert verify(log, kept).sequence == LENGTH + 4


def test_a_kept_checkpoint_that_mien_did_not_sign_is_refused(log: Database) -> None:
    forged = replace(head(log), sequence=LENGTH + 1)
    with pytest.raises(TamperedError, match="signature"):
        verify(log, [forged])


def test_a_checkpoint_is_stored_every_thousand_entries_and_guards_them(database: Database) -> None:
    append(database, 999)
    before = head(database)
    append(database, 2)
    assert verify(database).sequence == 1001
    with database.unit_of_work("test") as work:
        assert [seal.sequence for seal in work.audit.checkpoints()] == [1000]
    with database.engine.begin() as connection:
        connection.execute(delete(Entry).where(Entry.c.sequence > 999))
    write_head(database, before)
    with pytest.raises(TamperedError, match="a checkpoint knows of entry 1000"):
        verify(database)


def test_a_stored_checkpoint_that_was_changed_is_found(log: Database) -> None:
    seal = head(log)
    with log.engine.begin() as connection:
        connection.execute(
            insert(Seal).values(
                sequence=seal.sequence, digest=bytes(32), kid=seal.kid, signature=seal.signature
            )
        )
    with pytest.raises(TamperedError, match="signature"):
        verify(log)


def test_entries_added_while_it_is_verified_are_checked_too(log: Database) -> None:
    checked: list[int] = []

    def seen(sequence: int) -> None:
        checked.append(sequence)
        if sequence in {2, LENGTH + 1}:
            append(log, 1)

    with log.unit_of_work("auditor") as work:
        assert work.audit.verify(seen=seen).sequence == LENGTH + 2
    assert checked == list(range(1, LENGTH + 3))


def test_appends_of_eight_threads_make_one_unbroken_chain(database: Database) -> None:
    def append_ten(number: int) -> None:
        for _ in range(10):
            with database.unit_of_work("test") as work:
                work.audit.append(event(number))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(append_ten, range(8)))
    assert verify(database).sequence == 80
    with database.unit_of_work("test") as work:
        subjects = [entry.event.subject for entry in work.audit.entries()]
    assert {subject: subjects.count(subject) for subject in subjects} == {
        event(number).subject: 10 for number in range(8)
    }


def test_an_append_that_is_rolled_back_leaves_no_gap(log: Database) -> None:
    def fail() -> None:
        with log.unit_of_work("test") as work:
            work.audit.append(event(7))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    append(log, 1)
    assert verify(log).sequence == LENGTH + 1
