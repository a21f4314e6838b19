"""Requests and answers about what people agreed to, and the groups they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from mien.api.schemas.example import example
from mien.core.consent import Consent, Purpose
from mien.core.groups import Attribute, Group
from mien.core.template import SubjectId
from mien.service.consent import Statement


class ConsentResult(BaseModel):
    """One purpose. stated: what the person is told; null where there is nothing to agree to.

    given_at: since when they agree; null while they do not.
    """

    purpose: Purpose
    stated: str | None
    given_at: datetime | None

    @classmethod
    def of(cls, purpose: Purpose, consent: Consent | None, statement: Statement) -> Self:
        """Present a purpose, agreed to or not."""
        given_at = None if consent is None else consent.given_at
        return cls(purpose=purpose, stated=statement.of(purpose), given_at=given_at)


class ConsentsResult(BaseModel):
    """Every purpose, and whether a person has agreed to it."""

    model_config = example(
        user_id="ada",
        consents=[
            {
                "purpose": "expression",
                "stated": "Your trend is shown to you; your department's to the works council.",
                "given_at": "2026-11-21T08:00:00Z",
            }
        ],
    )

    user_id: str
    consents: list[ConsentResult]

    @classmethod
    def of(cls, user_id: SubjectId, given: Sequence[Consent], statement: Statement) -> Self:
        """Present what a person has agreed to, and what they have not."""
        agreed = {consent.purpose: consent for consent in given}
        consents = [ConsentResult.of(each, agreed.get(each), statement) for each in Purpose]
        return cls(user_id=user_id, consents=consents)


class GroupRequest(BaseModel):
    """The group to note."""

    model_config = example(group="research")

    group: Annotated[str, Field(min_length=1, max_length=64)]


class GroupResult(BaseModel):
    """A person's group of one attribute; null where none is noted."""

    model_config = example(user_id="ada", attribute="department", group="research")

    user_id: str
    attribute: str
    group: str | None


class GroupsResult(BaseModel):
    """A person's groups, by attribute."""

    model_config = example(user_id="ada", groups={"department": "research"})

    user_id: str
    groups: dict[str, str]

    @classmethod
    def of(cls, user_id: SubjectId, groups: Mapping[Attribute, Group]) -> Self:
        """Present groups."""
        return cls(user_id=user_id, groups={str(key): str(group) for key, group in groups.items()})
