"""Signed statements: access tokens for operators, and assertions that a face was verified.

Both are JWTs signed with Ed25519 (RFC 8037). Their `typ` keeps them apart (RFC 8725, 3.11), so
that neither is ever taken for the other, whoever the audience is.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, final

from mien.access.jwts import ALGORITHM, Claims, IssuedToken, Issuer, KeyRing, refusal, seconds
from mien.core.caller import Caller, Role
from mien.core.liveness import LivenessPolicy
from mien.core.operator import Operator, actor_of, parse_operator_name
from mien.core.ports import Clock
from mien.core.scoring import FalseMatchRate
from mien.core.signing import PublicKey
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError

ACCESS_TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 the media type of RFC 9068
ASSERTION_TYPE: Final = "face-assertion+jwt"

MIN_NONCE_LENGTH: Final = 8
MAX_NONCE_LENGTH: Final = 128

_ACCESS_LIFETIME: Final = timedelta(minutes=10)
_ASSERTION_LIFETIME: Final = timedelta(minutes=5)
_CLIENT: Final = "mien"
"""RFC 9068 wants a client named; operators have only mien's own."""

_ACCESS_CLAIMS: Final = ("client_id", "role", "scope")


@final
class AccessTokens:
    """Issues and checks operators' access tokens (RFC 9068): short, because nothing revokes one.

    Issuer and audience are the same: mien issues them to itself.
    """

    def __init__(self, keys: KeyRing, issuer: str, clock: Clock) -> None:
        """Take the keys and the server's own URL; nothing is signed yet."""
        self._issuer: Final = Issuer(keys, issuer, clock, ACCESS_TOKEN_TYPE, _ACCESS_LIFETIME)

    def issue(self, operator: Operator) -> IssuedToken:
        """Sign a token for an operator who has just shown who they are."""
        claims: Claims = {
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
        # 1. - 6. Of this kind, signed, complete, ours and in its time.
        claims = self._issuer.verify(token, _ACCESS_CLAIMS)
        # 7. Somebody we understand.
        try:
            name = parse_operator_name(str(claims["sub"]))
            role = Role(str(claims["role"]))
        except (InvalidRequestError, ValueError) as error:
            raise refusal() from error
        return Caller(actor_of(name), role.scopes)


@final
class Assertions:
    """Issues statements, for a relying application, that a subject's face was verified.

    The application checks one with the keys of `jwks`; `examples/relying_application.py` shows
    how.
    """

    def __init__(self, keys: KeyRing, issuer: str, clock: Clock) -> None:
        """Take the keys and the server's own URL; nothing is signed yet."""
        self._issuer: Final = Issuer(keys, issuer, clock, ASSERTION_TYPE, _ASSERTION_LIFETIME)

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
        claims: Claims = {
            "aud": audience,
            "sub": subject_id,
            "auth_time": seconds(verified_at or now),
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


def jwks(public_keys: Sequence[PublicKey]) -> dict[str, list[dict[str, str]]]:
    """Return the keys as a JWK set (RFC 7517), for /.well-known/jwks.json."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "use": "sig",
                "alg": ALGORITHM,
                "kid": key.kid,
                "x": base64.urlsafe_b64encode(key.public).decode().rstrip("="),
            }
            for key in public_keys
        ]
    }
