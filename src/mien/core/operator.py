"""The people who work with mien: operators, their passwords and their sessions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NewType, Protocol

from mien.core.caller import Role
from mien.errors import InvalidRequestError

OperatorName = NewType("OperatorName", str)
"""An operator's name in lower case; `parse_operator_name` is the way to make one."""

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._@+-]{0,62}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who works with mien. disabled_at: since when they may not, None while they may."""

    name: OperatorName
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None

    @property
    def actor(self) -> str:
        """Their name in the audit log."""
        return actor_of(self.name)

    @property
    def is_enabled(self) -> bool:
        """Whether they may sign in."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class StoredPassword:
    """An operator and the hash of their password, in its PHC string form."""

    operator: Operator
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What is kept of a refresh token, which itself only its holder has.

    digest: see `digest_of`. family: shared by all tokens that follow from one password.
    expires_at: the same for the whole family. used_at: None while the token is good for one more
    use.
    """

    digest: str
    family: str
    operator: OperatorName
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class Passwords(Protocol):
    """Hashes passwords and says which are good enough; see `mien.access.passwords`."""

    def require_strong(self, password: str, name: str) -> None:
        """Raise InvalidRequestError for a password that somebody of a name should not choose."""
        ...

    def hash(self, password: str) -> str:
        """Return a salted hash of a password."""
        ...

    def verify(self, password: str, stored: str | None) -> bool:
        """Tell whether a password is the one; None, for nobody's, takes as long and is no."""
        ...

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether a hash was made with other parameters than those of today."""
        ...


class OperatorRepository(Protocol):
    """Operators and the hashes of their passwords."""

    def add(self, operator: Operator, password_hash: str) -> bool:
        """Store a new operator; tell whether the name was free."""
        ...

    def find(self, name: OperatorName) -> StoredPassword | None:
        """Return an operator, None for none of that name."""
        ...

    def confirm(self, known: StoredPassword, password_hash: str) -> bool:
        """Lock an operator who is enabled and whose password is still the known one.

        The hash is replaced by *password_hash*, which may be the same one. Until the transaction
        ends nobody else changes the operator. False when somebody did since they were read.
        """
        ...

    def set_password(self, name: OperatorName, password_hash: str) -> None:
        """Replace a password's hash."""
        ...

    def set_role(self, name: OperatorName, role: Role) -> None:
        """Change a role."""
        ...

    def set_disabled(self, name: OperatorName, at: datetime | None) -> None:
        """Disable an operator from *at* on, or enable them again with None."""
        ...

    def list(self) -> Sequence[Operator]:
        """Return all operators by name."""
        ...


class RefreshTokenRepository(Protocol):
    """Refresh tokens, by their hashes."""

    def add(self, token: RefreshToken) -> None:
        """Store a new token."""
        ...

    def take(self, digest: str, at: datetime) -> RefreshToken | None:
        """Use a token that is unused and not expired; of several who try, one succeeds."""
        ...

    def find(self, digest: str) -> RefreshToken | None:
        """Return a token, used and expired ones included."""
        ...

    def end_family(self, family: str) -> None:
        """Forget every token of a family, those being issued at this moment included."""
        ...

    def end_all(self, operator: OperatorName) -> None:
        """Forget every token of an operator, those being issued at this moment included."""
        ...

    def forget(self, *, expired_before: datetime) -> int:
        """Forget tokens that are of no use any more; return how many."""
        ...


def parse_operator_name(text: str) -> OperatorName:
    """Read a name, 1 to 64 letters, digits and . _ @ + -; raise InvalidRequestError."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise InvalidRequestError(
            "an operator's name has 1 to 64 of the letters a to z, digits and . _ @ + - and "
            "begins and ends with a letter or a digit"
        )
    return OperatorName(name)


def actor_of(name: OperatorName) -> str:
    """Return what the audit log calls an operator; also the identity that failures lock."""
    return f"operator:{name}"


def digest_of(token: str) -> str:
    """Return what is stored of a token with 256 random bits: there is no dictionary to try."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
