"""Does the stream come from a camera that runs now? What each frame carries tells.

With everything it says, the server sends a new nonce; a frame carries the newest that its
sender had, and when its camera took it. None of this stops a program that feeds a virtual
camera in real time, which only the challenge does; it stops what was recorded, edited, repeated
or generated ahead of time from being sent as a stream (docs/liveness.md).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, final

import numpy as np

from mien.core.liveness import Check, CheckName

_ANSWERED_WITHIN_S: Final = 2.0
_REMEMBERED: Final = 64
_MOST_LATE: Final = 0.2
_CLOCKS_AGREE_S: Final = 1.0
_LEAST_JITTER_S: Final = 20e-6
"""Standard deviation of the time between frames: of any camera it is far more, of a program that
counts frames it is nothing."""

_INTERVALS_FOR_JITTER: Final = 20
_FRAMES_FOR_LATE: Final = 10


class ChannelFault(StrEnum):
    """What is wrong with a stream; stable words of the wire."""

    NONCE_UNKNOWN = "NONCE_UNKNOWN"
    REORDERED = "REORDERED"
    REPEATED = "REPEATED"
    TOO_REGULAR = "TOO_REGULAR"
    TOO_LATE = "TOO_LATE"
    CLOCKS_DISAGREE = "CLOCKS_DISAGREE"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a frame carries. captured_s: by the sender's own clock, which starts anywhere."""

    nonce: str
    captured_s: float


@final
class Channel:
    """Follows the frames of one stream, in the order in which they come."""

    def __init__(self, make_nonce: Callable[[], str]) -> None:
        """Take a source of nonces that nobody can guess."""
        self._make_nonce: Final = make_nonce
        self._issued: Final[OrderedDict[str, tuple[int, float]]] = OrderedDict()
        self._count = 0
        self._newest_used = -1
        self._digests: Final[set[bytes]] = set()
        self._captured_s: Final[list[float]] = []
        self._first_received_s: float | None = None
        self._frames = 0
        self._late = 0
        self.fault: ChannelFault | None = None

    def issue(self, now_s: float) -> str:
        """Return a new nonce, to be sent with whatever is said next."""
        nonce = self._make_nonce()
        self._issued[nonce] = (self._count, now_s)
        self._count += 1
        if len(self._issued) > _REMEMBERED:
            self._issued.popitem(last=False)
        return nonce

    def accept(self, stamp: Stamp, digest: bytes, received_s: float) -> bool:
        """Take a frame, of whose pixels *digest* is a hash; tell whether it may be looked at.

        A frame that comes too late is left out; anything else that is wrong stays wrong.
        """
        if self.fault is not None:
            return False
        self.fault = self._find_fault(stamp, digest)
        if self.fault is not None:
            return False
        number, issued_s = self._issued[stamp.nonce]
        self._newest_used = number
        self._digests.add(digest)
        self._captured_s.append(stamp.captured_s)
        if self._first_received_s is None:
            self._first_received_s = received_s
        self._frames += 1
        is_late = received_s - issued_s > _ANSWERED_WITHIN_S
        self._late += is_late
        self.fault = self._find_pattern(received_s - self._first_received_s)
        return self.fault is None and not is_late

    def check(self) -> Check:
        """Return the check: 1 for a stream without a fault."""
        if not self._frames and self.fault is None:
            return Check(CheckName.CHANNEL, None, 1.0)
        parts = {"frames": float(self._frames), "late": float(self._late)}
        return Check(CheckName.CHANNEL, 0.0 if self.fault else 1.0, 1.0, parts)

    def _find_fault(self, stamp: Stamp, digest: bytes) -> ChannelFault | None:
        if stamp.nonce not in self._issued or not np.isfinite(stamp.captured_s):
            return ChannelFault.NONCE_UNKNOWN
        if digest in self._digests:
            return ChannelFault.REPEATED
        number, _ = self._issued[stamp.nonce]
        backwards = bool(self._captured_s) and stamp.captured_s <= self._captured_s[-1]
        if backwards or number < self._newest_used:
            return ChannelFault.REORDERED
        return None

    def _find_pattern(self, received_s: float) -> ChannelFault | None:
        """Look at all frames so far. received_s: of the newest, since the first."""
        captured_s = self._captured_s[-1] - self._captured_s[0]
        if abs(captured_s - received_s) > _CLOCKS_AGREE_S:
            return ChannelFault.CLOCKS_DISAGREE
        if self._frames >= _FRAMES_FOR_LATE and self._late > _MOST_LATE * self._frames:
            return ChannelFault.TOO_LATE
        intervals = np.diff(self._captured_s[-_INTERVALS_FOR_JITTER - 1 :])
        if len(intervals) == _INTERVALS_FOR_JITTER and intervals.std() < _LEAST_JITTER_S:
            return ChannelFault.TOO_REGULAR
        return None
