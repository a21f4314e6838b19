"""A video as the use cases see it: frames with their time, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mien.core.image import Image


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """The largest video that is read.

    max_pixels: of a frame. max_decode_s: of the processor's time, spent on turning bytes into
    frames; what is done with the frames is not counted.
    """

    max_bytes: int = 100_000_000
    max_duration_s: float = 600.0
    max_pixels: int = 40_000_000
    max_decode_s: float = 300.0


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """An upright frame, and when it is shown, in seconds from the beginning."""

    at_s: float
    image: Image


class Video(Protocol):
    """A video that was opened."""

    @property
    def duration_s(self) -> float | None:
        """How long it claims to be; None when it does not say."""
        ...

    @property
    def played_s(self) -> float:
        """How much of it was gone through."""
        ...

    def frames(self, per_s: float) -> Iterator[VideoFrame]:
        """Yield at most so many frames a second, their times rising; raise a VideoError."""
        ...


class VideoOpener(Protocol):
    """Opens video files."""

    def __call__(self, path: Path) -> AbstractContextManager[Video]:
        """Return a video that is closed at the end; raise a VideoError, before any frame."""
        ...
