"""Sealing: AES-256-GCM with a context that has to be the same when the seal is opened.

The context says whose the secret is and what for, so that a sealed value that is copied to
another row does not open there (associated data, NIST SP 800-38D).
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mien.errors import TamperedError

KEY_BYTES: Final = 32

_FORMAT: Final = b"\x01"
_NONCE_BYTES: Final = 12
"""Random: of 2^32 seals with one key, the chance that two share a nonce is 2^-32."""


def new_key() -> bytes:
    """Return 256 random bits."""
    return os.urandom(KEY_BYTES)


def context(purpose: str, *names: str) -> bytes:
    """Return a context; names are mien's own words and digits, which hold no zero."""
    return "\0".join(("mien", purpose, *names)).encode()


def seal(key: bytes, secret: bytes, about: bytes) -> bytes:
    """Return *secret* encrypted and authenticated: a format byte, a nonce, then the rest."""
    nonce = os.urandom(_NONCE_BYTES)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, secret, about)


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """Return what was sealed; raise TamperedError when key, context or a single bit differs."""
    if sealed[:1] != _FORMAT:
        raise TamperedError("a sealed value has a form that this version of mien does not know")
    nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, rest, about)
    except (InvalidTag, ValueError) as error:
        raise TamperedError(
            "a sealed value does not open: it was changed, or moved from another row"
        ) from error
