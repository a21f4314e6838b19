"""An export is checked by a program that knows nothing of mien."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from examples.verify_audit_export import BrokenExportError
from examples.verify_audit_export import verify as verify_export
from mien.bootstrap.clock import utc_now
from mien.core.audit import AuditAction, AuditEvent
from mien.errors import InvalidRequestError
from mien.storage.audit_export import checkpoint_document, export_lines, parse_checkpoint
from mien.storage.database import Database

LENGTH = 1003
"""Past the first checkpoint."""

Records = list[dict[str, Any]]


@pytest.fixture
def log(database: Database) -> Database:
    """A database whose log is long enough for a checkpoint."""
    with database.unit_of_work("test") as work:
        for number in range(LENGTH):
            event = AuditEvent(AuditAction.ENROLL, utc_now(), "Tür", details={"samples": number})
            work.audit.append(event)
    return database


def export(log: Database, *, after: int = 0) -> Records:
    with log.unit_of_work("test") as work:
        lines = export_lines(work.audit, log.signing_keys.public_keys(), after=after)
        return json.loads(json.dumps(list(lines)))  # type: ignore[no-any-return]


def check(records: Records, *trusted: str) -> tuple[int, str]:
    return verify_export([json.dumps(record) for record in records], trusted)


def key_of(log: Database) -> str:
    return log.signing_keys.public_keys()[0].public.hex()


def test_an_export_is_intact_up_to_the_head(log: Database) -> None:
    with log.unit_of_work("test") as work:
        head = work.audit.head()
    assert check(export(log), key_of(log)) == (LENGTH, head.digest.hex())


@pytest.mark.parametrize("after", [1, 999, 1000, LENGTH])
def test_an_export_may_begin_anywhere(log: Database, after: int) -> None:
    records = export(log, after=after)
    assert sum("entry" in record for record in records) == LENGTH - after
    assert check(records, key_of(log))[0] == LENGTH


def test_an_export_does_not_begin_after_the_end(log: Database) -> None:
    with pytest.raises(InvalidRequestError, match="no entry"):
        export(log, after=LENGTH + 1)


def change_actor(records: Records) -> None:
    records[3]["entry"]["actor"] = "somebody else"


def change_digest(records: Records) -> None:
    records[3]["digest"] = "00" * 32


def remove_entry(records: Records) -> None:
    del records[3]


def swap_entries(records: Records) -> None:
    records[3], records[4] = records[4], records[3]


def cut_tail(records: Records) -> None:
    del records[LENGTH]


def remove_seals(records: Records) -> None:
    records[:] = [record for record in records if "seal" not in record]


def remove_head(records: Records) -> None:
    last = max(number for number, record in enumerate(records) if "seal" in record)
    del records[last]


def exchange_key(records: Records) -> None:
    records[-1]["key"]["ed25519"] = "07" * 32


def begin_elsewhere(records: Records) -> None:
    records[0]["previous"] = "07" * 32


@pytest.mark.parametrize(
    "change",
    [
        change_actor,
        change_digest,
        remove_entry,
        swap_entries,
        cut_tail,
        remove_seals,
        remove_head,
        exchange_key,
        begin_elsewhere,
    ],
)
def test_a_changed_export_is_broken(log: Database, change: Callable[[Records], None]) -> None:
    records = export(log)
    change(records)
    with pytest.raises(BrokenExportError):
        check(records)


def test_an_export_signed_with_another_key_is_broken_for_whoever_knows_the_right_one(
    log: Database,
) -> None:
    with pytest.raises(BrokenExportError, match="not trusted"):
        check(export(log), "07" * 32)


def test_what_is_no_export_is_told() -> None:
    with pytest.raises(BrokenExportError, match="no export"):
        check([{"format": "something else"}])


def test_a_checkpoint_comes_back_from_its_file(log: Database) -> None:
    with log.unit_of_work("test") as work:
        head = work.audit.verify()
    document = checkpoint_document(head, log.signing_keys.public_keys())
    assert document["ed25519"] == key_of(log)
    assert parse_checkpoint(json.dumps(document).encode()) == head


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"sequence": 1}', b"\xff", b"null"])
def test_what_is_no_checkpoint_is_told(text: bytes) -> None:
    with pytest.raises(InvalidRequestError, match="no checkpoint"):
        parse_checkpoint(text)
