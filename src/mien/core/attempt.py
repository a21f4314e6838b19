"""A record of one authentication or identification."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mien.core.policy import Reason
from mien.core.scoring import FalseMatchRate
from mien.core.template import SubjectId


class AttemptKind(StrEnum):
    """What was asked."""

    AUTHENTICATE = "authenticate"
    IDENTIFY = "identify"


@dataclass(frozen=True, slots=True)
class Attempt:
    """subject_id is the claimed or the identified subject, None when there is no such."""

    kind: AttemptKind
    subject_id: SubjectId | None
    at: datetime
    accepted: bool
    reason: Reason
    false_match_rate: FalseMatchRate | None
