"""What a database's secrets are sealed with, and for what each of them is."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, final

from sqlalchemy import Connection, select

from mien.core.audit import Pseudonym
from mien.core.template import Origin
from mien.errors import KeyMissingError
from mien.storage.dialects import upsert
from mien.storage.envelope import context, new_key, seal, unseal
from mien.storage.master_keys import MasterKeys, Sealed
from mien.storage.tables import SecretRow

TAG_KEY: Final = "tags"
"""The secret that photos and claimed identities are hashed with."""

TRANSFORM: Final = "gallery transform"
"""The secret of the rotation that the templates are stored in, if they are."""


@final
@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """The key of one subject's templates and records, open."""

    pseudonym: Pseudonym
    secret: bytes

    def seal(
        self, embedding: bytes, *, contract: str, template_id: str, origin: str = Origin.ENROLLED
    ) -> bytes:
        """Seal a template, bound to subject, contract, row and origin."""
        return seal(self.secret, embedding, self._about(contract, template_id, origin))

    def unseal(
        self, sealed: bytes, *, contract: str, template_id: str, origin: str = Origin.ENROLLED
    ) -> bytes:
        """Open a template; raise TamperedError when it is not this subject's, or not this row's."""
        return unseal(self.secret, sealed, self._about(contract, template_id, origin))

    def seal_expression(self, shares: bytes, *, attempt_id: str, at: datetime) -> bytes:
        """Seal what a face expressed, bound to subject, row and time."""
        return seal(self.secret, shares, self._about_expression(attempt_id, at))

    def unseal_expression(self, sealed: bytes, *, attempt_id: str, at: datetime) -> bytes:
        """Open it; raise TamperedError when it is not this subject's, row's or time's."""
        return unseal(self.secret, sealed, self._about_expression(attempt_id, at))

    def seal_words(self, words: str, *place: str) -> bytes:
        """Seal a text, bound to subject and place: what it is, and of which row."""
        return seal(self.secret, words.encode(), context("words", self.pseudonym, *place))

    def unseal_words(self, sealed: bytes, *place: str) -> str:
        """Open it; raise TamperedError when it is not this subject's, or not of this place."""
        return unseal(self.secret, sealed, context("words", self.pseudonym, *place)).decode()

    def _about_expression(self, attempt_id: str, at: datetime) -> bytes:
        moment = at.astimezone(UTC).isoformat(timespec="microseconds")
        return context("expression", self.pseudonym, attempt_id, moment)

    def _about(self, contract: str, template_id: str, origin: str) -> bytes:
        """Name the place of a template; that of an enrolled one is named as it always was."""
        learned = [] if origin == Origin.ENROLLED else [origin]
        return context("template", self.pseudonym, contract, template_id, *learned)


@final
class Vault:
    """Opens what the master keys seal; the secrets that every request needs stay open in it."""

    def __init__(self, master_keys: MasterKeys, tag_key: bytes) -> None:
        """Take the master keys and the open tag key; `unlock` is the usual way."""
        self.master_keys: Final = master_keys
        self._tag_key: Final = tag_key

    @classmethod
    def unlock(cls, connection: Connection, master_keys: MasterKeys, now: datetime) -> Vault:
        """Open the tag key of a database, or make it; raise KeyMissingError or TamperedError."""
        return cls(master_keys, ensure_secret(connection, master_keys, TAG_KEY, now))

    def tag(self, purpose: str, data: bytes) -> bytes:
        """Return a keyed hash, 32 bytes: to recognize *data* again without keeping it."""
        return hmac.digest(self._tag_key, context(purpose, "") + data, hashlib.sha256)

    def new_data_key(self, pseudonym: Pseudonym) -> tuple[DataKey, Sealed]:
        """Make a subject's key; return it open and sealed."""
        key = DataKey(pseudonym, new_key())
        return key, self.master_keys.seal(key.secret, about_data_key(pseudonym))

    def open_data_key(self, pseudonym: Pseudonym, sealed: Sealed) -> DataKey:
        """Open a subject's key; raise KeyMissingError or TamperedError."""
        secret = self.master_keys.unseal(sealed, about_data_key(pseudonym))
        return DataKey(pseudonym, secret)


def read_secret(connection: Connection, master_keys: MasterKeys, name: str) -> bytes | None:
    """Open a secret of the database, None where there is none."""
    row = connection.execute(
        select(SecretRow.sealed, SecretRow.master_key_id).where(SecretRow.name == name)
    ).one_or_none()
    if row is None:
        return None
    return master_keys.unseal(Sealed(row.sealed, row.master_key_id), about_secret(name))


def ensure_secret(
    connection: Connection, master_keys: MasterKeys, name: str, now: datetime
) -> bytes:
    """Open a secret of the database, or make it; two processes at once get the same one."""
    found = read_secret(connection, master_keys, name)
    if found is not None:
        return found
    sealed = master_keys.seal(new_key(), about_secret(name))
    connection.execute(
        upsert(connection, SecretRow)
        .values(name=name, sealed=sealed.data, master_key_id=sealed.master_key_id, created_at=now)
        .on_conflict_do_nothing()
    )
    made = read_secret(connection, master_keys, name)
    if made is None:
        raise KeyMissingError(f"the secret '{name}' could not be stored")
    return made


def put_secret(
    connection: Connection, master_keys: MasterKeys, name: str, secret: bytes, now: datetime
) -> None:
    """Store a secret of the database in the place of the one before."""
    sealed = master_keys.seal(secret, about_secret(name))
    row = {"sealed": sealed.data, "master_key_id": sealed.master_key_id, "created_at": now}
    connection.execute(
        upsert(connection, SecretRow)
        .values(name=name, **row)
        .on_conflict_do_update(index_elements=[SecretRow.name], set_=row)
    )


def about_secret(name: str) -> bytes:
    """Return the context of a secret of the database."""
    return context("secret", name)


def about_data_key(pseudonym: Pseudonym) -> bytes:
    """Return the context of a subject's sealed data key."""
    return context("subject key", pseudonym)
