"""Requests and answers about API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from mien.api.schemas.example import example
from mien.core.api_key import ApiKey
from mien.core.caller import Scope
from mien.core.liveness import LivenessPolicy
from mien.service.manage_api_keys import MAX_AUDIENCE_LENGTH, MAX_LABEL_LENGTH, NewApiKey

_MAX_DAYS = 3650


class ApiKeyRequest(BaseModel):
    """A key to make. audience: the relying application, which its assertions are meant for.

    liveness: what its authentications have to show besides the face: none, passive (the photo
    itself), active (a live session) or both.
    """

    model_config = example(
        label="front door",
        scopes=["verify"],
        audience="https://door.example",
        valid_days=365,
        liveness="both",
    )

    label: Annotated[str, Field(min_length=1, max_length=MAX_LABEL_LENGTH)]
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    audience: Annotated[str, Field(min_length=1, max_length=MAX_AUDIENCE_LENGTH)] | None = None
    valid_days: Annotated[int, Field(strict=True, ge=1, le=_MAX_DAYS)] | None = None
    liveness: LivenessPolicy = LivenessPolicy.NONE


class ApiKeyRotation(BaseModel):
    """overlap_hours: for so long the old key is accepted beside the new one."""

    overlap_hours: Annotated[int, Field(strict=True, ge=0, le=24 * 30)] = 24


class ApiKeyResult(BaseModel):
    """What is known of a key; the key itself is not."""

    key_id: str
    label: str
    scopes: list[Scope]
    audience: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    liveness: LivenessPolicy

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        """Present a key."""
        return cls(
            key_id=key.key_id,
            label=key.label,
            scopes=sorted(key.scopes),
            audience=key.audience,
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
            liveness=key.liveness,
        )


class NewApiKeyResult(BaseModel):
    """A key that was just made. key: shown this once."""

    key: str
    about: ApiKeyResult

    @classmethod
    def of(cls, new: NewApiKey) -> Self:
        """Present a new key."""
        return cls(key=new.text, about=ApiKeyResult.of(new.about))


class ApiKeyListResult(BaseModel):
    """All keys, the newest first, expired ones included."""

    keys: list[ApiKeyResult]
