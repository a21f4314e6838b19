"""Read what the faces of a video express, from its beginning to its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, final

from mien.core.expression_timeline import ExpressionTimeline, Moment, summarize
from mien.core.video import VideoOpener
from mien.errors import VideoTooLargeError, VideoUnreadableError
from mien.service.follow_expressions import FollowExpressions

DEFAULT_FRAMES_PER_S: Final = 4.0
MIN_FRAMES_PER_S: Final = 1.0
MAX_FRAMES_PER_S: Final = 10.0

MAX_SIGHTINGS: Final = 20_000
"""Faces of all frames: bounds how much memory an answer takes."""

Proceed = Callable[[float], bool]
"""Called with the share that is done, 0 to 1; answers False to stop."""


@final
class ReadVideo:
    """Follows every face of a video; compares nobody and stores nothing."""

    def __init__(self, open_video: VideoOpener, following: Callable[[], FollowExpressions]) -> None:
        """Take what opens videos, and what makes a reader of frames for each."""
        self._open = open_video
        self._following = following

    def require_readable(self, path: Path) -> None:
        """Raise a VideoError for a file that cannot be read, without reading its frames."""
        with self._open(path):
            pass

    def __call__(
        self, path: Path, frames_per_s: float, proceed: Proceed
    ) -> ExpressionTimeline | None:
        """Return what is seen; None when it was stopped. Raises a VideoError."""
        moments: list[Moment] = []
        follow, sightings, size = self._following(), 0, (0, 0)
        with self._open(path) as video:
            for frame in video.frames(frames_per_s):
                faces = follow.of_image(frame.image, frame.at_s)
                moments.append(Moment(frame.at_s, faces))
                sightings += len(faces)
                _require_bounded(sightings)
                size = size if moments[1:] else (frame.image.width, frame.image.height)
                if not proceed(_share(video.played_s, video.duration_s)):
                    return None
            played_s = video.played_s
        if not moments:
            raise VideoUnreadableError("the video has no frame that can be decoded")
        width, height = size
        return ExpressionTimeline(played_s, width, height, tuple(moments), summarize(moments))


def _require_bounded(sightings: int) -> None:
    if sightings > MAX_SIGHTINGS:
        raise VideoTooLargeError(
            f"the video shows faces more than {MAX_SIGHTINGS:,} times: send a shorter one, or "
            "ask for fewer frames a second"
        )


def _share(played_s: float, duration_s: float | None) -> float:
    """Return how much is done; nothing is known of a video that does not say how long it is."""
    return min(1.0, played_s / duration_s) if duration_s else 0.0
