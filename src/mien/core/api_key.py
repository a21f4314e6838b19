"""What is known of a calling program's key; the key itself is known to its holder alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mien.core.caller import Caller, Scope
from mien.core.liveness import LivenessPolicy


@dataclass(frozen=True, slots=True)
class ApiKey:
    """key_id: its public name. audience: the relying application it belongs to.

    liveness: what its authentications have to show besides the face.
    """

    key_id: str
    label: str
    scopes: frozenset[Scope]
    audience: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    liveness: LivenessPolicy = LivenessPolicy.NONE

    def is_valid(self, now: datetime) -> bool:
        """Tell whether the key is still accepted."""
        return self.expires_at is None or now < self.expires_at

    def caller(self) -> Caller:
        """Return who holds it."""
        return Caller(f"key:{self.key_id}", self.scopes, self.audience, self.liveness)


class ApiKeyRepository(Protocol):
    """The keys that are, and were, accepted."""

    def add(self, key: str, about: ApiKey) -> None:
        """Accept *key* from now on; adding one again changes nothing."""
        ...

    def get(self, key_id: str) -> ApiKey:
        """Return a key by its public name; raise UnknownKeyError."""
        ...

    def page(self) -> Sequence[ApiKey]:
        """Return all keys, the newest first."""
        ...

    def expire(self, key_id: str, at: datetime) -> None:
        """Accept a key until *at* and no longer; raise UnknownKeyError."""
        ...
