"""Tokens of people who signed in for themselves: to look after what is kept of them, only.

They have a `typ` of their own, so that none is ever taken for an operator's token, nor one of
those for this; and they name no person, only the pseudonym that an erasure takes away.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, final

from mien.access.jwts import IssuedToken, Issuer, KeyRing, refusal
from mien.core.audit import Pseudonym
from mien.core.ports import Clock
from mien.core.self_service import SelfClaims, SignInWay

SUBJECT_TOKEN_TYPE: Final = "subject+jwt"  # noqa: S105 a media type

_LIFETIME: Final = timedelta(minutes=15)


@final
class SubjectTokens:
    """Issues and checks them; short, because nothing but an erasure revokes one."""

    def __init__(self, keys: KeyRing, issuer: str, clock: Clock) -> None:
        """Take the keys and the server's own URL; nothing is signed yet."""
        self._issuer: Final = Issuer(keys, issuer, clock, SUBJECT_TOKEN_TYPE, _LIFETIME)

    def issue(self, claims: SelfClaims) -> IssuedToken:
        """Sign a token for a subject who has just shown who they are."""
        return self._issuer.issue(
            {"aud": self._issuer.name, "sub": claims.pseudonym, "way": claims.way.value},
            self._issuer.clock(),
        )

    def verify(self, token: str) -> SelfClaims:
        """Return whose token this is; raise UnauthorizedError, without saying why.

        Whether anybody is enrolled under the pseudonym still is the caller's to ask.
        """
        # 1. - 6. Of this kind, signed, complete, ours and in its time.
        claims = self._issuer.verify(token, ["way"])
        # 7. A way that we know.
        try:
            return SelfClaims(Pseudonym(str(claims["sub"])), SignInWay(str(claims["way"])))
        except ValueError as error:
            raise refusal() from error
