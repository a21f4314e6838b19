"""Opens any row of what people are called, sign in with and ask for."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Row

from mien.storage.own_passwords import PLACE as PASSWORD
from mien.storage.profiles import opened_profile
from mien.storage.reviews import open_words
from mien.storage.tables_self import ProfileRow, ReviewRow, SubjectPasswordRow
from mien.storage.vault import DataKey

OWN_TABLES: Final = (ProfileRow, SubjectPasswordRow, ReviewRow)


def open_own(
    table: type[ProfileRow | SubjectPasswordRow | ReviewRow],
    key: DataKey,
    row: Row[*tuple[object, ...]],
) -> None:
    """Open what a row says; raise TamperedError for another subject's, or row's."""
    if table is ProfileRow:
        opened_profile(key, row.sealed)
    elif table is SubjectPasswordRow:
        key.unseal_words(row.sealed, PASSWORD)
    else:
        open_words(key, row)
