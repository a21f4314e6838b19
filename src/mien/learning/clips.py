"""Video files as live sessions see them: readings of one face, frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean
from typing import Final, final

import cv2
import numpy as np

from mien.bootstrap.recognition import Recognition
from mien.core.face_mesh import FaceMesh
from mien.core.geometry import Box
from mien.core.image import Image
from mien.core.live.reading import Reading
from mien.core.live.run import COMPARED_AFTER_S
from mien.core.matching import Reference
from mien.core.ports import FaceTracker
from mien.core.template import SubjectId
from mien.errors import FaceError, ImageUnreadableError

FRAMES_PER_S: Final = 15.0
"""What a browser sends at best."""

SUFFIXES: Final = frozenset({".avi", ".m4v", ".mkv", ".mov", ".mp4", ".webm"})

_SMALLEST_SHARE: Final = 1 / 10

Likeness = Callable[[Image], float | None]
"""Compares a frame with the first that it was given; see `Reading.likeness`."""


def read_clip(
    path: Path,
    tracker: FaceTracker,
    likeness: Likeness | None = None,
    *,
    frames_per_s: float = FRAMES_PER_S,
) -> list[Reading]:
    """Return a clip's readings by its own time, at most so many a second; none without a face.

    likeness: made for this clip; now and then a frame is compared, as in a session. Raises
    ImageUnreadableError.
    """
    readings: list[Reading] = []
    before: FaceMesh | None = None
    compared_s = -np.inf
    for at_s, image in _frames(path, frames_per_s):
        tracked = tracker.track(image, before)
        before = None if tracked is None else tracked[0]
        if tracked is None:
            continue
        alike = None
        if likeness is not None and at_s - compared_s >= mean(COMPARED_AFTER_S):
            compared_s, alike = at_s, likeness(image)
        readings.append(Reading(at_s, *tracked, _in_shares(tracked[0].box, image), alike))
    return readings


@final
class FirstFace:
    """Compares faces with the first one: the `Likeness` of one clip."""

    def __init__(self, recognition: Recognition) -> None:
        """Take a loaded pack."""
        self._pipeline: Final = recognition.pipeline
        self._matcher: Final = recognition.matcher
        self._curve: Final = recognition.calibration.curve(1)
        self._first: Reference | None = None

    def __call__(self, image: Image) -> float | None:
        """Return the likeness; None for the first face, and where none could be compared."""
        smallest = _SMALLEST_SHARE * min(image.width, image.height)
        try:
            face = self._pipeline.detect_dominant(image, smallest)
        except FaceError:
            return None
        (embedding,) = self._pipeline.embed([face])
        if self._first is None:
            self._first = self._matcher.reference(SubjectId("-"), [embedding])
            return None
        similarity = self._matcher.compare(embedding, self._first).similarity
        return float(-np.log10(self._curve.false_match_rate(similarity)))


def _frames(path: Path, frames_per_s: float) -> Iterator[tuple[float, Image]]:
    """Yield frames with their time in seconds, and leave out those that come too soon."""
    clip = cv2.VideoCapture(str(path))
    due_s, count = 0.0, 0
    try:
        while clip.grab():
            count += 1
            at_s = float(clip.get(cv2.CAP_PROP_POS_MSEC)) / 1000
            # Half a frame early is on time: 30 frames a second make exactly 15.
            if at_s < due_s - 0.5 / frames_per_s / 10:
                continue
            due_s = max(due_s + 1 / frames_per_s, at_s)
            read, pixels = clip.retrieve()
            if read:
                yield at_s, Image(np.ascontiguousarray(pixels[:, :, ::-1]))
    finally:
        clip.release()
    if not count:
        raise ImageUnreadableError(f"{path.name} is not a video that can be read")


def _in_shares(box: Box, image: Image) -> Box:
    return Box(
        box.left / image.width,
        box.top / image.height,
        box.right / image.width,
        box.bottom / image.height,
    )
