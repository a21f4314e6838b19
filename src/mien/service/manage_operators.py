"""Add, list, change and disable operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

from mien.core.audit import AuditAction, AuditEvent
from mien.core.caller import Role
from mien.core.operator import Operator, OperatorName, Passwords, actor_of
from mien.core.ports import Clock, UnitOfWork
from mien.errors import InvalidRequestError, OperatorExistsError, UnknownOperatorError


@final
class ManageOperators:
    """What administrators do; whether the caller is one is checked at the edge.

    Nobody changes their own role or disables themselves, so that an administrator is left; the
    command line may do everything.
    """

    def __init__(self, passwords: Passwords, clock: Clock) -> None:
        """Take the parts."""
        self._passwords: Final = passwords
        self._clock: Final = clock

    def add(self, work: UnitOfWork, name: OperatorName, role: Role, password: str) -> Operator:
        """Add an operator; raise OperatorExistsError, InvalidRequestError for a weak password."""
        self._passwords.require_strong(password, name)
        password_hash = self._passwords.hash(password)  # before anything is locked
        operator = Operator(name, role, self._clock())
        if not work.operators.add(operator, password_hash):
            raise OperatorExistsError(f"there is an operator {name} already")
        # Failures on the name before there was such an operator are not theirs.
        work.failures.clear(operator.actor)
        self._note(work, name, {"change": "added", "role": role.value})
        return operator

    def list(self, work: UnitOfWork) -> Sequence[Operator]:
        """Return all operators by name, disabled ones included."""
        return work.operators.list()

    def get(self, work: UnitOfWork, name: OperatorName) -> Operator:
        """Return an operator; raise UnknownOperatorError, as all below do."""
        return _require(work, name)

    def set_role(self, work: UnitOfWork, name: OperatorName, role: Role) -> Operator:
        """Change a role; it ends the operator's sessions."""
        _forbid_self(work, name)
        _require(work, name)
        work.operators.set_role(name, role)
        work.refresh_tokens.end_all(name)
        self._note(work, name, {"change": "role", "role": role.value})
        return _require(work, name)

    def set_password(self, work: UnitOfWork, name: OperatorName, password: str) -> Operator:
        """Replace a password; it ends the operator's sessions and unlocks the name."""
        self._passwords.require_strong(password, name)
        password_hash = self._passwords.hash(password)
        operator = _require(work, name)
        work.operators.set_password(name, password_hash)
        work.failures.clear(operator.actor)
        work.refresh_tokens.end_all(name)
        self._note(work, name, {"change": "password"})
        return operator

    def disable(self, work: UnitOfWork, name: OperatorName) -> Operator:
        """Let an operator sign in no more; it ends their sessions."""
        _forbid_self(work, name)
        if _require(work, name).is_enabled:
            work.operators.set_disabled(name, self._clock())
            work.refresh_tokens.end_all(name)
            self._note(work, name, {"change": "disabled"})
        return _require(work, name)

    def enable(self, work: UnitOfWork, name: OperatorName) -> Operator:
        """Let a disabled operator sign in again."""
        if not _require(work, name).is_enabled:
            work.operators.set_disabled(name, None)
            self._note(work, name, {"change": "enabled"})
        return _require(work, name)

    def _note(self, work: UnitOfWork, name: OperatorName, what: dict[str, str]) -> None:
        details = {"caller": actor_of(name), **what}
        work.audit.append(
            AuditEvent(AuditAction.CHANGE_CALLERS, self._clock(), work.actor, details=details)
        )


def _require(work: UnitOfWork, name: OperatorName) -> Operator:
    known = work.operators.find(name)
    if known is None:
        raise UnknownOperatorError(f"there is no operator {name}")
    return known.operator


def _forbid_self(work: UnitOfWork, name: OperatorName) -> None:
    if work.actor == actor_of(name):
        raise InvalidRequestError(
            "nobody changes their own role or disables themselves: another administrator can"
        )
