"""What a person has agreed to, purpose by purpose; nothing here is agreed to by enrolling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from mien.core.audit import Pseudonym
from mien.core.template import SubjectId


class Purpose(StrEnum):
    """What consent is asked for; stable words of the wire."""

    EXPRESSION = "expression"
    """The expression at each authentication is kept, for the person and for groups."""

    FAIRNESS = "fairness"
    """A group that the person belongs to is noted, to compare error rates of groups."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One purpose that a subject has agreed to, and since when."""

    purpose: Purpose
    given_at: datetime


class ConsentRepository(Protocol):
    """Who has agreed to what."""

    def of(self, subject_id: SubjectId) -> Sequence[Consent]:
        """Return what a subject has agreed to, by purpose; raise UnknownSubjectError."""
        ...

    def give(self, subject_id: SubjectId, purpose: Purpose, at: datetime) -> Pseudonym:
        """Note consent; one that was given before keeps its time. Raises UnknownSubjectError."""
        ...

    def withdraw(self, subject_id: SubjectId, purpose: Purpose) -> Pseudonym:
        """Forget consent and everything that was kept by it; raise UnknownSubjectError."""
        ...

    def has(self, subject_id: SubjectId, purpose: Purpose) -> bool:
        """Tell whether somebody who is enrolled has agreed; nobody else has."""
        ...
