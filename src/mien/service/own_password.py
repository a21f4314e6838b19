"""Let a person sign in with a password of their own, and set it.

As in `mien.service.sign_in` a refusal is an answer: whoever raises takes the counted failure back.
"""

from __future__ import annotations

from typing import Final, final

from mien.core.audit import AuditAction, AuditEvent, Pseudonym
from mien.core.lockout import WITHOUT_PAD, LockoutPolicy
from mien.core.operator import Passwords
from mien.core.policy import Reason
from mien.core.ports import Clock, UnitOfWork
from mien.core.self_service import OwnPassword, SelfClaims, SignInWay
from mien.core.template import SubjectId
from mien.service.lockouts import password_of
from mien.service.sign_in import Refused


@final
class SignInByPassword:
    """What a person knows, where their face is not recognized.

    Failures are counted for themselves: whoever holds up strangers' faces locks nobody out of this
    way.
    """

    def __init__(
        self, passwords: Passwords, clock: Clock, *, lockout: LockoutPolicy = WITHOUT_PAD
    ) -> None:
        """Take the parts."""
        self._passwords: Final = passwords
        self._clock: Final = clock
        self._lockout: Final = lockout

    def __call__(
        self, work: UnitOfWork, subject_id: SubjectId, password: str
    ) -> SelfClaims | Refused:
        """Sign in; the same answer, in the same time, for a wrong password, none and nobody."""
        # 1. Not locked, be there such a person or not; before the password is looked at.
        known = work.own_passwords.find(subject_id)
        if locked := self._refuse_if_locked(work, subject_id):
            return locked
        # 2. The password, compared with something whoever they are.
        if not self._passwords.verify(password, known.password_hash if known else None):
            return self._fail(work, subject_id)
        # 3. Still not locked: others may have guessed meanwhile.
        if locked := self._refuse_if_locked(work, subject_id):
            return locked
        # 4. Still the password, and from here on nobody changes it or erases the person.
        if known is None or not work.own_passwords.confirm(known, self._rehashed(known, password)):
            return self._fail(work, subject_id)
        # 5. In.
        work.failures.clear(password_of(subject_id))
        self._note(work, known.pseudonym, accepted=True)
        return SelfClaims(known.pseudonym, SignInWay.PASSWORD)

    def set(self, work: UnitOfWork, subject_id: SubjectId, password: str) -> None:
        """Set a person's password; raise InvalidRequestError for a weak one, UnknownSubjectError.

        What is locked stays locked: an operator may have done it.
        """
        self._passwords.require_strong(password, subject_id)
        pseudonym = work.own_passwords.put(subject_id, self._passwords.hash(password))
        event = AuditEvent(AuditAction.SET_PASSWORD, self._clock(), work.actor, pseudonym)
        work.audit.append(event)

    def _refuse_if_locked(self, work: UnitOfWork, subject_id: SubjectId) -> Refused | None:
        until = self._lockout.locked_until(work.failures.of(password_of(subject_id)))
        if until is None or until <= self._clock():
            return None
        pseudonym = work.subjects.pseudonym(subject_id)
        self._note(work, pseudonym, accepted=False, reason=Reason.LOCKED_OUT)
        return Refused(until)

    def _fail(self, work: UnitOfWork, subject_id: SubjectId) -> Refused:
        failures = work.failures.record(password_of(subject_id), self._clock())
        self._note(work, work.subjects.pseudonym(subject_id), accepted=False)
        return Refused(self._lockout.locked_until(failures))

    def _rehashed(self, known: OwnPassword, password: str) -> str:
        """Return the hash to keep: a new one where the old was made at another cost."""
        if self._passwords.needs_rehash(known.password_hash):
            return self._passwords.hash(password)
        return known.password_hash

    def _note(
        self,
        work: UnitOfWork,
        subject: Pseudonym | None,
        *,
        accepted: bool,
        reason: Reason | None = None,
    ) -> None:
        work.audit.append(
            AuditEvent(
                AuditAction.LOG_IN,
                self._clock(),
                work.actor,
                subject,
                accepted=accepted,
                reason=reason,
                details={"how": SignInWay.PASSWORD.value},
            )
        )
