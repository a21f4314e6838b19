"""What people agree to when they are enrolled, and for how long they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mien.core.template import Consent, Terms
from mien.errors import InvalidRequestError

MAX_PURPOSE_LENGTH: Final = 256


@dataclass(frozen=True, slots=True)
class Wish:
    """What an enrollment says of its terms. purpose: what the person agreed to."""

    purpose: str | None = None
    keep_for: timedelta | None = None


NO_WISH: Final = Wish()


@dataclass(frozen=True, slots=True)
class TermsPolicy:
    """What the organization demands. keep_for: nobody is kept longer; None for no limit."""

    requires_consent: bool = False
    keep_for: timedelta | None = None

    def agreed(self, wish: Wish, now: datetime) -> Terms:
        """Return the terms of an enrollment; raise InvalidRequestError for ones not allowed."""
        purpose = (wish.purpose or "").strip()
        if self.requires_consent and not purpose:
            raise InvalidRequestError(
                "say what the person agreed to in consent_purpose: this server enrolls nobody "
                "without consent"
            )
        if len(purpose) > MAX_PURPOSE_LENGTH:
            raise InvalidRequestError(f"consent_purpose has at most {MAX_PURPOSE_LENGTH} letters")
        if wish.keep_for is not None and wish.keep_for <= timedelta(0):
            raise InvalidRequestError("retention_days is at least 1")
        limits = [limit for limit in (wish.keep_for, self.keep_for) if limit is not None]
        return Terms(
            consent=Consent(purpose, now) if purpose else None,
            expires_at=now + min(limits) if limits else None,
        )
