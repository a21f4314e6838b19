"""The name of one authentication, by which it can be spoken of later."""

from __future__ import annotations

import re
import secrets
from typing import Final, NewType, Protocol

from mien.errors import InvalidRequestError

AttemptId = NewType("AttemptId", str)
"""32 random hex digits; `parse_attempt_id` is the way to read one."""

_ATTEMPT_ID: Final = re.compile(r"[0-9a-f]{32}")


class AttemptNamer(Protocol):
    """Names attempts; no two alike."""

    def __call__(self) -> AttemptId:
        """Return a new name."""
        ...


def new_attempt_id() -> AttemptId:
    """Return a random name: it tells neither when the attempt was made nor how many there were."""
    return AttemptId(secrets.token_hex(16))


def parse_attempt_id(text: str) -> AttemptId:
    """Accept 32 hex digits in lower case."""
    if not _ATTEMPT_ID.fullmatch(text):
        raise InvalidRequestError("an attempt_id is the 32 hex digits of an authentication")
    return AttemptId(text)
