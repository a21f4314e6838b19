"""The log as a file: whole, of one moment, and also while the pool is full."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar, cast

import pytest

from examples.verify_audit_export import verify
from mien.api import audit_download
from mien.api.audit_download import AuditDownload, AuditFormat
from mien.api.dependencies import ServerState
from mien.core.audit import AuditAction, AuditEvent
from mien.core.audit_log import AuditFilter
from mien.core.caller import ALL_SCOPES, Caller
from mien.errors import OverloadedError
from mien.storage.database import Database
from mien.storage.engines import sqlite_url
from mien.storage.unit_of_work import SqlUnitOfWork
from tests.databases import open_database

T = TypeVar("T")

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CALLER = Caller("key:1f2e3d4c", ALL_SCOPES)
LENGTH = 23


@dataclass
class FakeServer:
    """Runs what it is asked to at once; now and then it has no place."""

    database: Database
    full: Iterator[bool] = field(default_factory=lambda: iter(()))
    runs: int = 0

    @property
    def application(self) -> FakeServer:
        return self

    async def run(self, caller: Caller, use_case: Callable[[SqlUnitOfWork], T]) -> T:
        assert caller is CALLER
        if next(self.full, False):
            raise OverloadedError("busy", 0)
        self.runs += 1
        with self.database.unit_of_work(caller.actor) as work:
            return use_case(work)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """With 23 entries, which are read five at a time."""
    monkeypatch.setattr(audit_download, "MAX_PAGE", 5)
    with open_database(sqlite_url(tmp_path / "mien.db"), tmp_path) as database:
        append(database, LENGTH)
        yield FakeServer(database)


def append(database: Database, count: int) -> None:
    with database.unit_of_work("test") as work:
        for number in range(count):
            details: dict[str, str | int] = {"attempt": "=1+1"}
            accepted = number % 2 == 0
            work.audit.append(
                AuditEvent(AuditAction.IDENTIFY, NOW, "=test", None, accepted, details=details)
            )


def download(
    server: FakeServer,
    form: AuditFormat = AuditFormat.NDJSON,
    wanted: AuditFilter = AuditFilter(),  # noqa: B008 a frozen value
    meanwhile: Callable[[], None] = lambda: None,
) -> list[bytes]:
    async def read() -> list[bytes]:
        begun = await AuditDownload.begin(cast("ServerState", server), CALLER, wanted, form)
        meanwhile()
        return [chunk async for chunk in begun.chunks()]

    return asyncio.run(read())


def test_a_whole_log_is_written_page_by_page_and_can_be_checked(server: FakeServer) -> None:
    chunks = download(server)
    assert len(chunks) == 1 + 5 + 1
    assert verify(b"".join(chunks).decode().splitlines())[0] == LENGTH


def test_what_is_added_meanwhile_is_left_out(server: FakeServer) -> None:
    chunks = download(server, meanwhile=lambda: append(server.database, 9))
    assert verify(b"".join(chunks).decode().splitlines())[0] == LENGTH


def test_a_log_that_ends_with_a_page_is_whole_too(server: FakeServer) -> None:
    append(server.database, 2)
    assert verify(b"".join(download(server)).decode().splitlines())[0] == LENGTH + 2


def test_a_file_that_was_begun_waits_for_a_place(server: FakeServer) -> None:
    server.full = iter([False, *[True, True, False] * 9])
    assert verify(b"".join(download(server)).decode().splitlines())[0] == LENGTH


def test_a_file_that_was_not_begun_is_refused_while_there_is_none(server: FakeServer) -> None:
    server.full = iter([True])
    with pytest.raises(OverloadedError):
        download(server)


def test_a_filter_leaves_entries_alone_without_a_chain(server: FakeServer) -> None:
    chunks = download(server, wanted=AuditFilter(accepted=False))
    lines = [json.loads(line) for line in b"".join(chunks).splitlines()]
    assert [line["entry"]["sequence"] for line in lines] == list(range(2, LENGTH + 1, 2))
    assert download(server, wanted=AuditFilter(actor="nobody")) == [b"", b""]


def test_a_table_has_a_row_for_each_entry_and_no_formula(server: FakeServer) -> None:
    text = b"".join(download(server, AuditFormat.CSV)).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["sequence"]) for row in rows] == list(range(1, LENGTH + 1))
    assert rows[0]["actor"] == "'=test"
    assert json.loads(rows[0]["details"]) == {"attempt": "=1+1"}
    assert rows[0]["at"] == "2026-11-21T12:00:00.000000+00:00"
    assert len(rows[0]["digest"]) == 64
