"""Signed statements: access tokens for operators, and assertions that a face was verified.

Both are JWTs signed with Ed25519 (RFC 8037). Their `typ` keeps them apart (RFC 8725, 3.11), so
that neither is ever taken for the other, whoever the audience is.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from mien.core.caller import Caller, Role
from mien.core.liveness import LivenessPolicy
from mien.core.operator import Operator, actor_of, parse_operator_name
from mien.core.ports import Clock
from mien.core.scoring import FalseMatchRate
from mien.core.signing import PublicKey, SigningKey
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError, UnauthorizedError

ACCESS_TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 the media type of RFC 9068
ASSERTION_TYPE: Final = "face-assertion+jwt"

MIN_NONCE_LENGTH: Final = 8
MAX_NONCE_LENGTH: Final = 128

_ALGORITHM: Final = "EdDSA"
_ACCESS_LIFETIME: Final = timedelta(minutes=10)
_ASSERTION_LIFETIME: Final = timedelta(minutes=5)
_CLIENT: Final = "mien"
"""RFC 9068 wants a client named; operators have only mien's own."""

_ACCESS_CLAIMS: Final = ("iss", "aud", "sub", "iat", "exp", "jti", "client_id", "role", "scope")
_LEEWAY: Final = timedelta(seconds=10)
_MAX_TOKEN_LENGTH: Final = 4096
_ID_BYTES: Final = 16

_Claims = dict[str, object]


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
class _Issuer:
    """Signs tokens of one kind, in the name of one server."""

    keys: KeyRing
    name: str
    clock: Clock
    kind: str
    lifetime: timedelta
    random_bytes: Callable[[int], bytes] = secrets.token_bytes

    def issue(self, claims: _Claims, now: datetime) -> IssuedToken:
        """Sign claims, and with them by whom, from when, until when, and a name of their own."""
        key = self.keys.current()
        text = jwt.encode(
            {
                **claims,
                "iss": self.name,
                "iat": _seconds(now),
                "exp": _seconds(now + self.lifetime),
                "jti": self.random_bytes(_ID_BYTES).hex(),
            },
            Ed25519PrivateKey.from_private_bytes(key.private),
            algorithm=_ALGORITHM,
            headers={"typ": self.kind, "kid": key.kid},
        )
        return IssuedToken(text, self.lifetime)


@final
class AccessTokens:
    """Issues and checks operators' access tokens (RFC 9068): short, because nothing revokes one.

    Issuer and audience are the same: mien issues them to itself.
    """

    def __init__(self, keys: KeyRing, issuer: str, clock: Clock) -> None:
        """Take the keys and the server's own URL; nothing is signed yet."""
        self._issuer: Final = _Issuer(keys, issuer, clock, ACCESS_TOKEN_TYPE, _ACCESS_LIFETIME)

    def issue(self, operator: Operator) -> IssuedToken:
        """Sign a token for an operator who has just shown who they are."""
        claims: _Claims = {
            "aud": self._issuer.name,
            "sub": operator.name,
            "client_id": _CLIENT,
            "role": operator.role.value,
            "scope": " ".join(sorted(operator.role.scopes)),
        }
        return self._issuer.issue(claims, self._issuer.clock())

    def verify(self, token: str) -> Caller:
        """Return whose token this is; raise UnauthorizedError, without saying to whom why.

        The scopes are the role's of today, whatever they were when the token was issued.
        """
        now = self._issuer.clock()
        # 1. - 4. A token of this kind, with a signature of ours.
        claims = _read(token, ACCESS_TOKEN_TYPE, trusted(self._issuer.keys, now))
        # 5. Every claim is there, issued by mien for mien.
        if any(claims.get(name) is None for name in _ACCESS_CLAIMS):
            raise _refusal()
        if claims["iss"] != self._issuer.name or claims["aud"] != self._issuer.name:
            raise _refusal()
        # 6. In its time.
        _require_time(claims, _seconds(now))
        # 7. Somebody we understand.
        try:
            name = parse_operator_name(str(claims["sub"]))
            role = Role(str(claims["role"]))
        except (InvalidRequestError, ValueError) as error:
            raise _refusal() from error
        return Caller(actor_of(name), role.scopes)


@final
class Assertions:
    """Issues statements, for a relying application, that a subject's face was verified.

    The application checks one with the keys of `jwks`; `examples/relying_application.py` shows
    how.
    """

    def __init__(self, keys: KeyRing, issuer: str, clock: Clock) -> None:
        """Take the keys and the server's own URL; nothing is signed yet."""
        self._issuer: Final = _Issuer(keys, issuer, clock, ASSERTION_TYPE, _ASSERTION_LIFETIME)

    def issue(
        self,
        subject_id: SubjectId,
        audience: str,
        *,
        target_fmr: FalseMatchRate,
        liveness: LivenessPolicy,
        nonce: str | None = None,
        verified_at: datetime | None = None,
    ) -> IssuedToken:
        """Sign that a subject's face was verified, now or at *verified_at*.

        audience: the relying application. target_fmr: the false match rate that was tolerated;
        an application with more at stake may want it lower. liveness: what had to be shown besides
        the face; it may want more of that too. nonce: the application's own, which ties the
        assertion to one of its sessions; raises InvalidRequestError for a bad one.
        """
        require_nonce(nonce)
        now = self._issuer.clock()
        claims: _Claims = {
            "aud": audience,
            "sub": subject_id,
            "auth_time": _seconds(verified_at or now),
            "amr": ["face"],  # RFC 8176
            "target_fmr": target_fmr,
            "liveness": liveness.value,
        }
        if nonce is not None:
            claims["nonce"] = nonce
        return self._issuer.issue(claims, now)


def require_nonce(nonce: str | None) -> None:
    """Raise InvalidRequestError unless a nonce is one that may be sent; None is."""
    if nonce is None:
        return
    fits = MIN_NONCE_LENGTH <= len(nonce) <= MAX_NONCE_LENGTH
    if not fits or not nonce.isascii() or not nonce.isprintable():
        raise InvalidRequestError(
            f"a nonce has {MIN_NONCE_LENGTH} to {MAX_NONCE_LENGTH} printable ASCII characters"
        )


def trusted(keys: KeyRing, now: datetime) -> list[PublicKey]:
    """Return the keys that others check with: the one that signs, and those just retired."""
    return [key for key in keys.public_keys() if key.is_trusted(now)]


def jwks(public_keys: Sequence[PublicKey]) -> dict[str, list[dict[str, str]]]:
    """Return the keys as a JWK set (RFC 7517), for /.well-known/jwks.json."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "use": "sig",
                "alg": _ALGORITHM,
                "kid": key.kid,
                "x": base64.urlsafe_b64encode(key.public).decode().rstrip("="),
            }
            for key in public_keys
        ]
    }


def _read(token: str, kind: str, keys: Sequence[PublicKey]) -> _Claims:
    """Return what a token of this kind claims; raise UnauthorizedError.

    Times and names are the caller's to check: PyJWT would ask the machine's clock, not ours.
    """
    # 1. Small and plain, before anything is decoded.
    if len(token) > _MAX_TOKEN_LENGTH or not token.isascii():
        raise _refusal()
    try:
        header = jwt.get_unverified_header(token)
        # 2. Of the kind that is asked for.
        if header.get("typ") != kind or header.get("alg") != _ALGORITHM:
            raise _refusal()
        # 3. By a key of ours; which algorithm goes with it is not the token's to say.
        public = {key.kid: key.public for key in keys}.get(header.get("kid", ""))
        if public is None:
            raise _refusal()
        # 4. Signed with it.
        claims: _Claims = jwt.decode(
            token,
            Ed25519PublicKey.from_public_bytes(public),
            algorithms=[_ALGORITHM],
            options={
                "verify_aud": False,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError as error:
        raise _refusal() from error
    return claims


def _require_time(claims: _Claims, now_s: int) -> None:
    issued, expires, leeway = claims["iat"], claims["exp"], round(_LEEWAY.total_seconds())
    # Not isinstance: True is an int too.
    if type(issued) is not int or type(expires) is not int:
        raise _refusal()
    if issued > now_s + leeway or expires <= now_s - leeway:
        raise _refusal()


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _refusal() -> UnauthorizedError:
    return UnauthorizedError("the access token is not valid any more, or never was: sign in again")
