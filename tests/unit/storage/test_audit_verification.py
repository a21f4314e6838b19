"""One check of the log at a time, and what it tells."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, update

from mien.errors import OverloadedError
from mien.storage.audit_verification import VerifyAudit
from mien.storage.database import Database
from mien.storage.tables import AuditEntryRow, AuditHeadRow
from tests.stored import ADA, enroll


class SlowLog:
    """A log that is verified when it is told to be."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def verify(self) -> None:
        self.begun.set()
        self.go_on.wait(10)
        raise RuntimeError("broken off")


def test_a_sound_log_is_told_with_its_head(database: Database) -> None:
    enroll(database, ADA, 1)
    with database.unit_of_work("test") as work:
        found = VerifyAudit()(work.audit)
        assert (found.is_sound, found.entries, found.problem) == (True, 1, None)
        assert found.head == work.audit.head()


def test_a_changed_entry_is_told(database: Database) -> None:
    enroll(database, ADA, 1)
    with database.engine.begin() as connection:
        connection.execute(update(AuditEntryRow).values(actor="somebody else"))
    with database.unit_of_work("test") as work:
        found = VerifyAudit()(work.audit)
    assert not found.is_sound
    assert found.problem is not None
    assert "entry 1" in found.problem
    assert (found.entries, found.head is None) == (1, False)


def test_a_head_that_is_gone_is_told(database: Database) -> None:
    enroll(database, ADA, 1)
    with database.engine.begin() as connection:
        connection.execute(delete(AuditHeadRow))
    with database.unit_of_work("test") as work:
        found = VerifyAudit()(work.audit)
    assert (found.is_sound, found.head) == (False, None)


def test_a_second_check_is_refused_until_the_first_has_ended() -> None:
    verify, log = VerifyAudit(), SlowLog()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(verify, log)  # type: ignore[arg-type]  # all of a log that it needs
        assert log.begun.wait(10)
        with pytest.raises(OverloadedError, match="already"):
            verify(log)  # type: ignore[arg-type]
        log.go_on.set()
        with pytest.raises(RuntimeError):
            first.result()
    with pytest.raises(RuntimeError):  # and not OverloadedError: also a check that broke off ends
        verify(log)  # type: ignore[arg-type]
