"""What a client says on a stream; whatever else comes raises InvalidRequestError."""

from __future__ import annotations

import json
import math
import re
import struct
from dataclasses import dataclass, field
from typing import Final, NoReturn

from mien.access.tokens import require_nonce
from mien.api.intake import from_base64
from mien.core.live.channel import Stamp
from mien.core.liveness import LivenessPolicy
from mien.core.template import SubjectId, parse_subject_id
from mien.errors import InvalidRequestError

MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024

_MAGIC: Final = b"MIEN\x01"
_HEAD: Final = struct.Struct(">5s16sd")
_JPEG: Final = b"\xff\xd8\xff"
_NONCE: Final = re.compile(r"[0-9a-f]{32}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")


@dataclass(frozen=True, slots=True)
class Hello:
    """Which session this is: one that was begun, or a new one.

    nonce: the relying application's own, for the assertion.
    """

    session_id: str | None = field(default=None, repr=False)
    user_id: SubjectId | None = None
    liveness: LivenessPolicy | None = None
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame. encoded: an image, or one in base64, which is decoded only if it is looked at.

    hello: what the frame says of its session; most say nothing.
    """

    encoded: bytes | str = field(repr=False)
    stamp: Stamp | None = None
    hello: Hello | None = None

    def image(self) -> bytes:
        """Return the image file; raise ImageUnreadableError for what is not base64."""
        return self.encoded if isinstance(self.encoded, bytes) else from_base64(self.encoded)


@dataclass(frozen=True, slots=True)
class Bye:
    """The person gives up."""


Said = Hello | Shown | Bye


def read_text(text: str) -> Said:
    """Read a message of a live session in JSON."""
    said = read_object(text)
    match said.get("type"):
        case "hello":
            return _hello(said, nonce=_nonce_of_application(said))
        case "frame":
            return _frame(said)
        case "bye":
            return Bye()
        case _:
            raise InvalidRequestError("the type of a message is hello, frame or bye")


def read_object(text: str) -> dict[str, object]:
    """Read a JSON object, whatever it says."""
    try:
        said = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError("a text message is valid JSON") from error
    if not isinstance(said, dict):
        raise InvalidRequestError("a text message is a JSON object")
    return said


def read_binary(data: bytes) -> Shown:
    """Read a frame in bytes: mark, nonce, time and JPEG, or a bare JPEG."""
    if data.startswith(_JPEG):
        return Shown(data)
    if len(data) <= _HEAD.size or not data.startswith(_MAGIC):
        raise InvalidRequestError(
            "a binary message is MIEN, 1, 16 bytes of nonce, captured_ms as a big-endian "
            "double, and a JPEG; or a bare JPEG"
        )
    _, nonce, captured_ms = _HEAD.unpack_from(data)
    return Shown(data[_HEAD.size :], _stamp(nonce.hex(), captured_ms))


def _hello(said: dict[str, object], nonce: str | None = None) -> Hello:
    session_id, user_id = _text(said, "session_id"), _text(said, "user_id")
    if session_id is None and user_id is None:
        raise InvalidRequestError("say session_id, or user_id with an API key")
    if session_id is not None and not _TOKEN.fullmatch(session_id):
        raise InvalidRequestError("this is no session_id: POST /api/v1/live answers one")
    policy = _policy(_text(said, "liveness"))
    if session_id is not None and policy is not None:
        raise InvalidRequestError("liveness is said when a session is begun, and stays")
    subject_id = None if user_id is None else parse_subject_id(user_id)
    return Hello(session_id, subject_id, policy, nonce)


def _frame(said: dict[str, object]) -> Shown:
    frame, nonce, captured_ms = _text(said, "frame"), _text(said, "nonce"), said.get("captured_ms")
    if frame is None:
        raise InvalidRequestError("a frame is an image in base64")
    if (nonce is None) is not (captured_ms is None):
        raise InvalidRequestError("nonce and captured_ms come together")
    stamp = None
    if nonce is not None:
        # A bool is an int, but no time.
        if isinstance(captured_ms, bool) or not isinstance(captured_ms, int | float):
            raise InvalidRequestError("captured_ms is a number")
        stamp = _stamp(nonce, captured_ms)
    names_session = said.get("session_id") is not None or said.get("user_id") is not None
    return Shown(frame, stamp, _hello(said) if names_session else None)


def _stamp(nonce: str, captured_ms: float) -> Stamp:
    if not _NONCE.fullmatch(nonce):
        raise InvalidRequestError("a nonce is 32 hexadecimal digits: the newest of a status")
    try:
        captured_s = float(captured_ms) / 1000
    except OverflowError:
        captured_s = math.inf
    if not math.isfinite(captured_s):
        raise InvalidRequestError("captured_ms is a finite number")
    return Stamp(nonce, captured_s)


def _text(said: dict[str, object], name: str) -> str | None:
    value = said.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidRequestError(f"{name} is a string")
    return value


def _policy(word: str | None) -> LivenessPolicy | None:
    try:
        return None if word is None else LivenessPolicy(word)
    except ValueError as error:
        raise InvalidRequestError(f"liveness is one of {', '.join(LivenessPolicy)}") from error


def _nonce_of_application(said: dict[str, object]) -> str | None:
    nonce = _text(said, "nonce")
    require_nonce(nonce)
    return nonce


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity are no JSON
