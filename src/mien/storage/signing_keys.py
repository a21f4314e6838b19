"""The keys that mien signs with, sealed in the database; several during a rollover."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, insert, select, update

from mien.core.signing import PublicKey, SigningKey
from mien.errors import KeyMissingError
from mien.storage.envelope import context
from mien.storage.master_keys import MasterKeys, Sealed
from mien.storage.tables import SigningKeyRow

_FRESH_S: Final = 10.0
"""For so long a server may not know of a rollover that another process made."""


@dataclass(frozen=True, slots=True)
class _Ring:
    signing: SigningKey
    public: tuple[PublicKey, ...]


@final
class SigningKeys:
    """The newest key signs; what those before it signed is still checked with them."""

    def __init__(
        self,
        engine: Engine,
        master_keys: MasterKeys,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the database; nothing is read yet."""
        self._engine: Final = engine
        self._master_keys: Final = master_keys
        self._monotonic_s: Final = monotonic_s
        self._lock: Final = threading.Lock()
        self._ring: _Ring | None = None
        self._read_at_s = 0.0

    def current(self) -> SigningKey:
        """Return the key that signs."""
        return self._current_ring().signing

    def public_keys(self) -> Sequence[PublicKey]:
        """Return the public halves of all keys there ever were, the newest first."""
        return self._current_ring().public

    def find(self, kid: str) -> PublicKey | None:
        """Return a public half by its name, also of a key that another process has just made."""
        found = _named(self.public_keys(), kid)
        if found is None:
            with self._lock:
                self._ring = None
            found = _named(self.public_keys(), kid)
        return found

    def roll_over(self, connection: Connection, now: datetime) -> str:
        """Make a key that signs from now on, retire the one before; return the new one's name."""
        connection.execute(
            update(SigningKeyRow).where(SigningKeyRow.retired_at.is_(None)).values(retired_at=now)
        )
        key = new_signing_key()
        sealed = self._master_keys.seal(key.private, about_signing_key(key.kid))
        connection.execute(
            insert(SigningKeyRow).values(
                kid=key.kid,
                sealed=sealed.data,
                master_key_id=sealed.master_key_id,
                created_at=now,
            )
        )
        return key.kid

    def _current_ring(self) -> _Ring:
        with self._lock:
            now_s = self._monotonic_s()
            if self._ring is None or now_s - self._read_at_s >= _FRESH_S:
                with self._engine.connect() as connection:
                    self._ring = _read(connection, self._master_keys)
                self._read_at_s = now_s
            return self._ring


def _named(keys: Sequence[PublicKey], kid: str) -> PublicKey | None:
    return next((key for key in keys if key.kid == kid), None)


def new_signing_key() -> SigningKey:
    """Make a key pair, named by a hash of its public half."""
    pair = Ed25519PrivateKey.generate()
    kid = hashlib.sha256(pair.public_key().public_bytes_raw()).hexdigest()[:16]
    return SigningKey(kid, pair.private_bytes_raw())


def about_signing_key(kid: str) -> bytes:
    """Return the context of a sealed private key."""
    return context("signing key", kid)


def _read(connection: Connection, master_keys: MasterKeys) -> _Ring:
    """Open every key; a public half is made from the sealed one, so nobody can slip one in."""
    rows = connection.execute(select(SigningKeyRow).order_by(SigningKeyRow.created_at.desc()))
    signing: SigningKey | None = None
    public = []
    for row in rows:
        sealed = Sealed(row.sealed, row.master_key_id)
        private = master_keys.unseal(sealed, about_signing_key(row.kid))
        pair = Ed25519PrivateKey.from_private_bytes(private)
        public.append(PublicKey(row.kid, pair.public_key().public_bytes_raw(), row.retired_at))
        if signing is None and row.retired_at is None:
            signing = SigningKey(row.kid, private)
    if signing is None:
        raise KeyMissingError("the database has no signing key: restore it from its backup")
    return _Ring(signing, tuple(public))
