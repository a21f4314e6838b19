"""Frame sources: files made here, played by a clock that the test turns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.client import camera, video_file
from mien.errors import InvalidRequestError


@dataclass(slots=True)
class Watch:
    """A clock that runs only while somebody sleeps."""

    now_s: float = 50.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at 30 frames a second, each as bright as its number."""
    path = tmp_path_factory.mktemp("clip") / "clip.avi"
    code = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), code, 30.0, (64, 48))
    for number in range(60):
        writer.write(np.full((48, 64, 3), 4 * number, np.uint8))
    writer.release()
    return path


def brightness(jpeg: bytes) -> float:
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    return float(np.mean(pixels))


def test_a_file_is_played_at_the_pace_of_its_timestamps(clip: Path) -> None:
    watch = Watch()
    with video_file(clip, clock=watch, sleep=watch.sleep) as frames:
        played = list(frames)
    times_s = [frame.captured_s for frame in played]
    assert times_s == pytest.approx([50 + n / 15 for n in range(30)], abs=0.001)
    shown = [brightness(frame.jpeg) for frame in played]
    assert shown == pytest.approx([8 * n for n in range(30)], abs=2)


def test_whoever_is_slow_misses_frames_as_with_a_camera(clip: Path) -> None:
    watch, times_s = Watch(), []
    with video_file(clip, clock=watch, sleep=watch.sleep) as frames:
        for frame in frames:
            times_s.append(frame.captured_s)
            watch.sleep(0.5)
    assert times_s == [50.0, 50.5, 51.0, 51.5, 52.0]


def test_every_frame_is_played_at_a_higher_rate_than_the_files(clip: Path) -> None:
    watch = Watch()
    with video_file(clip, fps=60, clock=watch, sleep=watch.sleep) as frames:
        assert len(list(frames)) == 60


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"no video")
    with pytest.raises(InvalidRequestError, match="cannot be played"), video_file(path):
        pass


def test_a_camera_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="camera 99 cannot be opened"), camera(99):
        pass
