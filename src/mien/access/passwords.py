"""Passwords: Argon2id (RFC 9106) and the rules of NIST SP 800-63B-4, 3.1.1.2.

A single factor has at least 15 characters, of any kind and in any mixture; the commonest
passwords and the operator's own name are refused; nobody has to change theirs without a reason.
"""

from __future__ import annotations

import base64
import secrets
import unicodedata
from typing import Final, final

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from mien.errors import InvalidRequestError

MIN_CHARACTERS: Final = 15
MAX_BYTES: Final = 1024

_MIN_DIFFERENT_CHARACTERS: Final = 5

_COMMONEST: Final = """
    0123456789 1234567890 123456789 12345678 1234567 123456 12345 1234 123
    0987654321 987654321 654321 54321 321
    qwertyuiop qwertyui qwerty qwertz azerty asdfghjkl asdfgh asdf zxcvbnm zxcvbn
    1q2w3e4r5t 1q2w3e4r 1qaz2wsx 1qaz 2wsx qazwsx abcdefghijklmnopqrstuvwxyz abcdefgh abc
    password passw0rd p@ssw0rd p@ssword passwort pass word changeme change me letmein welcome
    iloveyou administrator admin root user test login default secret master guest
    correct horse battery staple operator mien face authentication recognition server ! . - _
"""
"""What the commonest passwords are made of, alone, repeated and one after another."""


@final
class Argon2Passwords:
    """Hashes with Argon2id, 64 MiB and 3 passes: the second recommendation of RFC 9106, 4.

    Its 4 lanes stay 4 on a machine with 2 cores: there a hash takes 0.17 s, and with one lane
    0.24 s. What defends is the memory; each hash that is made at a time needs its 64 MiB, so
    whoever calls bounds how many those are.
    """

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        """Take the cost; nothing is hashed yet."""
        self._hasher: Final = PasswordHasher.from_parameters(parameters)
        self._nobodys: Final = _hash_of_nothing(parameters)

    def require_strong(self, password: str, name: str) -> None:
        """Raise InvalidRequestError for a password that somebody of a name should not choose."""
        normal = _normalize(password)
        if len(normal) < MIN_CHARACTERS:
            raise InvalidRequestError(
                f"a password has at least {MIN_CHARACTERS} characters: take a few random words"
            )
        if len(normal.encode()) > MAX_BYTES:
            raise InvalidRequestError(f"a password has at most {MAX_BYTES} bytes")
        folded = normal.casefold()
        if len(set(folded)) < _MIN_DIFFERENT_CHARACTERS or _is_made_of(
            folded, (*_COMMONEST.split(), name.casefold())
        ):
            raise InvalidRequestError(
                "this password is among the first to be guessed: it is made only of common "
                "passwords, sequences or the name that goes with it"
            )

    def hash(self, password: str) -> str:
        """Return a salted hash, as a PHC string."""
        return self._hasher.hash(_normalize(password))

    def verify(self, password: str, stored: str | None) -> bool:
        """Tell whether a password is the one that was stored.

        None, for nobody's, is never right and takes as long, so that time does not tell whether
        there is such an operator. A damaged hash fits no password.
        """
        normal = _normalize(password)
        if len(normal.encode()) > MAX_BYTES:
            return False  # at once, whoever is asked about
        try:
            self._hasher.verify(self._nobodys if stored is None else stored, normal)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether a hash was made at another cost."""
        return self._hasher.check_needs_rehash(stored)


def _normalize(password: str) -> str:
    """Return the NFC form, so that a password fits on every keyboard (RFC 8265, OpaqueString)."""
    # A lone surrogate, which JSON can carry, has no UTF-8 form.
    whole = password.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", whole)


def _hash_of_nothing(parameters: Parameters) -> str:
    """Return a hash that no password is known to have; comparing with it costs as with any."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (parameters.salt_len, parameters.hash_len)
    )
    cost = f"m={parameters.memory_cost},t={parameters.time_cost},p={parameters.parallelism}"
    return f"$argon2id$v={parameters.version}${cost}${salt}${digest}"


def _is_made_of(text: str, words: tuple[str, ...]) -> bool:
    """Tell whether a text is nothing but words, one after another, spaces aside."""
    rest = "".join(text.split())
    reached = {0}
    for start in range(len(rest)):
        if start in reached:
            reached.update(start + len(w) for w in words if rest.startswith(w, start))
    return len(rest) in reached
