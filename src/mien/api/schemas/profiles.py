"""Requests and answers about what people are called and do."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from mien.core.profile import Profile
from mien.core.template import SubjectId

_Line = Annotated[str, Field(max_length=128)]


class ProfileRequest(BaseModel):
    """What to note, in place of what was noted before; null, or left out, for nothing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Ada Lovelace", "role": "analyst"}]},
    )

    name: _Line | None = None
    role: _Line | None = None


class ProfileResult(BaseModel):
    """What a person is called and does. department: their group of that attribute."""

    user_id: str
    name: str | None
    role: str | None
    department: str | None

    @classmethod
    def of(cls, user_id: SubjectId, profile: Profile) -> Self:
        """Present a profile."""
        return cls(
            user_id=user_id,
            name=profile.name,
            role=profile.role,
            department=profile.department,
        )
