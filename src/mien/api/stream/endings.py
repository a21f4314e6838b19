"""How a stream ends: a word for the log, a close code for the client, and what is told before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import structlog

from mien import errors


class CloseCode(IntEnum):
    """Of RFC 6455, 7.4, and from 4000 on of mien's own; part of the wire (docs/api.md)."""

    DONE = 1000
    GOING_AWAY = 1001
    TOO_BIG = 1009
    INTERNAL = 1011
    TOO_MANY = 1013
    BAD_MESSAGE = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    UNKNOWN_SESSION = 4404
    OUT_OF_TIME = 4408
    TOO_FAST = 4429


@dataclass(frozen=True, slots=True)
class Ending:
    """word: for logs and metrics. code and detail: what the client is told, unless it is fine."""

    word: str
    close: CloseCode
    code: str | None = None
    detail: str = ""


class StreamEndedError(Exception):
    """A stream ends here; never leaves `mien.api.stream`."""

    def __init__(self, ending: Ending) -> None:
        """Keep the ending."""
        super().__init__(ending.word)
        self.ending = ending


DECIDED: Final = Ending("decided", CloseCode.DONE)
GIVEN_UP: Final = Ending("given_up", CloseCode.DONE)
CUT: Final = Ending("cut", CloseCode.DONE)
"""Nobody is there to be told."""

EXPIRED: Final = Ending(
    "expired", CloseCode.OUT_OF_TIME, "EXPIRED", "the session is over: begin a new one"
)
TOO_BIG: Final = Ending(
    "too_big", CloseCode.TOO_BIG, "MESSAGE_TOO_BIG", "a message has at most 4 MiB"
)
TOO_FAST: Final = Ending(
    "flood", CloseCode.TOO_FAST, "TOO_FAST", "send fewer messages a second, or smaller ones"
)
GOING_AWAY: Final = Ending(
    "going_away", CloseCode.GOING_AWAY, "GOING_AWAY", "the server ends: begin a new session"
)
WRONG_ORIGIN: Final = Ending(
    "wrong_origin",
    CloseCode.FORBIDDEN,
    "ORIGIN_NOT_ALLOWED",
    "this server does not answer to pages of this origin: "
    "its operator lists more in MIEN_CORS_ORIGINS",
)
INTERNAL: Final = Ending(
    "internal", CloseCode.INTERNAL, "INTERNAL", "an unexpected error; the server's log tells more"
)

_CLOSES: Final[tuple[tuple[type[errors.MienError], CloseCode], ...]] = (
    (errors.InvalidRequestError, CloseCode.BAD_MESSAGE),
    (errors.ImageError, CloseCode.BAD_MESSAGE),
    (errors.UnauthorizedError, CloseCode.UNAUTHORIZED),
    (errors.ForbiddenError, CloseCode.FORBIDDEN),
    (errors.UnknownSessionError, CloseCode.UNKNOWN_SESSION),
    (errors.RateLimitedError, CloseCode.TOO_FAST),
    (errors.LockedOutError, CloseCode.TOO_FAST),
    (errors.OverloadedError, CloseCode.TOO_MANY),
)
"""Every other MienError is the operator's to mend: 1011."""


def idle(seconds: float) -> Ending:
    """Return how a stream ends on which nothing came for so long."""
    return Ending("idle", CloseCode.OUT_OF_TIME, "IDLE", f"nothing came for {seconds:g} seconds")


async def going_away(closing: asyncio.Event) -> Ending:
    """Wait until the server ends."""
    await closing.wait()
    return GOING_AWAY


async def ending_by(work: Awaitable[Ending], request_id: str) -> Ending:
    """Return how something ended, whatever it raises; what nobody expected is logged."""
    try:
        return await work
    except StreamEndedError as ended:
        return ended.ending
    except errors.MienError as error:
        return ending_of(error)
    except Exception:  # noqa: BLE001 it is logged, and whoever waits is told
        structlog.get_logger("mien.api").exception("unexpected error", request_id=request_id)
        return INTERNAL


def ending_of(error: errors.MienError) -> Ending:
    """Return how a stream ends that an error ended."""
    close = next((close for kind, close in _CLOSES if isinstance(error, kind)), CloseCode.INTERNAL)
    return Ending(error.code.lower(), close, error.code, str(error))
