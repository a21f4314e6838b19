"""JWTs signed with Ed25519 (RFC 8037): how each kind is signed and checked.

Their `typ` keeps the kinds apart (RFC 8725, 3.11), so that none is ever taken for another.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from mien.core.ports import Clock
from mien.core.signing import PublicKey, SigningKey
from mien.errors import UnauthorizedError

ALGORITHM: Final = "EdDSA"

_ALWAYS: Final = ("iss", "aud", "sub", "iat", "exp", "jti")
_LEEWAY: Final = timedelta(seconds=10)
_MAX_TOKEN_LENGTH: Final = 4096
_ID_BYTES: Final = 16

Claims = dict[str, object]


class KeyRing(Protocol):
    """The keys that are signed and checked with; several during a rollover."""

    def current(self) -> SigningKey:
        """Return the key that signs."""
        ...

    def public_keys(self) -> Sequence[PublicKey]:
        """Return the public halves of all keys there ever were; see `trusted`."""
        ...


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A signed token and how long it is good for."""

    text: str = field(repr=False)
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Issuer:
    """Signs tokens of one kind, in the name of one server."""

    keys: KeyRing
    name: str
    clock: Clock
    kind: str
    lifetime: timedelta
    random_bytes: Callable[[int], bytes] = secrets.token_bytes

    def issue(self, claims: Claims, now: datetime) -> IssuedToken:
        """Sign claims, and with them by whom, from when, until when, and a name of their own."""
        key = self.keys.current()
        text = jwt.encode(
            {
                **claims,
                "iss": self.name,
                "iat": seconds(now),
                "exp": seconds(now + self.lifetime),
                "jti": self.random_bytes(_ID_BYTES).hex(),
            },
            Ed25519PrivateKey.from_private_bytes(key.private),
            algorithm=ALGORITHM,
            headers={"typ": self.kind, "kid": key.kid},
        )
        return IssuedToken(text, self.lifetime)

    def verify(self, token: str, required: Sequence[str]) -> Claims:
        """Return the claims of a token that was issued here, for here, and is in its time.

        required: claims that have to be there. Raises UnauthorizedError, without saying why.
        """
        now = self.clock()
        # 1. - 4. A token of this kind, with a signature of ours.
        claims = _read(token, self.kind, trusted(self.keys, now))
        # 5. Every claim is there, issued by mien for mien.
        if any(claims.get(name) is None for name in (*_ALWAYS, *required)):
            raise refusal()
        if claims["iss"] != self.name or claims["aud"] != self.name:
            raise refusal()
        # 6. In its time.
        _require_time(claims, seconds(now))
        return claims


def trusted(keys: KeyRing, now: datetime) -> list[PublicKey]:
    """Return the keys that others check with: the one that signs, and those just retired."""
    return [key for key in keys.public_keys() if key.is_trusted(now)]


def _read(token: str, kind: str, keys: Sequence[PublicKey]) -> Claims:
    """Return what a token of this kind claims; raise UnauthorizedError.

    Times and names are the caller's to check: PyJWT would ask the machine's clock, not ours.
    """
    # 1. Small and plain, before anything is decoded.
    if len(token) > _MAX_TOKEN_LENGTH or not token.isascii():
        raise refusal()
    try:
        header = jwt.get_unverified_header(token)
        # 2. Of the kind that is asked for.
        if header.get("typ") != kind or header.get("alg") != ALGORITHM:
            raise refusal()
        # 3. By a key of ours; which algorithm goes with it is not the token's to say.
        public = {key.kid: key.public for key in keys}.get(header.get("kid", ""))
        if public is None:
            raise refusal()
        # 4. Signed with it.
        claims: Claims = jwt.decode(
            token,
            Ed25519PublicKey.from_public_bytes(public),
            algorithms=[ALGORITHM],
            options={
                "verify_aud": False,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError as error:
        raise refusal() from error
    return claims


def _require_time(claims: Claims, now_s: int) -> None:
    issued, expires, leeway = claims["iat"], claims["exp"], round(_LEEWAY.total_seconds())
    # Not isinstance: True is an int too.
    if type(issued) is not int or type(expires) is not int:
        raise refusal()
    if issued > now_s + leeway or expires <= now_s - leeway:
        raise refusal()


def seconds(at: datetime) -> int:
    """Return a time as JWTs write it."""
    return int(at.timestamp())


def refusal() -> UnauthorizedError:
    """Return the one answer to whatever is wrong with a token."""
    return UnauthorizedError("the access token is not valid any more, or never was: sign in again")
