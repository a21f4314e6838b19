"""Who asks, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mien.core.liveness import LivenessPolicy
from mien.errors import ForbiddenError, InvalidRequestError


class Scope(StrEnum):
    """One thing a caller may be allowed; stable words of the wire."""

    ENROLL = "enroll"
    VERIFY = "verify"
    IDENTIFY = "identify"
    READ = "read"
    """Subjects, their history, and what can be seen in a photo."""
    SCORES = "scores"
    """Similarities and error rates of a decision: without it only yes or no."""
    AUDIT = "audit"
    """The audit log, and figures of groups: what concerns everybody, and changes nothing."""
    METRICS = "metrics"
    REVIEW = "review"
    """Decide on requests that people make of operators."""
    ADMIN = "admin"
    """Erase, unlock, manage callers, and learn whether a subject is enrolled."""


ALL_SCOPES: Final = frozenset(Scope)


class Role(StrEnum):
    """What an operator is trusted with."""

    ADMIN = "admin"
    OPERATOR = "operator"
    AUDITOR = "auditor"

    @property
    def scopes(self) -> frozenset[Scope]:
        """What the role may do."""
        return _SCOPES_OF[self]


_SCOPES_OF: Final = {
    Role.ADMIN: ALL_SCOPES,
    Role.OPERATOR: frozenset(
        {Scope.ENROLL, Scope.VERIFY, Scope.IDENTIFY, Scope.READ, Scope.SCORES, Scope.REVIEW}
    ),
    Role.AUDITOR: frozenset({Scope.READ, Scope.AUDIT, Scope.METRICS}),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who has shown who they are.

    actor: their name in the audit log, as `key:1f2e3d4c`, `operator:ada` or `cli`.
    audience: the relying application that assertions made for this caller are meant for; None
    for callers who get none. liveness: what an authentication has to show for them besides the
    face.
    """

    actor: str
    scopes: frozenset[Scope]
    audience: str | None = None
    liveness: LivenessPolicy = LivenessPolicy.NONE

    def may(self, scope: Scope) -> bool:
        """Tell whether the caller has a scope."""
        return scope in self.scopes

    def require(self, scope: Scope) -> None:
        """Raise ForbiddenError unless the caller has a scope."""
        if scope not in self.scopes:
            raise ForbiddenError(f"this needs the scope {scope}, which you do not have")


def parse_scopes(words: Iterable[str]) -> frozenset[Scope]:
    """Read scopes by their names; raise InvalidRequestError for none or an unknown one."""
    try:
        scopes = frozenset(Scope(word) for word in words)
    except ValueError as error:
        raise InvalidRequestError(f"a scope is one of {', '.join(Scope)}: {error}") from error
    if not scopes:
        raise InvalidRequestError(f"name at least one scope of {', '.join(Scope)}")
    return scopes
