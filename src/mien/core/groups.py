"""Groups that subjects belong to: a department, or what error rates are compared by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NewType, Protocol

from mien.core.template import SubjectId
from mien.errors import InvalidRequestError

Attribute = NewType("Attribute", str)
"""What groups differ in, as `department` or `age`; `parse_attribute` is the way to read one."""

Group = NewType("Group", str)
"""One of an attribute's values, as `research` or `50-59`; `parse_group` is the way to read one."""

DEPARTMENT: Final = Attribute("department")
"""Where a person works. The one attribute that needs no consent: it says nothing of the face."""

FEWEST: Final = 5
"""A figure of a group is told only when it is of at least so many people (k-anonymity)."""

_ATTRIBUTE: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_GROUP: Final = re.compile(r"[^\x00-\x1f\x7f]{1,64}")


def parse_attribute(text: str) -> Attribute:
    """Accept up to 32 small letters, digits and underscores."""
    if not _ATTRIBUTE.fullmatch(text):
        raise InvalidRequestError("an attribute is named by up to 32 small letters, digits and _")
    return Attribute(text)


def parse_group(text: str) -> Group:
    """Accept up to 64 characters on one line."""
    if not _GROUP.fullmatch(text) or text != text.strip():
        raise InvalidRequestError("a group is named by up to 64 characters on one line")
    return Group(text)


class GroupRepository(Protocol):
    """Which groups subjects belong to: one at most for each attribute."""

    def of(self, subject_id: SubjectId) -> Mapping[Attribute, Group]:
        """Return a subject's groups; raise UnknownSubjectError."""
        ...

    def put(self, subject_id: SubjectId, attribute: Attribute, group: Group | None) -> None:
        """Note a subject's group, in place of the one before; None for none.

        Raises UnknownSubjectError.
        """
        ...

    def members(self, attribute: Attribute) -> Mapping[SubjectId, Group]:
        """Return everybody who has a group of this attribute."""
        ...
