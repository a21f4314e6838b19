"""The audit log as a download, a page of it in memory at a time.

Each page is read in a transaction and a place in the pool of its own, so that a slow reader holds
neither. Entries are never changed, and those added meanwhile are left out, so that all pages are
of one moment.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from functools import partial
from typing import Final, Self, TypeVar

from mien.api.dependencies import ServerState
from mien.core.audit import AuditEntry
from mien.core.audit_log import AuditFilter
from mien.core.caller import Caller
from mien.errors import OverloadedError
from mien.service.csv_text import Row, write_csv
from mien.service.paging import MAX_PAGE
from mien.storage.audit import Checkpoint
from mien.storage.audit_export import Line, closing_lines, entry_line, opening_line
from mien.storage.unit_of_work import SqlUnitOfWork

T = TypeVar("T")

_COLUMNS: Final = (
    "sequence",
    "at",
    "action",
    "actor",
    "subject",
    "accepted",
    "reason",
    "false_match_rate",
    "details",
    "digest",
)


class AuditFormat(StrEnum):
    """How the log is written. Of ndjson that holds every entry the chain can be checked."""

    NDJSON = "ndjson"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        """What it is called in HTTP."""
        return "text/csv" if self is AuditFormat.CSV else "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class AuditDownload:
    """What is downloaded, by whom, up to which entry, and the first page of it."""

    server: ServerState
    caller: Caller
    wanted: AuditFilter
    format: AuditFormat
    head: Checkpoint
    first: Sequence[AuditEntry]

    @classmethod
    async def begin(
        cls, server: ServerState, caller: Caller, wanted: AuditFilter, form: AuditFormat
    ) -> Self:
        """Read the first page, while it can still be answered that something is wrong with it."""
        head, first = await server.run(
            caller,
            lambda work: (work.audit.head(), work.audit_queries.find(wanted, limit=MAX_PAGE)),
        )
        return cls(server, caller, wanted, form, head, first)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the file, some entries at a time."""
        yield await self._opening()
        entries = self.first
        while entries:
            yield self._written([each for each in entries if each.sequence <= self.head.sequence])
            last = entries[-1].sequence
            if len(entries) < MAX_PAGE or last >= self.head.sequence:
                break
            entries = await self._read(partial(self._page, last))
        yield await self._closing()

    @property
    def _is_checkable(self) -> bool:
        return self.format is AuditFormat.NDJSON and self.wanted.is_open

    async def _opening(self) -> bytes:
        if self.format is AuditFormat.CSV:
            return write_csv([], _COLUMNS)
        if not self._is_checkable:
            return b""
        return _lines([await self._read(lambda work: opening_line(work.audit))])

    def _written(self, entries: Sequence[AuditEntry]) -> bytes:
        if self.format is AuditFormat.NDJSON:
            return _lines(entry_line(entry) for entry in entries)
        return write_csv(map(_row, entries), _COLUMNS, with_names=False)

    async def _closing(self) -> bytes:
        if not self._is_checkable:
            return b""
        keys = self.server.application.database.signing_keys
        return _lines(
            await self._read(
                lambda work: list(closing_lines(work.audit, self.head, keys.public_keys()))
            )
        )

    def _page(self, after: int, work: SqlUnitOfWork) -> Sequence[AuditEntry]:
        return work.audit_queries.find(self.wanted, limit=MAX_PAGE, after=after)

    async def _read(self, read: Callable[[SqlUnitOfWork], T]) -> T:
        """Read one page more; wait for a place, since a file that was begun cannot be refused."""
        while True:
            try:
                return await self.server.run(self.caller, read)
            except OverloadedError as error:
                await asyncio.sleep(error.retry_after_s)


def _row(entry: AuditEntry) -> Row:
    event = entry.event
    return {
        "sequence": entry.sequence,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": event.action,
        "actor": event.actor,
        "subject": event.subject,
        "accepted": event.accepted,
        "reason": event.reason,
        "false_match_rate": event.false_match_rate,
        "details": json.dumps(dict(event.details), sort_keys=True),
        "digest": entry.digest.hex(),
    }


def _lines(lines: Iterable[Line]) -> bytes:
    return b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)
