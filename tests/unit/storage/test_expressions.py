"""Expressions on the disk: with consent, sealed, and gone with whatever they are kept by."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mien.core.attempt import new_attempt_id
from mien.core.consent import Purpose
from mien.core.expression_log import ExpressionRecord
from mien.errors import TamperedError, UnknownSubjectError
from mien.storage.database import Database
from mien.storage.tables import ConsentRow, ExpressionRow, SubjectRow
from tests.databases import POSTGRES
from tests.stored import ADA, BOB, EVE, NOW, agree, enroll, record, rows_of
from tests.unit.storage.test_stolen_database import raw_bytes

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _enrolled(database: Database) -> None:
    enroll(database, ADA, 1)
    enroll(database, BOB, 2)


def add(database: Database, *records: ExpressionRecord) -> list[bool]:
    with database.unit_of_work("test") as work:
        return [work.expressions.add(ADA, each, new_attempt_id()) for each in records]


def test_nothing_is_kept_without_consent(database: Database) -> None:
    with database.unit_of_work("test") as work:
        work.consents.give(ADA, Purpose.FAIRNESS, NOW)
        work.consents.give(BOB, Purpose.EXPRESSION, NOW)
        assert not work.expressions.add(ADA, record(1), new_attempt_id())
        assert not work.expressions.add(EVE, record(1), new_attempt_id())
    assert rows_of(database, "expression_records") == []


def test_what_is_kept_is_given_back_the_oldest_first(database: Database) -> None:
    agree(database, ADA)
    assert add(database, record(1, NOW + DAY), record(2, NOW)) == [True, True]
    with database.unit_of_work("test") as work:
        assert work.expressions.of(ADA) == [record(2, NOW), record(1, NOW + DAY)]
        assert work.expressions.of(BOB) == []
        with pytest.raises(UnknownSubjectError):
            work.expressions.of(EVE)


def test_everybodys_come_subject_by_subject_from_a_time_on(database: Database) -> None:
    agree(database, ADA)
    agree(database, BOB)
    with database.unit_of_work("test") as work:
        for seed, (who, at) in enumerate(
            [(BOB, NOW), (ADA, NOW + DAY), (BOB, NOW - DAY), (ADA, NOW)]
        ):
            work.expressions.add(who, record(seed, at), new_attempt_id())
        found = list(work.expressions.since(NOW))
    assert found == [
        (ADA, record(3, NOW)),
        (ADA, record(1, NOW + DAY)),
        (BOB, record(0, NOW)),
    ]


def test_records_without_consent_count_nowhere(database: Database) -> None:
    """As whoever can write to the database could leave them there."""
    agree(database, ADA)
    add(database, record(1))
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM consents")
    with database.unit_of_work("test") as work:
        assert list(work.expressions.since(NOW - DAY)) == []


def test_old_ones_are_forgotten_and_all_of_them_when_that_is_wanted(database: Database) -> None:
    agree(database, ADA)
    add(database, *(record(day, NOW + day * DAY) for day in range(5)))
    with database.unit_of_work("test") as work:
        assert work.expressions.forget(before=NOW + 2 * DAY) == 2
        assert [each.at for each in work.expressions.of(ADA)] == [
            NOW + day * DAY for day in (2, 3, 4)
        ]
        assert work.expressions.clear() == 3
        assert work.expressions.of(ADA) == []


def test_a_stolen_database_tells_nothing_of_an_expression(database: Database) -> None:
    agree(database, ADA)
    kept = [record(seed) for seed in range(50)]
    add(database, *kept)
    raw = raw_bytes(database)
    for each in kept:
        for byte_order in ("<f4", ">f4", "<f8", ">f8"):
            shares = np.array(each.shares.shares, byte_order)
            assert not any(value.tobytes() in raw for value in shares)
        assert not any(f"{share:.4f}".encode() in raw for share in each.shares.shares)
    # What is sealed is in what was searched.
    sealed = [row[4] for row in rows_of(database, "expression_records")]
    assert len({len(bytes(each)) for each in sealed}) == 1, "the length tells nothing either"  # type: ignore[call-overload] # a column of bytes
    assert all(bytes(each) in raw for each in sealed)  # type: ignore[call-overload]


@pytest.mark.parametrize("moved", ["subject_key", "attempt_id", "at", "sealed"])
def test_a_record_that_was_moved_or_changed_does_not_open(database: Database, moved: str) -> None:
    agree(database, ADA)
    agree(database, BOB)
    add(database, record(1))
    with database.unit_of_work("test") as work:
        work.expressions.add(BOB, record(2, NOW + DAY), new_attempt_id())
    with Session(database.engine) as session, session.begin():
        ada, bob = session.scalars(
            select(ExpressionRow)
            .join(SubjectRow, SubjectRow.key == ExpressionRow.subject_key)
            .order_by(SubjectRow.subject_id)
        )
        changed = {
            "subject_key": bob.subject_key,
            "attempt_id": "0" * 32,
            "at": ada.at + timedelta(microseconds=1),
            "sealed": bob.sealed,
        }
        session.execute(
            update(ExpressionRow)
            .where(ExpressionRow.key == ada.key)
            .values({moved: changed[moved]})
        )
    with database.unit_of_work("test") as work, pytest.raises(TamperedError):
        list(work.expressions.since(NOW - DAY))


def test_whoever_is_withdrawing_is_not_waited_for_and_nothing_is_kept(database: Database) -> None:
    """An authentication holds the audit log, for which a withdrawal waits: they would both wait."""
    if database.engine.dialect.name != POSTGRES:
        pytest.skip("SQLite has one writer at a time")
    agree(database, ADA)
    with Session(database.engine) as withdrawing, withdrawing.begin():
        withdrawing.execute(select(ConsentRow).with_for_update()).all()
        assert add(database, record(1)) == [False]
    assert add(database, record(1)) == [True]


def test_whoever_withdraws_takes_what_is_being_kept_with_them(database: Database) -> None:
    """The record is written, and not yet committed, when the withdrawal begins."""
    if database.engine.dialect.name != POSTGRES:
        pytest.skip("SQLite has one writer at a time")
    from concurrent.futures import ThreadPoolExecutor

    def withdraw() -> None:
        with database.unit_of_work("other") as work:
            work.consents.withdraw(ADA, Purpose.EXPRESSION)

    agree(database, ADA)
    with ThreadPoolExecutor(1) as pool:
        with database.unit_of_work("test") as work:
            assert work.expressions.add(ADA, record(1), new_attempt_id())
            withdrawal = pool.submit(withdraw)
            with pytest.raises(TimeoutError):
                withdrawal.result(0.3)
        withdrawal.result(10)
    assert rows_of(database, "expression_records") == []
