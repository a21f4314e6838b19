"""`mien db` as an operator runs it, in processes of its own, on both databases."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import URL

from mien.core.template import SubjectId
from mien.storage.schema import newest_revision
from tests.databases import BOTH, fresh_url, open_database
from tests.stored import ADA, BOB, EVE, embeddings_of, enroll, erase, expected, fill, run


@dataclass(frozen=True, slots=True)
class Place:
    """A data folder, and the database that its commands work on."""

    folder: Path
    url: URL

    def mien(self, *words: str | Path, url: URL | None = None) -> subprocess.CompletedProcess[str]:
        """Run `mien db` ..."""
        environment = {name: v for name, v in os.environ.items() if not name.startswith("MIEN_")}
        environment["MIEN_DATA_DIR"] = str(self.folder)
        environment["MIEN_MASTER_KEY_FILE"] = str(self.folder / "master.key")
        environment["MIEN_DATABASE_URL"] = (url or self.url).render_as_string(hide_password=False)
        return subprocess.run(
            [sys.executable, "-m", "mien", "db", *map(str, words)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.fixture(params=BOTH)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A database with two people and everything else, closed."""
    with fresh_url(request.param, tmp_path) as url:
        with open_database(url, tmp_path) as database:
            fill(database)
        yield Place(tmp_path, url)


def test_an_erased_person_does_not_come_back(place: Place, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    done = place.mien("backup", backups)
    assert done.returncode == 0, done.stderr
    assert "backed up 2 subjects to" in done.stdout
    assert "keep only this newest one" in done.stdout
    with open_database(place.url, tmp_path) as database, database.unit_of_work("test") as work:
        told = work.audit.page(limit=9)[-1].event
        assert (told.action, told.actor) == ("back_up", "cli")
    (data,) = backups.glob("mien-*.backup")
    with open_database(place.url, tmp_path) as database:
        erase(database, ADA)
        enroll(database, EVE, 4)
    done = place.mien("restore", data, "--replace")
    assert done.returncode == 0, done.stderr
    assert "restored 1 subject with 1 templates" in done.stdout
    assert "1 subject was erased since and stays erased" in done.stdout
    assert "1 subject enrolled since, and not there any more" in done.stdout
    with open_database(place.url, tmp_path) as database:
        assert embeddings_of(database) == expected((BOB, [3]))
    done = place.mien("backup", backups, "--keys-only", "--json")
    assert json.loads(done.stdout)["backup"] is None
    with fresh_url(place.url.get_backend_name(), tmp_path / "new") as new:
        done = place.mien("restore", data, "--keys", backups / "keys.backup", "--json", url=new)
        restored = json.loads(done.stdout)
        assert (restored["subjects"], restored["erased_since"]) == (1, 1)
        assert restored["restart_needed"] is True
        with open_database(new, tmp_path) as database:
            assert embeddings_of(database) == expected((BOB, [3]))
        assert place.mien("check", url=new).returncode == 0


def test_a_restore_into_a_database_with_data_has_to_be_asked_for(
    place: Place, tmp_path: Path
) -> None:
    place.mien("backup", tmp_path / "backups")
    (data,) = (tmp_path / "backups").glob("mien-*.backup")
    done = place.mien("restore", data)
    assert done.returncode == 2
    assert "INVALID_REQUEST" in done.stderr
    assert "--replace" in done.stderr
    done = place.mien("restore", data, "--json")
    assert json.loads(done.stdout)["error"]["code"] == "INVALID_REQUEST"


def test_a_changed_backup_is_refused(place: Place, tmp_path: Path) -> None:
    place.mien("backup", tmp_path / "backups")
    (data,) = (tmp_path / "backups").glob("mien-*.backup")
    with closing(sqlite3.connect(data)) as connection:
        connection.execute("UPDATE api_keys SET scopes = 'admin'")
        connection.commit()
    done = place.mien("restore", data, "--replace")
    assert done.returncode == 5
    assert "TAMPERED" in done.stderr
    assert "api_keys is not as mien wrote it" in done.stderr


def test_a_sound_database_is_told_to_be_so(place: Place) -> None:
    done = place.mien("check")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("sound") == 10
    assert done.stderr == ""
    answer = json.loads(place.mien("check", "--json").stdout)
    assert answer["sound"] is True
    assert {check["check"] for check in answer["checks"]} >= {"templates", "audit log"}


def test_a_broken_database_ends_with_an_exit_code_of_its_own(place: Place, tmp_path: Path) -> None:
    with open_database(place.url, tmp_path) as database:
        run(database, "DELETE FROM subject_keys", "UPDATE audit_entries SET actor = 'nobody'")
    done = place.mien("check")
    assert done.returncode == 5
    assert "the key of bob is gone" in done.stdout
    assert "entry 1 of the audit log was" in done.stdout
    answer = json.loads(place.mien("check", "--json").stdout)
    assert answer["sound"] is False
    unsound = [check["check"] for check in answer["checks"] if not check["sound"]]
    assert unsound == ["templates", "audit log"]


@pytest.mark.parametrize("words", [("check",), ("backup", "backups")])
def test_looking_makes_no_database(words: tuple[str, ...], tmp_path: Path) -> None:
    for kind in BOTH:
        with fresh_url(kind, tmp_path / "none") as url:
            done = Place(tmp_path, url).mien(*words)
            assert done.returncode == 5
            assert "there is no database" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_upgrade_tells_from_where_to_where(tmp_path: Path) -> None:
    for kind in BOTH:
        folder = tmp_path / kind
        with fresh_url(kind, folder) as url:
            place = Place(folder, url)
            done = place.mien("upgrade")
            assert done.returncode == 0, done.stderr
            assert f"from schema none to {newest_revision()}" in done.stdout
            assert f"a master key was made: {folder / 'master.key'}" in done.stderr
            done = place.mien("upgrade", "--json")
            assert json.loads(done.stdout) == {
                "from": newest_revision(),
                "to": newest_revision(),
                "master_key_made": None,
            }
            assert place.mien("check").returncode == 0


def test_servers_go_on_during_a_backup(place: Place, tmp_path: Path) -> None:
    with open_database(place.url, tmp_path) as database:
        for number in range(200):
            enroll(database, SubjectId(f"person-{number}"), number)
        backup = subprocess.Popen(
            [sys.executable, "-m", "mien", "db", "backup", tmp_path / "backups", "--json"],
            env={
                **os.environ,
                "MIEN_DATA_DIR": str(tmp_path),
                "MIEN_DATABASE_URL": place.url.render_as_string(hide_password=False),
            },
            stdout=subprocess.PIPE,
        )
        written = 0
        while backup.poll() is None:
            written += 1
            enroll(database, SubjectId(f"meanwhile-{written}"), written)
        assert backup.stdout is not None
        made = json.loads(backup.stdout.read())
        backup.stdout.close()
        assert backup.returncode == 0
        assert written > 1
        assert 202 <= made["subjects"] <= 202 + written
