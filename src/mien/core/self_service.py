"""What a person does for themselves, without an operator: sign in, and look after what is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from mien.core.audit import Pseudonym
from mien.core.template import SubjectId

SELF: Final = "self"
"""The actor of whatever people do for themselves: the entry's subject says who it was."""


class SignInWay(StrEnum):
    """How a person has shown who they are; stable words of the wire."""

    FACE = "face"
    PASSWORD = "password"  # noqa: S105 a way, not a password
    REVIEW = "review"
    """An operator has looked at the request that the person made."""


@dataclass(frozen=True, slots=True)
class SelfClaims:
    """What a subject's token says: whose it is, by their name in the audit log, and how they came.

    The pseudonym goes with an erasure: who is enrolled under the same id later has another one.
    """

    pseudonym: Pseudonym
    way: SignInWay


@dataclass(frozen=True, slots=True)
class OwnPassword:
    """A subject's password. sealed: as it is stored, to find out whether it was changed since."""

    pseudonym: Pseudonym
    password_hash: str = field(repr=False)
    sealed: bytes = field(repr=False)


class OwnPasswordRepository(Protocol):
    """Subjects' passwords: Argon2id hashes, sealed with their subjects' keys."""

    def find(self, subject_id: SubjectId) -> OwnPassword | None:
        """Return a subject's password, None for a subject without one and for no subject."""
        ...

    def confirm(self, known: OwnPassword, password_hash: str) -> bool:
        """Replace the hash, which may be the same, if the password is still the known one.

        Until the transaction ends nobody else changes the password or erases the subject.
        """
        ...

    def put(self, subject_id: SubjectId, password_hash: str) -> Pseudonym:
        """Set a subject's password; raise UnknownSubjectError."""
        ...
