"""Where frames come from: a camera, or a video file that is played as if it were one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2

from mien.errors import InvalidRequestError

Clock = Callable[[], float]
"""Seconds; starts anywhere and only runs forward."""

Sleep = Callable[[float], None]

DEFAULT_FPS: Final = 15.0
_WIDTH, _HEIGHT = 640, 480
_QUALITY: Final = 90
_EARLY: Final = 0.25
"""In frames: cameras and files keep their own time, one that comes a little early will do."""


@dataclass(frozen=True, slots=True)
class CapturedFrame:
    """A picture, and when the camera took it by a clock that starts anywhere, in seconds."""

    jpeg: bytes
    captured_s: float


@contextmanager
def camera(
    number: int = 0, fps: float = DEFAULT_FPS, clock: Clock = time.monotonic
) -> Iterator[Iterator[CapturedFrame]]:
    """Open a camera of this machine and hand out its frames, until the block is left."""
    capture = cv2.VideoCapture(number)
    try:
        if not capture.isOpened():
            raise InvalidRequestError(
                f"camera {number} cannot be opened: is it there, and does no other program use it?"
            )
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, _WIDTH)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, _HEIGHT)
        yield _from_camera(capture, fps, clock)
    finally:
        capture.release()


@contextmanager
def video_file(
    path: Path,
    fps: float = DEFAULT_FPS,
    clock: Clock = time.monotonic,
    sleep: Sleep = time.sleep,
) -> Iterator[Iterator[CapturedFrame]]:
    """Open a video file and play it in real time, by its own timestamps; it ends with the file."""
    capture = cv2.VideoCapture(str(path))
    try:
        if not capture.isOpened():
            raise InvalidRequestError(f"{path} cannot be played: is it a video file?")
        yield _from_file(capture, fps, clock, sleep)
    finally:
        capture.release()


def _from_camera(capture: cv2.VideoCapture, fps: float, clock: Clock) -> Iterator[CapturedFrame]:
    due_s = clock()
    while capture.grab():
        captured_s = clock()
        if captured_s < due_s - _EARLY / fps:
            continue
        due_s = max(due_s + 1 / fps, captured_s)
        if (jpeg := _retrieve(capture)) is not None:
            yield CapturedFrame(jpeg, captured_s)


def _from_file(
    capture: cv2.VideoCapture, fps: float, clock: Clock, sleep: Sleep
) -> Iterator[CapturedFrame]:
    """Play the frames that are due; whoever takes them too slowly misses some, as with a camera."""
    began_s, due_s = clock(), 0.0
    while capture.grab():
        position_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        late_s = clock() - began_s - position_s
        if position_s < due_s - _EARLY / fps or late_s > 1 / fps:
            continue
        due_s = max(due_s + 1 / fps, position_s)
        if late_s < 0:
            sleep(-late_s)
        captured_s = clock()
        if (jpeg := _retrieve(capture)) is not None:
            yield CapturedFrame(jpeg, captured_s)


def _retrieve(capture: cv2.VideoCapture) -> bytes | None:
    """Return the frame that was grabbed as JPEG; None for one that is damaged."""
    seen, pixels = capture.retrieve()
    if not seen:
        return None
    _, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return encoded.tobytes()
