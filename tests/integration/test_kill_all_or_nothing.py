"""kill -9 while a database comes into being, is upgraded or restored: all of it or nothing.

See `test_kill.py` for what is shown, and what is not.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import URL, func, inspect, select, text
from sqlalchemy.orm import Session

from mien.bootstrap.clock import utc_now
from mien.core.audit import AuditAction
from mien.storage.backup import back_up
from mien.storage.check import DatabaseCheck
from mien.storage.database import Database
from mien.storage.engines import connect, sqlite_url
from mien.storage.schema import newest_revision, revision_of
from mien.storage.tables import AuditEntryRow, Base, SubjectRow
from tests.databases import BOTH, fresh_url, open_database
from tests.killing import RUNS, Note, Nursery, warm_nursery
from tests.ledger import Ledger, remove_tables, tables_of
from tests.old_database import (
    ATTEMPTS,
    SEALED,
    SUBJECTS,
    dump,
    make_old_database,
    make_sealed_database,
    photos_of,
)
from tests.unit.service.conftest import embedding_of
from tests.victims import ACTOR, BACK_UP, BACKUPS, KEY_FILE

pytestmark = pytest.mark.slow

ALL_TABLES = {"alembic_version", *Base.metadata.tables}
LATEST = 1.15
"""Of the usual time: some kills have to come when all is done, but for the tidying up."""

TRIES = 3 * RUNS
"""In so many, RUNS kills have to come before the end."""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with warm_nursery() as started:
        yield started


@pytest.mark.parametrize("kind", BOTH)
def test_a_first_start(kind: str, nursery: Nursery, tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    in_the_middle = 0
    with fresh_url(kind, tmp_path) as url:
        usual_s = _usual_s(nursery, "create", url, tmp_path)
        for seed in range(TRIES):
            if in_the_middle == RUNS:
                break
            if tables_of(url):
                remove_tables(url)
                (tmp_path / KEY_FILE).unlink()
            moment = 1, rng.uniform(0, LATEST * usual_s)
            in_the_middle += nursery.run("create", url, tmp_path, seed, moment).in_the_middle
            if not tables_of(url):
                continue  # and the next start takes up what there is: a file, a key, half of one
            assert tables_of(url) == ALL_TABLES
            with open_database(url, tmp_path) as database:
                Ledger().check(database, tmp_path)
        with open_database(url, tmp_path) as database:
            Ledger().check(database, tmp_path)
    assert in_the_middle == RUNS


def test_an_upgrade(nursery: Nursery, tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    in_the_middle = 0
    old, path = tmp_path / "old.db", tmp_path / "mien.db"
    make_old_database(old)
    before, url = dump(old), sqlite_url(path)
    shutil.copy(old, path)
    nursery.run("upgrade_old", url, tmp_path, 0)
    remove_tables(url)
    shutil.copy(old, path)
    usual_s = nursery.run("upgrade_old", url, tmp_path, 0).lasted_s
    for seed in range(TRIES):
        if in_the_middle == RUNS:
            break
        if _is_upgraded(url):
            _require_upgraded(url, tmp_path)
            remove_tables(url)
            shutil.copy(old, path)
        moment = 1, rng.uniform(0, LATEST * usual_s)
        in_the_middle += nursery.run("upgrade_old", url, tmp_path, seed, moment).in_the_middle
        assert _is_upgraded(url) or dump(path) == before
    nursery.run("upgrade_old", url, tmp_path, TRIES)
    _require_upgraded(url, tmp_path)
    assert in_the_middle == RUNS


@pytest.mark.parametrize("kind", BOTH)
def test_an_upgrade_of_a_sealed_database(kind: str, nursery: Nursery, tmp_path: Path) -> None:
    rng = np.random.default_rng(12)
    in_the_middle = 0
    with fresh_url(kind, tmp_path) as url:
        make_sealed_database(url, tmp_path)
        nursery.run("upgrade_old", url, tmp_path, 0)  # the first time takes longer
        remove_tables(url)
        make_sealed_database(url, tmp_path)
        usual_s = nursery.run("upgrade_old", url, tmp_path, 0).lasted_s
        remove_tables(url)
        make_sealed_database(url, tmp_path)
        before = _columns_of(url)
        for seed in range(TRIES):
            if in_the_middle == RUNS:
                break
            if _is_upgraded(url):
                remove_tables(url)
                make_sealed_database(url, tmp_path)
            moment = 1, rng.uniform(0, LATEST * usual_s)
            in_the_middle += nursery.run("upgrade_old", url, tmp_path, seed, moment).in_the_middle
            assert _is_upgraded(url) or _columns_of(url) == before
        nursery.run("upgrade_old", url, tmp_path, TRIES)
        with open_database(url, tmp_path) as database:
            assert all(finding.sound for finding in DatabaseCheck(database).run())
            with database.unit_of_work("kill test") as work:
                found = [
                    (subject, template.embedding.tobytes())
                    for _, subject, template in work.subjects.templates()
                ]
    assert found == [
        (f"old-{subject}", embedding_of(photo).tobytes())
        for subject in range(SEALED)
        for photo in photos_of(subject)
    ]
    assert in_the_middle == RUNS


def _columns_of(url: URL) -> dict[str, list[str]]:
    engine = connect(url)
    try:
        looking = inspect(engine)
        return {
            table: [column["name"] for column in looking.get_columns(table)]
            for table in sorted(looking.get_table_names())
        }
    finally:
        engine.dispose()


@pytest.mark.parametrize("kind", BOTH)
def test_a_restore(kind: str, nursery: Nursery, tmp_path: Path) -> None:
    rng = np.random.default_rng(10)
    in_the_middle = 0
    ledger = _back_up_another_database(nursery, tmp_path)
    with fresh_url(kind, tmp_path) as url:
        usual_s = _usual_s(nursery, "restore_all", url, tmp_path)
        for seed in range(TRIES):
            if in_the_middle == RUNS:
                break
            if tables_of(url):
                remove_tables(url)
            moment = 1, rng.uniform(0, LATEST * usual_s)
            in_the_middle += nursery.run("restore_all", url, tmp_path, seed, moment).in_the_middle
            if not tables_of(url):
                continue
            expected = copy.deepcopy(ledger)
            expected.read([Note("restore", done=False), Note("restore", done=True)])
            with open_database(url, tmp_path) as database:
                expected.check(database, tmp_path)
    assert in_the_middle == RUNS


@pytest.mark.parametrize("kind", BOTH)
def test_turning_the_gallery_back_returns_nobody_who_was_erased(
    kind: str, nursery: Nursery, tmp_path: Path
) -> None:
    rng = np.random.default_rng(11)
    in_the_middle = 0
    ledger = Ledger()
    with fresh_url(kind, tmp_path) as url:
        ledger.read(nursery.run("live", url, tmp_path, 0, (100, 0.0)).notes)
        with open_database(url, tmp_path) as database:
            ledger.check(database, tmp_path)
            back_up(database, tmp_path / BACKUPS, ACTOR, utc_now())
            ledger.read([Note(BACK_UP, done=False), Note(BACK_UP, done=True)])
            saved, saved_names, restores = ledger.enrolled(), _names(database), 0
        usual_s: float | None = None  # the first one may end, and tells how long it takes
        for seed in range(TRIES):
            if in_the_middle == RUNS:
                break
            ledger.read(nursery.run("live", url, tmp_path, seed + 1, (30, 0.0)).notes)
            with open_database(url, tmp_path) as database:
                ledger.check(database, tmp_path)
                names = _names(database)
            moment = None if usual_s is None else (1, rng.uniform(0, LATEST * usual_s))
            outcome = nursery.run("turn_back", url, tmp_path, seed, moment)
            usual_s = usual_s or outcome.lasted_s
            in_the_middle += outcome.in_the_middle
            ledger.read(outcome.notes)
            with open_database(url, tmp_path) as database:
                if _restores(database) > restores:
                    restores += 1
                    same = {one for one, name in saved_names.items() if names.get(one) == name}
                    ledger.turn_back({one: saved[one] for one in same})
                ledger.check(database, tmp_path)
    assert in_the_middle == RUNS


def _usual_s(nursery: Nursery, task: str, url: URL, folder: Path) -> float:
    """Return how long a task takes that fills a database; the first time takes longer."""
    nursery.run(task, url, folder, 0)
    remove_tables(url)
    return nursery.run(task, url, folder, 0).lasted_s


def _back_up_another_database(nursery: Nursery, folder: Path) -> Ledger:
    url, ledger = sqlite_url(folder / "source.db"), Ledger()
    ledger.read(nursery.run("live", url, folder, 0, (200, 0.0)).notes)
    with open_database(url, folder) as database:
        ledger.check(database, folder)
        back_up(database, folder / BACKUPS, ACTOR, utc_now())
    return ledger


def _names(database: Database) -> dict[str, str]:
    """Return what the audit log calls each subject: another name after each enrollment."""
    with Session(database.engine) as session:
        rows = session.execute(select(SubjectRow.subject_id, SubjectRow.pseudonym))
        return {row.subject_id: row.pseudonym for row in rows}


def _restores(database: Database) -> int:
    restores = AuditEntryRow.action == AuditAction.RESTORE.value
    with Session(database.engine) as session:
        return session.scalar(select(func.count()).select_from(AuditEntryRow).where(restores)) or 0


def _is_upgraded(url: URL) -> bool:
    engine = connect(url)
    try:
        return revision_of(engine) == newest_revision()
    finally:
        engine.dispose()


def _require_upgraded(url: URL, folder: Path) -> None:
    """Require that all is there, sealed, and nothing is left in the open: as a server finds it."""
    with open_database(url, folder) as database:
        with database.unit_of_work("kill test") as work:
            work.audit.verify()
            assert work.audit.count() == ATTEMPTS
            found = [
                (subject, template.embedding.tobytes())
                for _, subject, template in work.subjects.templates()
            ]
        with database.engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.scalar(text("SELECT count(*) FROM api_keys")) == 1
    expected = [
        (f"old-{subject}", embedding_of(photo).tobytes())
        for subject in range(SUBJECTS)
        for photo in photos_of(subject)
    ]
    assert found == expected
    stored = b"".join(file.read_bytes() for file in folder.glob("mien.db*"))
    assert not any(embedding in stored for _, embedding in expected)
