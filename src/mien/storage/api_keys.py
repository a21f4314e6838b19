"""API keys of calling programs, stored as hashes.

A key carries 256 random bits, so a plain SHA-256 is enough: there is no dictionary to try.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final, final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mien.core.api_key import ApiKey
from mien.core.caller import Scope
from mien.core.liveness import LivenessPolicy
from mien.errors import UnknownKeyError
from mien.storage.dialects import affected, upsert
from mien.storage.tables import ApiKeyRow

_PREFIX: Final = "mien"


def generate_api_key() -> str:
    """Return a new key, `mien_<8 hex digits that name it>_<256 random bits>`."""
    return f"{_PREFIX}_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"


def key_id_of(key: str) -> str:
    """Return the public name of a key: its own, or for one made elsewhere a hash's beginning."""
    match key.split("_", 2):
        case [prefix, name, _] if prefix == _PREFIX and len(name) == 8:
            return name
    return _digest(key)[:8]


@final
class SqlApiKeyRepository:
    """The keys that are, and were, accepted."""

    def __init__(self, session: Session) -> None:
        """Take the transaction's session."""
        self._session = session

    def add(self, key: str, about: ApiKey) -> None:
        """Accept *key* from now on; adding one again changes nothing."""
        row = {
            "digest": _digest(key),
            "key_id": about.key_id,
            "label": about.label,
            "scopes": " ".join(sorted(about.scopes)),
            "audience": about.audience,
            "created_at": about.created_at,
            "expires_at": about.expires_at,
            "liveness": about.liveness,
        }
        self._session.execute(upsert(self._session, ApiKeyRow).values(row).on_conflict_do_nothing())

    def find(self, key: str) -> ApiKey | None:
        """Return what is known of a key, expired ones included; only hashes are compared."""
        row = self._session.scalar(select(ApiKeyRow).where(ApiKeyRow.digest == _digest(key)))
        return None if row is None else _api_key(row)

    def page(self) -> Sequence[ApiKey]:
        """Return all keys, the newest first."""
        newest = select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.key_id)
        return [_api_key(row) for row in self._session.scalars(newest)]

    def get(self, key_id: str) -> ApiKey:
        """Return a key by its public name; raise UnknownKeyError."""
        row = self._session.scalar(select(ApiKeyRow).where(ApiKeyRow.key_id == key_id))
        if row is None:
            raise UnknownKeyError(f"there is no API key {key_id}")
        return _api_key(row)

    def expire(self, key_id: str, at: datetime) -> None:
        """Accept a key until *at* and no longer; raise UnknownKeyError."""
        change = update(ApiKeyRow).where(ApiKeyRow.key_id == key_id).values(expires_at=at)
        if not affected(self._session, change):
            raise UnknownKeyError(f"there is no API key {key_id}")

    def note_use(self, key_id: str, at: datetime) -> None:
        """Remember when a key was last used."""
        self._session.execute(
            update(ApiKeyRow).where(ApiKeyRow.key_id == key_id).values(last_used_at=at)
        )

    def count(self) -> int:
        """Return how many keys there are, expired ones included."""
        return self._session.scalar(select(func.count()).select_from(ApiKeyRow)) or 0


def _api_key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        key_id=row.key_id,
        label=row.label,
        scopes=frozenset(Scope(word) for word in row.scopes.split()),
        audience=row.audience,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        liveness=LivenessPolicy(row.liveness),
    )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
