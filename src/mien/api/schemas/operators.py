"""The wire of operators: what is sent and answered. Stable, as `mien.api.schemas`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from mien.api.schemas.example import example
from mien.core.caller import Caller, Role
from mien.core.operator import Operator

# Role's values written out: in OpenAPI they then stand where they are used.
_RoleName = Literal["admin", "operator", "auditor"]
_Password = Annotated[SecretStr, Field(description="at least 15 characters, of any kind")]


class TokenForm(BaseModel):
    """What an operator's program sends for a token (RFC 6749, 4.3.2 and 6)."""

    grant_type: Literal["password", "refresh_token"]
    username: str | None = Field(default=None, description="of the grant password")
    password: str | None = Field(default=None, json_schema_extra={"format": "password"})
    refresh_token: str | None = Field(default=None, description="of the grant refresh_token")


class RevocationForm(BaseModel):
    """What an operator's program sends to sign out (RFC 7009, 2.1)."""

    token: str = Field(description="a refresh token")
    token_type_hint: str | None = None


class TokenResult(BaseModel):
    """A new session, or its continuation (RFC 6749, 5.1). expires_in: seconds."""

    model_config = example(
        access_token="eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsLi4u",  # noqa: S106 nobody's
        token_type="Bearer",  # noqa: S106 no secret
        expires_in=600,
        refresh_token="5f0c...",  # noqa: S106 nobody's
        scope="audit metrics read",
    )

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str
    scope: str


class OAuthError(BaseModel):
    """What went wrong, as OAuth 2 clients read it (RFC 6749, 5.2); no problem document."""

    model_config = example(error="invalid_grant", error_description="sign in again")

    error: Literal[
        "invalid_request", "invalid_grant", "unsupported_grant_type", "unsupported_token_type"
    ]
    error_description: str


class CallerResult(BaseModel):
    """Whoever asks: their name in the audit log, and what they may do."""

    model_config = example(actor="operator:ada", scopes=["audit", "read"], audience=None)

    actor: str
    scopes: list[str]
    audience: str | None

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """Present a caller."""
        return cls(actor=caller.actor, scopes=sorted(caller.scopes), audience=caller.audience)


class NewOperator(BaseModel):
    """A person to let in."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str
    role: _RoleName
    password: _Password


class OperatorChange(BaseModel):
    """What to change; what is left out stays as it is. disabled: whether they are kept out."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    role: _RoleName | None = None
    password: _Password | None = None
    disabled: bool | None = None


class OperatorResult(BaseModel):
    """A person who works with mien."""

    model_config = example(
        name="ada", role="admin", created_at="2026-11-21T08:00:00Z", disabled_at=None
    )

    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None

    @classmethod
    def of(cls, operator: Operator) -> Self:
        """Present an operator."""
        return cls(
            name=operator.name,
            role=operator.role,
            created_at=operator.created_at,
            disabled_at=operator.disabled_at,
        )


class OperatorListResult(BaseModel):
    """All operators, by name."""

    operators: list[OperatorResult]

    @classmethod
    def of(cls, operators: Sequence[Operator]) -> Self:
        """Present operators."""
        return cls(operators=[OperatorResult.of(operator) for operator in operators])


class JsonWebKey(BaseModel):
    """An Ed25519 public key (RFC 8037). x: its 32 bytes in base64url."""

    kty: str
    crv: str
    use: str
    alg: str
    kid: str
    x: str


class JsonWebKeySet(BaseModel):
    """The keys that assertions are checked with (RFC 7517)."""

    keys: list[JsonWebKey]
