"""What people are looked for by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mien.core.groups import Group


@dataclass(frozen=True, slots=True)
class SubjectSearch:
    """An empty one finds everybody.

    text: somewhere in the id, letters of ASCII small or capital. department: which they belong to,
    None for any.
    """

    text: str = ""
    department: Group | None = None


EVERYBODY: Final = SubjectSearch()
