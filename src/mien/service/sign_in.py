"""Sign an operator in with a password, keep them signed in with refresh tokens, sign them out.

Nothing here raises for a wrong password or token: whoever raises rolls the transaction back, and
a failure has to be counted, a stolen token to end its family. A refusal is an answer instead.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, final

from mien.core.audit import AuditAction, AuditEvent
from mien.core.lockout import WITHOUT_PAD, LockoutPolicy
from mien.core.operator import (
    Operator,
    OperatorName,
    Passwords,
    RefreshToken,
    StoredPassword,
    actor_of,
    digest_of,
    parse_operator_name,
)
from mien.core.policy import Reason
from mien.core.ports import Clock, UnitOfWork
from mien.errors import InvalidRequestError

SESSION_LIFETIME: Final = timedelta(hours=12)
"""From password to password: a working day (NIST SP 800-63B-4, 2.1.3, allows a month)."""

_NOBODY: Final = "operator:?"
"""The actor of a failed sign-in with a name that nobody has: people type passwords there."""

_TOKEN_BYTES: Final = 32
_FAMILY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An operator who has shown who they are. refresh_token: good for one use, until it ends."""

    operator: Operator
    refresh_token: str = field(repr=False)
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """The same whatever was wrong: no such operator, password, token, or a disabled operator.

    locked_until: when the name may be tried again, known or not; datetime.max when only an
    administrator can help, None when it is not locked.
    """

    locked_until: datetime | None = None


@final
class SignIn:
    """Signs operators in and out."""

    def __init__(
        self,
        passwords: Passwords,
        clock: Clock,
        *,
        lockout: LockoutPolicy = WITHOUT_PAD,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """Take the parts."""
        self._passwords: Final = passwords
        self._clock: Final = clock
        self._lockout: Final = lockout
        self._random_bytes: Final = random_bytes

    def with_password(self, work: UnitOfWork, name: str, password: str) -> SignedIn | Refused:
        """Begin a session."""
        # 1. Whom they claim to be; what cannot be a name is nobody's.
        claimed = _parse(name)
        if claimed is None:
            self._passwords.verify(password, None)
            self._note(work, _NOBODY, accepted=False, why="unknown")
            return Refused()
        # 2. Not locked, be there such an operator or not; before the password is looked at.
        known = work.operators.find(claimed)
        if locked := self._refuse_if_locked(work, claimed, known):
            return locked
        # 3. The password, compared with something whoever they are.
        fits = self._passwords.verify(password, known.password_hash if known else None)
        if known is None or not fits or not known.operator.is_enabled:
            return self._fail(work, claimed, known, fits=fits)
        # 4. Still not locked: others may have guessed meanwhile.
        if locked := self._refuse_if_locked(work, claimed, known):
            return locked
        # 5. Still the password, and from here on nobody changes it or the operator.
        if not work.operators.confirm(known, self._rehashed(known, password)):
            self._note(work, known.operator.actor, accepted=False, why="changed")
            return Refused()
        # 6. In.
        work.failures.clear(actor_of(claimed))
        now = self._clock()
        session = self._begin(work, known.operator, now)
        self._note(work, known.operator.actor, accepted=True)
        return session

    def with_refresh_token(self, work: UnitOfWork, token: str) -> SignedIn | Refused:
        """Go on with a session: the token is used up, and another one takes its place."""
        now, digest = self._clock(), digest_of(token)
        # 1. Used by nobody yet; of several who come with it one succeeds.
        taken = work.refresh_tokens.take(digest, now)
        if taken is None:
            self._end_if_reused(work, digest)
            return Refused()
        # 2. Of somebody who may still sign in, in the role they have now.
        known = work.operators.find(taken.operator)
        if known is None or not known.operator.is_enabled:
            work.refresh_tokens.end_family(taken.family)
            return Refused()
        # 3. On.
        return self._issue(work, known.operator, taken.family, now, taken.expires_at)

    def sign_out(self, work: UnitOfWork, token: str) -> None:
        """End the session that a refresh token belongs to; an unknown token is no error."""
        known = work.refresh_tokens.find(digest_of(token))
        if known is not None:
            work.refresh_tokens.end_family(known.family)

    def _refuse_if_locked(
        self, work: UnitOfWork, name: OperatorName, known: StoredPassword | None
    ) -> Refused | None:
        until = self._lockout.locked_until(work.failures.of(actor_of(name)))
        if until is None or until <= self._clock():
            return None
        actor = known.operator.actor if known else _NOBODY
        self._note(work, actor, accepted=False, reason=Reason.LOCKED_OUT)
        return Refused(until)

    def _fail(
        self, work: UnitOfWork, name: OperatorName, known: StoredPassword | None, *, fits: bool
    ) -> Refused:
        failures = work.failures.record(actor_of(name), self._clock())
        if known is None:
            self._note(work, _NOBODY, accepted=False, why="unknown")
        else:
            why = "disabled" if fits else "password"
            self._note(work, known.operator.actor, accepted=False, why=why)
        return Refused(self._lockout.locked_until(failures))

    def _rehashed(self, known: StoredPassword, password: str) -> str:
        """Return the hash to keep: a new one where the old was made at another cost."""
        if self._passwords.needs_rehash(known.password_hash):
            return self._passwords.hash(password)
        return known.password_hash

    def _begin(self, work: UnitOfWork, operator: Operator, now: datetime) -> SignedIn:
        family = self._random_bytes(_FAMILY_BYTES).hex()
        return self._issue(work, operator, family, now, now + SESSION_LIFETIME)

    def _issue(
        self,
        work: UnitOfWork,
        operator: Operator,
        family: str,
        now: datetime,
        ends_at: datetime,
    ) -> SignedIn:
        token = self._random_bytes(_TOKEN_BYTES).hex()
        work.refresh_tokens.add(RefreshToken(digest_of(token), family, operator.name, now, ends_at))
        return SignedIn(operator, token, ends_at)

    def _end_if_reused(self, work: UnitOfWork, digest: str) -> None:
        """End a family one of whose tokens is used twice: either user may be a thief (RFC 9700)."""
        known = work.refresh_tokens.find(digest)
        if known is None or known.used_at is None:
            return
        work.refresh_tokens.end_family(known.family)
        self._note(work, actor_of(known.operator), accepted=False, why="refresh_token_reused")

    def _note(
        self,
        work: UnitOfWork,
        actor: str,
        *,
        accepted: bool,
        reason: Reason | None = None,
        why: str | None = None,
    ) -> None:
        work.audit.append(
            AuditEvent(
                AuditAction.LOG_IN,
                self._clock(),
                actor,
                accepted=accepted,
                reason=reason,
                details={} if why is None else {"why": why},
            )
        )


def _parse(name: str) -> OperatorName | None:
    try:
        return parse_operator_name(name)
    except InvalidRequestError:
        return None
