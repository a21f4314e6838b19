"""The keys that mien signs with, as plain bytes; who signs makes an Ed25519 key of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

TRUSTED_AFTER_RETIREMENT: Final = timedelta(hours=1)
"""Longer than anything lives that is signed for others to trust; then a lost key is worthless."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key (RFC 8032), 32 bytes, and its name. retired_at: it signs no more."""

    kid: str
    public: bytes
    retired_at: datetime | None = None

    def is_trusted(self, now: datetime) -> bool:
        """Tell whether tokens and assertions of this key may still be about."""
        return self.retired_at is None or now < self.retired_at + TRUSTED_AFTER_RETIREMENT


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 private key, 32 bytes, never printed, and the name of its public one."""

    kid: str
    private: bytes = field(repr=False)
