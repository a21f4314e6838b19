"""Video files to upright RGB frames, by OpenCV's FFmpeg.

FFmpeg reads far more than videos: a playlist makes it open other files and addresses, which
whoever wrote it would choose. So a file is known by its first bytes before FFmpeg sees it, and
FFmpeg is told to read these containers only, and nothing but files.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, final

import cv2
import numpy as np

from mien.core.image import Image, Pixels
from mien.core.video import VideoFrame, VideoLimits
from mien.errors import VideoTooLargeError, VideoUnreadableError

_HEAD_BYTES: Final = 12
_MATROSKA: Final = b"\x1a\x45\xdf\xa3"
_BOXES: Final = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
"""With which files of QuickTime and MPEG-4 begin (ISO/IEC 14496-12, 4.2)."""

_OPTIONS: Final = (
    "protocol_whitelist;file|format_whitelist;mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"
)
_PATIENCE_MS: Final = 10_000
"""For one read: FFmpeg gives up on a file that leads it in circles."""

_EARLY: Final = 0.05
"""In frames: 30 frames a second make exactly 10, though their times are rounded."""


@contextmanager
def open_video(path: Path, *, limits: VideoLimits, enough_px: int) -> Iterator[OpenVideo]:
    """Open an MP4, MOV, WebM, MKV or AVI file; frames are made smaller down to *enough_px*.

    enough_px: of the shorter side. Raises VideoUnreadableError and VideoTooLargeError.
    """
    _require_container(path)
    _tame_ffmpeg()
    capture = cv2.VideoCapture(
        str(path),
        cv2.CAP_FFMPEG,
        [
            *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _PATIENCE_MS),
            *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, _PATIENCE_MS),
            # The cores are for the networks, and a cancelled video stops sooner.
            *(cv2.CAP_PROP_N_THREADS, 1),
        ],
    )
    try:
        if not capture.isOpened():
            raise VideoUnreadableError(
                "the video cannot be decoded: send an intact MP4, MOV, WebM, MKV or AVI file"
            )
        video = OpenVideo(capture, limits, enough_px)
        video.require_within_limits()
        yield video
    finally:
        capture.release()


@final
class OpenVideo:
    """A file that FFmpeg has opened; its frames can be gone through once."""

    def __init__(self, capture: cv2.VideoCapture, limits: VideoLimits, enough_px: int) -> None:
        """Take an opened capture, which whoever opened it releases."""
        self._capture: Final = capture
        self._limits: Final = limits
        self._enough_px: Final = enough_px
        self._decoded_s = 0.0
        self._played_s = 0.0

    @property
    def duration_s(self) -> float | None:
        """How long the header says that it is."""
        frames = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        per_s = self._capture.get(cv2.CAP_PROP_FPS)
        return frames / per_s if frames > 0 and per_s > 0 else None

    @property
    def played_s(self) -> float:
        """The time of the last frame that was gone through."""
        return self._played_s

    def require_within_limits(self) -> None:
        """Raise VideoTooLargeError for what the header says; frames are measured again."""
        width = self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)
        height = self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
        self._require_pixels(int(width * height))
        self._require_duration(self.duration_s or 0.0)

    def frames(self, per_s: float) -> Iterator[VideoFrame]:
        """Yield frames by their own times, and leave out those that come too soon."""
        due_s = 0.0
        while self._grab():
            if self._played_s < due_s - _EARLY / per_s:
                continue
            due_s = max(due_s + 1 / per_s, self._played_s)
            if (pixels := self._retrieve()) is not None:
                yield VideoFrame(self._played_s, Image(pixels))

    def _grab(self) -> bool:
        began_s = time.perf_counter()
        grabbed = self._capture.grab()
        self._spend(time.perf_counter() - began_s)
        if grabbed:
            at_s = float(self._capture.get(cv2.CAP_PROP_POS_MSEC)) / 1000
            self._require_duration(at_s)
            # Where a file has no times, or times that run back, it stands still.
            self._played_s = max(self._played_s, at_s) if np.isfinite(at_s) else self._played_s
        return grabbed

    def _retrieve(self) -> Pixels | None:
        """Return the frame that was grabbed; None for one that is damaged."""
        began_s = time.perf_counter()
        read, pixels = self._capture.retrieve()
        if not read:
            return None
        height, width = pixels.shape[:2]
        self._require_pixels(width * height)
        scale = self._enough_px / min(width, height)
        if scale < 1:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        upright = np.ascontiguousarray(pixels[:, :, ::-1], dtype=np.uint8)
        self._spend(time.perf_counter() - began_s)
        return upright

    def _spend(self, seconds: float) -> None:
        self._decoded_s += seconds
        if self._decoded_s > self._limits.max_decode_s:
            raise VideoTooLargeError(
                f"decoding the video takes more than {self._limits.max_decode_s:.0f} seconds: "
                "send a shorter or smaller one"
            )

    def _require_duration(self, duration_s: float) -> None:
        if duration_s > self._limits.max_duration_s:
            raise VideoTooLargeError(
                f"the video is longer than {self._limits.max_duration_s / 60:g} minutes: "
                "send it in parts"
            )

    def _require_pixels(self, pixels: int) -> None:
        if pixels > self._limits.max_pixels:
            raise VideoTooLargeError(
                f"a frame has {pixels / 1e6:.1f} megapixels, at most "
                f"{self._limits.max_pixels / 1e6:.0f} are accepted: send it smaller"
            )


def _require_container(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise VideoUnreadableError(f"the video cannot be read: {error.strerror}") from error
    is_avi = head.startswith(b"RIFF") and head[8:12] == b"AVI "
    if not (is_avi or head.startswith(_MATROSKA) or head[4:8] in _BOXES):
        raise VideoUnreadableError(
            "the file is no video that mien reads: send an MP4, MOV, WebM, MKV or AVI file"
        )


def _tame_ffmpeg() -> None:
    """Name what FFmpeg may read, and let it say nothing: it would write into the log.

    OpenCV takes both from the environment only, the first at every opening.
    """
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = _OPTIONS
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
