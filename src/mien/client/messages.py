"""What client and server say to each other (docs/api.md, live sessions)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from mien.client.frames import CapturedFrame
from mien.errors import ServerRefusedError

_MAGIC: Final = b"MIEN\x01"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FrameCounts:
    """Frames of this session that the server looked at, and that it had no time for."""

    taken: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """What the person in front of the camera is to be told.

    phase: rest, asked, pause, light, passed or failed. hint: what keeps the session from going on.
    box: of the face, in shares of the frame's width and height. light: the color that the whole
    screen is to show, red, green, blue, yellow, cyan or magenta. landmarks: points to draw over the
    face, in such shares too.
    """

    phase: str
    prompt: str
    demand: str | None
    done: int
    total: int
    hint: str | None
    box: tuple[float, float, float, float] | None
    nonce: str
    expires_in_ms: float
    frames: FrameCounts
    light: str | None = None
    landmarks: tuple[tuple[float, float], ...] | None = None
    type: Literal["status"] = "status"


@dataclass(frozen=True, slots=True)
class LivenessCheck:
    """One thing that was looked at; numbers are None for keys without the scope `scores`."""

    name: str
    score: float | None
    threshold: float | None
    passed: bool
    parts: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Liveness:
    """What was checked, and whether all that the policy asks for passed."""

    policy: str
    accepted: bool
    checks: tuple[LivenessCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided; a client without an API key is told no more than the first two fields.

    assertion: a signed statement for the application that the key belongs to (docs/api.md).
    """

    authenticated: bool
    reason: str
    user_id: str | None = None
    attempt_id: str | None = None
    confidence: float | None = None
    threshold: float | None = None
    false_match_rate: float | None = None
    log10_likelihood_ratio: float | None = None
    similarities: Mapping[str, float] | None = None
    liveness: Liveness | None = None
    assertion: str | None = field(default=None, repr=False)
    type: Literal["decision"] = "decision"


@dataclass(frozen=True, slots=True)
class Failure:
    """The server's last word when something is wrong."""

    code: str
    detail: str
    type: Literal["error"] = "error"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A session that was begun. session_id: a secret; whoever has it may show frames, once."""

    session_id: str = field(repr=False)
    expires_at: datetime
    liveness: str


Message = Status | Decision | Failure


def read_message(text: str | bytes) -> Message:
    """Return what the server said on a stream."""
    return _read(_messages(), text)


def read_decision(text: bytes) -> Decision:
    """Return what the server answers to `complete`."""
    return _read(_decisions(), text)


def read_ticket(text: bytes) -> Ticket:
    """Return what the server answers to `begin`."""
    return _read(_tickets(), text)


def pack_frame(frame: CapturedFrame, nonce: str) -> bytes:
    """Return a frame as it is sent: mark, nonce, time in milliseconds, JPEG."""
    return _MAGIC + bytes.fromhex(nonce) + struct.pack(">d", frame.captured_s * 1e3) + frame.jpeg


def _read(adapter: TypeAdapter[_T], text: str | bytes) -> _T:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        raise ServerRefusedError(
            "the server says what this client does not understand: are both of one version?"
        ) from error


@cache
def _messages() -> TypeAdapter[Message]:
    return TypeAdapter(Annotated[Message, Field(discriminator="type")])


@cache
def _decisions() -> TypeAdapter[Decision]:
    return TypeAdapter(Decision)


@cache
def _tickets() -> TypeAdapter[Ticket]:
    return TypeAdapter(Ticket)
