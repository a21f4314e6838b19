"""Requests and answers of people who look after themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from mien.access.jwts import IssuedToken
from mien.api.schemas.example import example
from mien.api.schemas.liveness import LivenessResult
from mien.core.liveness import LivenessPolicy
from mien.core.review import MAX_TEXT_LENGTH, Review, ReviewState
from mien.core.self_service import SelfClaims, SignInWay
from mien.service.show_self import SelfView

_UserId = Annotated[str, Field(min_length=1, max_length=128)]
_Secret = Annotated[str, Field(min_length=1, max_length=128)]
_Note = Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH)]
# Of the states those that whoever holds a ticket is told.
_TicketState = Literal["open", "approved", "denied", "expired"]


class WaysResult(BaseModel):
    """How people can sign in for themselves here.

    face: what has to be shown besides the face; null where faces are not taken.
    review: whether operators can be asked.
    """

    model_config = example(face="both", password=True, review=True)

    face: LivenessPolicy | None
    password: bool
    review: bool


class SelfLiveRequest(BaseModel):
    """Who is about to come before the camera."""

    model_config = example(user_id="ada")

    user_id: _UserId


class SelfCompletionRequest(BaseModel):
    """Which live session."""

    model_config = ConfigDict(hide_input_in_errors=True)

    session_id: _Secret


class SelfPasswordRequest(BaseModel):
    """Who, and their password."""

    model_config = ConfigDict(hide_input_in_errors=True)

    user_id: _UserId
    password: SecretStr


class EntryRequest(BaseModel):
    """Who asks to be let in, and what an operator should know."""

    model_config = example(user_id="ada", note="My eye is bandaged until Friday.")

    user_id: _UserId
    note: _Note


class TicketResult(BaseModel):
    """What to ask with how far the request is. ticket: a secret; keep it until it expires."""

    ticket: str
    expires_at: datetime


class TicketRequest(BaseModel):
    """Which request."""

    model_config = ConfigDict(hide_input_in_errors=True)

    ticket: _Secret


class SelfSignIn(BaseModel):
    """Whether a person is signed in, and why.

    reason: of a face MATCH, LOW_CONFIDENCE, IMAGE_REPLAYED or SPOOF_SUSPECTED; of a password
    PASSWORD or WRONG_PASSWORD; of a request APPROVED. access_token: for /api/v1/self, for
    expires_in seconds. liveness: what was checked besides the face, without numbers.
    """

    model_config = example(
        signed_in=True,
        reason="MATCH",
        access_token="eyJhbGciOiJFZERTQSIsInR5cCI6InN1YmplY3Qrand0Ii4uLg",  # noqa: S106 nobody's
        expires_in=900,
        liveness={"policy": "passive", "accepted": True, "checks": []},
    )

    signed_in: bool
    reason: str
    access_token: str | None
    expires_in: int | None
    liveness: LivenessResult | None

    @classmethod
    def of(
        cls, reason: str, token: IssuedToken | None, liveness: LivenessResult | None = None
    ) -> Self:
        """Present an answer; without a token nobody is signed in."""
        return cls(
            signed_in=token is not None,
            reason=reason,
            access_token=token.text if token else None,
            expires_in=round(token.lifetime.total_seconds()) if token else None,
            liveness=liveness,
        )


class RedemptionResult(BaseModel):
    """How far a request is. sign_in: of an approved one, once.

    expired: as well of one that was used up or replaced, and where there never was one.
    """

    state: _TicketState
    sign_in: SelfSignIn | None


class SelfResult(BaseModel):
    """What a person sees of themselves first."""

    model_config = example(
        user_id="ada",
        name="Ada Lovelace",
        role="analyst",
        department="research",
        enrolled_at="2026-11-21T08:00:00Z",
        templates=3,
        adapted_templates=1,
        consent_purpose="door of building 7",
        consent_at="2026-11-21T08:00:00Z",
        expires_at=None,
        has_password=False,
        signed_in_by="face",
    )

    user_id: str
    name: str | None
    role: str | None
    department: str | None
    enrolled_at: datetime
    templates: int
    adapted_templates: int
    consent_purpose: str | None
    consent_at: datetime | None
    expires_at: datetime | None
    has_password: bool
    signed_in_by: SignInWay

    @classmethod
    def of(cls, view: SelfView, claims: SelfClaims) -> Self:
        """Present a person to themselves."""
        subject, profile = view.subject, view.profile
        consent = subject.terms.consent
        return cls(
            user_id=subject.id,
            name=profile.name,
            role=profile.role,
            department=profile.department,
            enrolled_at=subject.enrolled_at,
            templates=subject.template_count,
            adapted_templates=subject.adapted_count,
            consent_purpose=consent.purpose if consent else None,
            consent_at=consent.given_at if consent else None,
            expires_at=subject.terms.expires_at,
            has_password=view.has_password,
            signed_in_by=claims.way,
        )


class OwnPasswordRequest(BaseModel):
    """The password to sign in with from now on."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    password: Annotated[SecretStr, Field(description="at least 15 characters, of any kind")]


class ErasureRequest(BaseModel):
    """What an operator should know."""

    model_config = example(note="I leave the company.")

    note: _Note


class ErasureRequestResult(BaseModel):
    """A request to be erased, which an operator decides on."""

    review_id: str
    state: ReviewState

    @classmethod
    def of(cls, review: Review, state: ReviewState) -> Self:
        """Present a request to whoever made it."""
        return cls(review_id=review.review_id, state=state)
