"""Looks at what people are called, sign in with and ask for."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from mien.storage.findings import Finding, Problems
from mien.storage.own_words import OWN_TABLES, open_own
from mien.storage.subject_keys import KEY_COLUMNS, open_key
from mien.storage.tables import SubjectKeyRow, SubjectRow
from mien.storage.vault import Vault

_STREAMED: Final = {"yield_per": 1000}


def check_self(connection: Connection, vault: Vault) -> Finding:
    """Open every row of somebody who is enrolled."""
    problems, counts = Problems(), []
    for table in OWN_TABLES:
        name, count = table.__tablename__, 0
        rows = (
            # Its own subject_key is that of the subject's row.
            select(*KEY_COLUMNS, *table.__table__.columns)
            .join(SubjectKeyRow, SubjectKeyRow.subject_key == SubjectRow.key)
            .join(table, table.subject_key == SubjectRow.key)
        )
        with connection.execute(rows, execution_options=_STREAMED) as found:
            for row in found:
                count += 1
                with problems.noting(f"{name} of {row.subject_id}"):
                    open_own(table, open_key(vault, row), row)
        counts.append(f"{count} {name.replace('_', ' ')}")
    return Finding("self-service", ", ".join(counts), problems.told())
