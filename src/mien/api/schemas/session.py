"""The wire of an operator's session in a browser."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, SecretStr

from mien.access.jwts import IssuedToken
from mien.api.schemas.example import example
from mien.core.caller import Role, Scope
from mien.service.sign_in import SignedIn


class SessionRequest(BaseModel):
    """Who wants to work, and what shows it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str
    password: SecretStr


class SessionResult(BaseModel):
    """A session that has begun, or goes on; what continues it stands in the cookie.

    expires_in: seconds that the access token is good for. ends_at: when the password is asked for
    again.
    """

    model_config = example(
        access_token="eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsLi4u",  # noqa: S106 nobody's
        expires_in=600,
        ends_at="2026-11-21T20:00:00Z",
        name="ada",
        role="auditor",
        scopes=["audit", "metrics", "read"],
    )

    access_token: str
    expires_in: int
    ends_at: datetime
    name: str
    role: Role
    scopes: list[Scope]

    @classmethod
    def of(cls, session: SignedIn, token: IssuedToken) -> Self:
        """Present a session; the refresh token stays out of it."""
        operator = session.operator
        return cls(
            access_token=token.text,
            expires_in=round(token.lifetime.total_seconds()),
            ends_at=session.ends_at,
            name=operator.name,
            role=operator.role,
            scopes=sorted(operator.role.scopes),
        )
