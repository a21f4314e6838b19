"""What is known of a person besides their face: a name, a role, a department."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from mien.core.audit import Pseudonym
from mien.core.groups import Group
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError

_LINE: Final = re.compile(r"[^\x00-\x1f\x7f]{1,128}")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person is called and does; None for what is not noted.

    department: the person's group of that attribute, which `GroupRepository` keeps.
    """

    name: str | None = None
    role: str | None = None
    department: Group | None = None


NO_PROFILE: Final = Profile()


class ProfileRepository(Protocol):
    """Names and roles, sealed with their subjects' keys."""

    def of(self, subject_id: SubjectId) -> Profile:
        """Return a subject's profile; raise UnknownSubjectError."""
        ...

    def of_all(self, subject_ids: Sequence[SubjectId]) -> Mapping[SubjectId, Profile]:
        """Return the profiles of those subjects that are enrolled."""
        ...

    def put(self, subject_id: SubjectId, name: str | None, role: str | None) -> Pseudonym:
        """Note name and role in place of those before; raise UnknownSubjectError."""
        ...


def parse_line(text: str | None, what: str) -> str | None:
    """Accept up to 128 characters on one line; nothing but spaces is None."""
    line = (text or "").strip()
    if line and not _LINE.fullmatch(line):
        raise InvalidRequestError(f"a {what} has up to 128 characters on one line")
    return line or None
