"""API keys, stored as hashes.

A key carries 256 random bits, so a plain SHA-256 is enough: there is no dictionary to try.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final, final

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from mien.storage.tables import ApiKeyRow

_PREFIX: Final = "mien_"


def generate_api_key() -> str:
    """Return a new key: a recognizable prefix and 256 random bits."""
    return _PREFIX + secrets.token_urlsafe(32)


@final
class ApiKeyRepository:
    """The keys that are accepted."""

    def __init__(self, session: Session) -> None:
        """Take the transaction's session."""
        self._session = session

    def add(self, key: str, *, label: str, created_at: datetime) -> None:
        """Accept *key* from now on; adding one again changes nothing."""
        row = {"digest": _digest(key), "label": label, "created_at": created_at}
        self._session.execute(insert(ApiKeyRow).values(row).on_conflict_do_nothing())

    def count(self) -> int:
        """Return how many keys there are."""
        return self._session.scalar(select(func.count()).select_from(ApiKeyRow)) or 0

    def accepts(self, key: str) -> bool:
        """Tell whether *key* is one of them; only hashes are ever compared."""
        return self._session.get(ApiKeyRow, _digest(key)) is not None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
