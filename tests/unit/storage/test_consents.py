"""What people have agreed to, and what goes with a consent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mien.core.attempt import new_attempt_id
from mien.core.consent import Consent, Purpose
from mien.core.groups import DEPARTMENT, Group
from mien.errors import ConsentMissingError, UnknownSubjectError
from mien.storage.database import Database
from tests.stored import ADA, AGE, BOB, EVE, NOW, agree, enroll, erase, record, rows_of

LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _enrolled(database: Database) -> None:
    enroll(database, ADA, 1)
    enroll(database, BOB, 2)


def test_enrolling_is_no_consent(database: Database) -> None:
    with database.unit_of_work("test") as work:
        assert work.consents.of(ADA) == []
        assert not any(work.consents.has(ADA, purpose) for purpose in Purpose)


def test_a_consent_is_for_one_purpose_of_one_person(database: Database) -> None:
    with database.unit_of_work("test") as work:
        given_by = work.consents.give(ADA, Purpose.FAIRNESS, NOW)
        assert given_by == work.subjects.pseudonym(ADA)
    with database.unit_of_work("test") as work:
        assert work.consents.of(ADA) == [Consent(Purpose.FAIRNESS, NOW)]
        assert work.consents.has(ADA, Purpose.FAIRNESS)
        assert not work.consents.has(ADA, Purpose.EXPRESSION)
        assert not work.consents.has(BOB, Purpose.FAIRNESS)


def test_a_consent_that_is_given_again_keeps_its_time(database: Database) -> None:
    agree(database, ADA)
    agree(database, ADA, LATER)
    with database.unit_of_work("test") as work:
        assert [consent.given_at for consent in work.consents.of(ADA)] == [NOW, NOW]


def test_a_consent_that_was_withdrawn_and_is_given_anew_is_a_new_one(database: Database) -> None:
    agree(database, ADA)
    with database.unit_of_work("test") as work:
        work.consents.withdraw(ADA, Purpose.FAIRNESS)
        work.consents.give(ADA, Purpose.FAIRNESS, LATER)
        assert Consent(Purpose.FAIRNESS, LATER) in work.consents.of(ADA)


def test_with_the_consent_to_expressions_go_the_expressions_of_that_person(
    database: Database,
) -> None:
    for who in (ADA, BOB):
        agree(database, who)
        with database.unit_of_work("test") as work:
            assert work.expressions.add(who, record(1), new_attempt_id())
            work.groups.put(who, AGE, Group("30-39"))
    with database.unit_of_work("test") as work:
        work.consents.withdraw(ADA, Purpose.EXPRESSION)
    with database.unit_of_work("test") as work:
        assert work.expressions.of(ADA) == []
        assert work.groups.of(ADA) == {AGE: "30-39"}
        assert work.expressions.of(BOB) == [record(1)]


def test_with_the_consent_to_fairness_go_all_groups_but_the_department(database: Database) -> None:
    agree(database, ADA)
    with database.unit_of_work("test") as work:
        work.groups.put(ADA, AGE, Group("30-39"))
        work.groups.put(ADA, DEPARTMENT, Group("research"))
        work.expressions.add(ADA, record(1), new_attempt_id())
    with database.unit_of_work("test") as work:
        work.consents.withdraw(ADA, Purpose.FAIRNESS)
    with database.unit_of_work("test") as work:
        assert work.groups.of(ADA) == {DEPARTMENT: "research"}
        assert work.expressions.of(ADA) == [record(1)]


def test_withdrawing_what_was_never_given_is_no_error(database: Database) -> None:
    with database.unit_of_work("test") as work:
        withdrawn_by = work.consents.withdraw(ADA, Purpose.EXPRESSION)
        assert withdrawn_by == work.subjects.pseudonym(ADA)


def test_nobody_agrees_who_is_not_enrolled(database: Database) -> None:
    with database.unit_of_work("test") as work:
        assert not work.consents.has(EVE, Purpose.EXPRESSION)
        for attempt in (
            lambda: work.consents.of(EVE),
            lambda: work.consents.give(EVE, Purpose.EXPRESSION, NOW),
            lambda: work.consents.withdraw(EVE, Purpose.EXPRESSION),
        ):
            with pytest.raises(UnknownSubjectError, match="eve"):
                attempt()


def test_an_erasure_takes_consents_and_groups_with_it(database: Database) -> None:
    agree(database, ADA)
    with database.unit_of_work("test") as work:
        work.groups.put(ADA, AGE, Group("30-39"))
        work.expressions.add(ADA, record(1), new_attempt_id())
    erase(database, ADA)
    for table in ("consents", "subject_groups", "expression_records"):
        assert rows_of(database, table) == []
    enroll(database, ADA, 1)
    with database.unit_of_work("test") as work:
        assert work.consents.of(ADA) == []


# Groups


def test_a_subject_has_one_group_of_an_attribute(database: Database) -> None:
    with database.unit_of_work("test") as work:
        work.groups.put(ADA, DEPARTMENT, Group("research"))
        work.groups.put(ADA, DEPARTMENT, Group("kitchen"))
        work.groups.put(BOB, DEPARTMENT, Group("research"))
        assert work.groups.of(ADA) == {DEPARTMENT: "kitchen"}
        assert work.groups.members(DEPARTMENT) == {ADA: "kitchen", BOB: "research"}
        work.groups.put(ADA, DEPARTMENT, None)
        assert work.groups.of(ADA) == {}
        assert work.groups.members(DEPARTMENT) == {BOB: "research"}


def test_no_group_but_the_department_is_noted_without_consent(database: Database) -> None:
    with database.unit_of_work("test") as work:
        work.consents.give(ADA, Purpose.EXPRESSION, NOW)  # which is another
        with pytest.raises(ConsentMissingError, match="has not agreed to fairness"):
            work.groups.put(ADA, AGE, Group("30-39"))
        work.groups.put(ADA, AGE, None)
        assert work.groups.of(ADA) == {}
        assert work.groups.members(AGE) == {}


def test_a_group_that_is_there_without_consent_counts_nowhere(database: Database) -> None:
    """As whoever can write to the database could put one there."""
    agree(database, ADA)
    with database.unit_of_work("test") as work:
        work.groups.put(ADA, AGE, Group("30-39"))
        assert work.groups.members(AGE) == {ADA: "30-39"}
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM consents")
    with database.unit_of_work("test") as work:
        assert work.groups.members(AGE) == {}


def test_nobody_belongs_to_a_group_who_is_not_enrolled(database: Database) -> None:
    with database.unit_of_work("test") as work:
        with pytest.raises(UnknownSubjectError):
            work.groups.of(EVE)
        with pytest.raises(UnknownSubjectError):
            work.groups.put(EVE, DEPARTMENT, Group("research"))
