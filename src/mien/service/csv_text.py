"""Tables as CSV, for spreadsheets and other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

Row: TypeAlias = Mapping[str, str | float | int | None]

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a text (OWASP, CSV injection)."""


def write_csv(rows: Iterable[Row], columns: Sequence[str], *, with_names: bool = True) -> bytes:
    """Return the rows as CSV in UTF-8 (RFC 4180), the names of the columns first.

    with_names: not for rows that follow others.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns)
    if with_names:
        writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode()


def _harmless(value: str | float | None) -> str | float | None:
    """Return a text that no spreadsheet runs."""
    if isinstance(value, str) and value.startswith(_FORMULAS):
        return f"'{value}"
    return value
