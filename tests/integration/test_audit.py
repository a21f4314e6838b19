"""The audit log from the command line and over HTTP."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from mien.bootstrap.clock import utc_now
from mien.core.audit import AuditAction, AuditEvent
from mien.storage.database import Database
from mien.storage.engines import sqlite_url
from mien.storage.master_keys import KeyFile
from tests.integration.conftest import Server

OK, USAGE, INSTALLATION = 0, 2, 5
LENGTH = 4

Mien = Callable[..., subprocess.CompletedProcess[str]]


def open_database(folder: Path) -> Database:
    return Database.open(sqlite_url(folder / "mien.db"), KeyFile(folder / "master.key"), utc_now)


def append(folder: Path, count: int) -> None:
    database = open_database(folder)
    with database.unit_of_work("test") as work:
        for _ in range(count):
            work.audit.append(AuditEvent(AuditAction.CHANGE_CALLERS, utc_now(), "test"))
    database.close()


def change(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "mien.db") as connection:
        connection.execute(statement)
    connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder whose log has four entries."""
    append(tmp_path / "data", LENGTH)
    return tmp_path / "data"


@pytest.fixture
def mien(folder: Path) -> Mien:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mien", *map(str, arguments), "--data-dir", str(folder)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "NO_COLOR": "1"},
        )

    return run


def test_an_intact_log_is_told_with_its_head(mien: Mien) -> None:
    told = mien("audit", "verify")
    assert told.returncode == OK
    assert f"intact {LENGTH} entries" in told.stdout
    result = json.loads(mien("audit", "verify", "--json").stdout)
    assert (result["intact"], result["sequence"]) == (True, LENGTH)
    assert result["digest"] in told.stdout


def test_tampering_exits_5_and_names_the_entry(mien: Mien, folder: Path) -> None:
    change(folder, "UPDATE audit_entries SET actor = 'nobody' WHERE sequence = 3")
    told = mien("audit", "verify")
    assert told.returncode == INSTALLATION
    assert "TAMPERED  entry 3 of the audit log" in told.stderr
    as_json = mien("audit", "verify", "--json")
    assert as_json.returncode == INSTALLATION
    assert json.loads(as_json.stdout)["error"]["code"] == "TAMPERED"
    refused = mien("audit", "checkpoint", "--to", folder / "checkpoint.json")
    assert refused.returncode == INSTALLATION
    assert not (folder / "checkpoint.json").exists()


def test_a_kept_checkpoint_shows_that_an_old_copy_was_put_back(
    mien: Mien, folder: Path, tmp_path: Path
) -> None:
    kept, old = tmp_path / "kept.json", (folder / "mien.db").read_bytes()
    append(folder, 2)
    assert mien("audit", "checkpoint", "--to", kept).returncode == OK
    assert mien("audit", "verify", "--checkpoint", kept).returncode == OK
    for name in ("mien.db-wal", "mien.db-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "mien.db").write_bytes(old)
    assert mien("audit", "verify").returncode == OK
    told = mien("audit", "verify", "--checkpoint", kept)
    assert told.returncode == INSTALLATION
    assert "an older database was put in its place" in told.stderr


def test_what_is_no_checkpoint_is_refused(mien: Mien, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("not one")
    assert mien("audit", "verify", "--checkpoint", tmp_path / "note.txt").returncode == USAGE
    assert mien("audit", "verify", "--checkpoint", tmp_path / "missing").returncode == USAGE


def test_an_export_is_checked_by_the_example_without_mien(mien: Mien, tmp_path: Path) -> None:
    exported, kept = tmp_path / "log.jsonl", tmp_path / "kept.json"
    assert mien("audit", "checkpoint", "--to", kept).returncode == OK
    assert mien("audit", "export", "--to", exported).returncode == OK
    assert mien("audit", "export").stdout == exported.read_text()
    key = json.loads(kept.read_text())["ed25519"]
    command = [sys.executable, "examples/verify_audit_export.py", str(exported)]
    checked = subprocess.run([*command, key], capture_output=True, text=True, check=False)
    assert checked.returncode == OK
    assert f"intact up to entry {LENGTH}" in checked.stdout
    exported.write_text(exported.read_text().replace("change_callers", "unlock", 1))
    broken = subprocess.run([*command, key], capture_output=True, text=True, check=False)
    assert broken.returncode != OK
    assert "BROKEN: entry 1 " in broken.stderr


def test_an_export_after_an_entry_holds_the_rest(mien: Mien) -> None:
    lines = [json.loads(line) for line in mien("audit", "export", "--after", 3).stdout.splitlines()]
    assert [line["entry"]["sequence"] for line in lines if "entry" in line] == [4]
    assert mien("audit", "export", "--after", LENGTH + 1).returncode == USAGE


def make_key(server: Server, *scopes: str) -> str:
    made = server.client.post("/api/v1/api-keys", json={"label": "test", "scopes": scopes})
    assert made.status_code == 201
    return str(made.json()["key"])


def test_an_auditor_pages_through_the_log_oldest_first(server: Server) -> None:
    auditor = {"X-API-Key": make_key(server, "audit")}
    make_key(server, "read")
    first = server.client.get("/api/v1/audit", params={"limit": 1}, headers=auditor).json()
    assert [entry["sequence"] for entry in first["entries"]] == [1]
    assert first["next"] == 1
    rest = server.client.get("/api/v1/audit", params={"after": 1}, headers=auditor).json()
    assert rest["entries"][0]["sequence"] == 2
    assert rest["next"] is None
    head = server.client.get("/api/v1/audit/head", headers=auditor).json()
    assert rest["entries"][-1]["digest"] == head["digest"]
    assert rest["entries"][-1]["sequence"] == head["sequence"]


@pytest.mark.parametrize("path", ["/api/v1/audit", "/api/v1/audit/head"])
def test_only_who_may_audit_sees_it(server: Server, path: str) -> None:
    assert httpx.get(server.url + path).status_code == 401
    reader = {"X-API-Key": make_key(server, "read", "verify", "metrics")}
    refused = httpx.get(server.url + path, headers=reader)
    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "after=-1", "after=x", f"after={2**63}"]
)
def test_a_page_that_cannot_be_is_refused(server: Server, query: str) -> None:
    assert server.client.get(f"/api/v1/audit?{query}").status_code == 422
