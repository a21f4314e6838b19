"""A clip of somebody who turns their head; it lies beside the repository and is never copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from tests.golden.downloads import SHARED

TURNING: Final = SHARED / "data" / "videos" / "real_apfol.webm"

_FRONTAL_S: Final = ((0.0, 0.5), (11.4, 11.7))
_ENROLLED: Final = 10
_STRAIGHT_S: Final = (0.47, 0.67)
_WAITS_S: Final = 3.6

Frame = npt.NDArray[np.uint8]


def turning(fps: int) -> Iterator[Frame]:
    """Yield what a camera of so many frames a second would have taken, BGR.

    First the person looks straight ahead for a while, over and over again: a clip does not wait to
    be asked, and a page needs some time to open its camera and to begin a session.
    """
    frames = list(_resampled(fps))
    began, ended = (round(at_s * fps) for at_s in _STRAIGHT_S)
    still = frames[began:ended]
    for _ in range(round(_WAITS_S * fps / (2 * len(still)))):
        yield from still
        yield from reversed(still)
    yield from frames[began:]


def _resampled(fps: int) -> Iterator[Frame]:
    due_s = 0.0
    for at_s, frame in _timed(TURNING):
        while due_s <= at_s:
            yield frame
            due_s += 1 / fps


def frontal_photos() -> list[bytes]:
    """Return JPEGs of the person in the clip, to enroll."""
    frontal = [
        cv2.imencode(".jpg", frame)[1].tobytes()
        for at_s, frame in _timed(TURNING)
        if any(start <= at_s < end for start, end in _FRONTAL_S)
    ]
    return frontal[:_ENROLLED]


def _timed(path: Path) -> Iterator[tuple[float, Frame]]:
    video = cv2.VideoCapture(str(path))
    try:
        while True:
            read, frame = video.read()
            if not read:
                return
            yield video.get(cv2.CAP_PROP_POS_MSEC) / 1000, np.asarray(frame, np.uint8)
    finally:
        video.release()
