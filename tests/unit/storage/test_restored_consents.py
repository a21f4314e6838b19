"""A backup gives no consent back that was withdrawn, and nothing that was kept by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mien.core.attempt import new_attempt_id
from mien.core.consent import Purpose
from mien.core.groups import DEPARTMENT
from mien.core.ports import UnitOfWork
from mien.storage.backup import back_up
from mien.storage.check import DatabaseCheck
from mien.storage.database import Database
from mien.storage.restore import restore
from tests.databases import SQLITE
from tests.stored import (
    ADA,
    AGE,
    NOW,
    empty_target,
    fill,
    opened,
    record,
    source_of,
    target_of,
)

LATER = NOW + timedelta(days=1)


def withdraw(work: UnitOfWork) -> None:
    for purpose in Purpose:
        work.consents.withdraw(ADA, purpose)


def withdraw_and_agree_anew(work: UnitOfWork) -> None:
    withdraw(work)
    for purpose in Purpose:
        work.consents.give(ADA, purpose, NOW + timedelta(hours=1))


@pytest.mark.parametrize("change", [withdraw, withdraw_and_agree_anew])
def test_a_withdrawal_since_the_backup_holds_where_the_newest_keys_are_left(
    database: Database, tmp_path: Path, change: Callable[[UnitOfWork], None]
) -> None:
    fill(database)
    made = back_up(database, tmp_path / "backups", "test", NOW)
    assert made.data is not None
    with database.unit_of_work("test") as work:
        change(work)
        agreed = work.consents.of(ADA)
    back_up(database, tmp_path / "backups", "test", LATER, keys_only=True)
    with empty_target(SQLITE, tmp_path / "new", source_of(database)) as target:
        restore(made.data, target, keys=made.keys)
        with opened(target) as copy:
            with copy.unit_of_work("test") as work:
                assert work.consents.of(ADA) == agreed
                assert work.expressions.of(ADA) == []
                assert work.groups.of(ADA) == {DEPARTMENT: "research"}
            assert all(finding.sound for finding in DatabaseCheck(copy).run())


def test_where_the_database_lives_on_consents_are_not_turned_back(
    database: Database, tmp_path: Path
) -> None:
    fill(database)
    made = back_up(database, tmp_path / "backups", "test", NOW)
    assert made.data is not None
    with database.unit_of_work("test") as work:
        work.consents.withdraw(ADA, Purpose.FAIRNESS)
        work.expressions.add(ADA, record(3, LATER), new_attempt_id())
    restore(made.data, target_of(database), replace=True)
    with database.unit_of_work("test") as work:
        assert [consent.purpose for consent in work.consents.of(ADA)] == [Purpose.EXPRESSION]
        assert AGE not in work.groups.of(ADA)
        assert len(work.expressions.of(ADA)) == 3
    assert all(finding.sound for finding in DatabaseCheck(database).run())
