"""Requests and answers about live sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from mien.access.tokens import MAX_NONCE_LENGTH, MIN_NONCE_LENGTH
from mien.api.schemas.example import example
from mien.core.liveness import LivenessPolicy
from mien.service.live.sessions import LiveTicket

_TOKEN = "ZmFjZXMgYXJlIG5vdCBzZWNyZXRzLCB0b2tlbnMgYXJl"  # noqa: S105 an example


class LiveRequest(BaseModel):
    """Who is claimed to come before the camera. liveness: no less than the key asks for anyway."""

    model_config = example(user_id="ada", liveness="both")

    user_id: Annotated[str, Field(min_length=1, max_length=128)]
    liveness: LivenessPolicy = LivenessPolicy.ACTIVE


class LiveTicketResult(BaseModel):
    """A session that was begun. session_id: a secret; whoever has it may show frames, once.

    websocket: where to show them, until expires_at.
    """

    model_config = example(
        session_id=_TOKEN,
        expires_at="2026-01-01T12:00:30Z",
        liveness="both",
        websocket="/ws/5f0c3e7a",
    )

    session_id: str
    expires_at: datetime
    liveness: LivenessPolicy
    websocket: str

    @classmethod
    def of(cls, ticket: LiveTicket, client_id: str) -> Self:
        """Present a ticket."""
        return cls(
            session_id=ticket.token,
            expires_at=ticket.expires_at,
            liveness=ticket.policy,
            websocket=f"/ws/{client_id}",
        )


class CompletionRequest(BaseModel):
    """Which session. nonce: comes back in the assertion, which ties it to your own session."""

    model_config = example(session_id=_TOKEN, nonce="n-0S6_WzA2Mj")

    session_id: Annotated[str, Field(min_length=1, max_length=128)]
    nonce: (
        Annotated[str, Field(min_length=MIN_NONCE_LENGTH, max_length=MAX_NONCE_LENGTH)] | None
    ) = None
