"""kill -9 at random moments: nothing acknowledged is lost, nothing erased returns.

Each database is killed many times in a row, and after every time compared with what its workers
had said. MIEN_KILL_RUNS says how often each kind of work is killed on each kind of database.

What this does not show: that a power cut loses nothing. A killed process has handed its writes to
the system, which still has them; whether they are on the disk is decided by fsync. That SQLite and
PostgreSQL are told to wait for it is all that is shown here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from mien.storage.database import Database
from mien.storage.engines import sqlite_url
from mien.storage.master_keys import KeyFile
from tests.databases import BOTH, fresh_url, open_database
from tests.killing import RUNS, Nursery, warm_nursery
from tests.ledger import Ledger
from tests.victims import BACKUPS, KEY_FILE, restore_newest

pytestmark = pytest.mark.slow

DATABASES = 4
NOTES = 40
"""The workers go on forever: a kill comes before they have said more than that, and..."""

PAUSE_S = 0.02
"""...within this time after what they said last, which is about what a request takes."""

MOST = 0.9
"""Of the kills have to come while something is under way, or nothing is shown."""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with warm_nursery() as started:
        yield started


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("task", ["live", "change_keys", "renew", "back_up_often"])
def test_nothing_acknowledged_is_lost_and_nothing_erased_returns(
    task: str,
    kind: str,
    nursery: Nursery,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    rng = np.random.default_rng(7)
    in_the_middle = 0
    for number in range(DATABASES):
        folder = tmp_path / str(number)
        folder.mkdir()
        with fresh_url(kind, folder) as url:
            with open_database(url, folder):
                pass
            ledger = Ledger()
            for seed in range(RUNS // DATABASES):
                moment = int(rng.integers(1, NOTES)), rng.uniform(0, PAUSE_S)
                outcome = nursery.run(task, url, folder, seed, moment)
                in_the_middle += outcome.in_the_middle
                ledger.read(outcome.notes)
                with open_database(url, folder) as database:
                    ledger.check(database, folder)
        _require_whole_backups(folder)
        _require_no_draft_of_keys(folder)
    record_property("kills in the middle", in_the_middle)
    assert in_the_middle >= MOST * RUNS


def _require_whole_backups(folder: Path) -> None:
    """Require that the newest backup is restored with the newest keys, whatever was killed."""
    if not list((folder / BACKUPS).glob("mien-*.backup")):
        return
    url = sqlite_url(folder / "restored.db")
    restore_newest(url, folder)
    with open_database(url, folder) as database, database.unit_of_work("kill test") as work:
        work.audit.verify()
        assert len(list(work.subjects.templates())) >= work.subjects.count()


def _require_no_draft_of_keys(folder: Path) -> None:
    """Require that keys that were written when the process was killed do not stay for good."""
    KeyFile(folder / KEY_FILE).add()
    assert {path.name for path in folder.glob(f"*{KEY_FILE}*")} == {
        KEY_FILE,
        f".{KEY_FILE}.lock",
    }


def test_what_is_acknowledged_was_ordered_to_the_disk(database: Database) -> None:
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            full = 2
            assert connection.scalar(text("PRAGMA synchronous")) == full
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            return
        setting = text("SELECT setting, source FROM pg_settings WHERE name = 'synchronous_commit'")
        value, source = connection.execute(setting).one()
        assert value == "on"
        assert source not in {"client", "session"}, "mien has set it"
