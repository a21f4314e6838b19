"""Video files become frames, within limits, and nothing else is ever opened."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.core.image import Pixels
from mien.core.video import VideoFrame, VideoLimits
from mien.errors import VideoTooLargeError, VideoUnreadableError
from mien.inference.video import open_video
from tests.clips import write_clip

GRAY = np.full((48, 64, 3), 128, np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def clip(folder: Path) -> Path:
    return write_clip(folder / "clip.mp4", [GRAY], seconds=2.0)


def frames(
    path: Path,
    per_s: float = 4.0,
    *,
    limits: VideoLimits = VideoLimits(),  # noqa: B008 a frozen value
    enough_px: int = 720,
) -> list[VideoFrame]:
    with open_video(path, limits=limits, enough_px=enough_px) as video:
        return list(video.frames(per_s))


@pytest.mark.parametrize("ending", ["mp4", "mov", "avi", "mkv", "webm"])
def test_the_usual_containers_are_read(folder: Path, ending: str) -> None:
    path = write_clip(folder / f"usual.{ending}", [GRAY])
    (first, *_) = frames(path)
    assert first.image.pixels.shape == (48, 64, 3)
    assert abs(int(first.image.pixels.mean()) - 128) < 8


@pytest.mark.parametrize("per_s", [1.0, 4.0, 5.0, 10.0])
def test_so_many_frames_a_second_are_taken(clip: Path, per_s: float) -> None:
    times = [frame.at_s for frame in frames(clip, per_s)]
    assert times[0] == 0.0
    assert np.all(np.diff(times) > 0)
    assert abs(len(times) - 2 * per_s) <= 1
    assert max(np.diff(times)) <= 1 / per_s + 0.1 + 1e-6


def test_a_video_says_how_long_it_is_and_how_far_it_was_played(clip: Path) -> None:
    with open_video(clip, limits=VideoLimits(), enough_px=720) as video:
        assert video.duration_s == pytest.approx(2.0)
        assert video.played_s == 0.0
        list(video.frames(1.0))
        assert video.played_s == pytest.approx(1.9, abs=0.01)


def test_colors_come_in_the_order_of_rgb(folder: Path) -> None:
    red = np.zeros_like(GRAY)
    red[..., 0] = 220
    path = write_clip(folder / "red.mp4", [red])
    mean = frames(path)[0].image.pixels.reshape(-1, 3).mean(axis=0)
    assert mean[0] > 180
    assert max(mean[1:]) < 40


def test_large_frames_are_made_smaller_and_small_ones_are_left(folder: Path, clip: Path) -> None:
    large = write_clip(folder / "large.mp4", [np.zeros((400, 600, 3), np.uint8)], seconds=0.3)
    assert frames(large, enough_px=100)[0].image.pixels.shape == (100, 150, 3)
    assert frames(clip, enough_px=100)[0].image.pixels.shape == (48, 64, 3)


def test_a_phone_held_upright_gives_upright_frames(folder: Path) -> None:
    """The matrix of an MP4's track header says so (ISO/IEC 14496-12, 8.3.2)."""
    path = write_clip(folder / "turned.mp4", [_half_white()])
    data = path.read_bytes()
    unity = b"".join(n.to_bytes(4, "big") for n in (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30))
    quarter = b"".join(
        (n % 2**32).to_bytes(4, "big") for n in (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    )
    header = data.index(b"tkhd")
    place = data.index(unity, header)
    path.write_bytes(data[:place] + quarter + data[place + len(unity) :])
    upright = frames(path)[0].image.pixels
    assert upright.shape == (64, 48, 3)
    # What lay at the left lies at the top now.
    assert upright[:24].mean() > 200
    assert upright[-24:].mean() < 50


def _half_white() -> Pixels:
    half = np.zeros_like(GRAY)
    half[:, :32] = 255
    return half


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff\xe0 a photo",
        b"#EXTM3U\n#EXTINF:9,\nclip.mp4\n",
        b"ffconcat version 1.0\nfile clip.mp4\n",
        b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 20,
        b"\x1a\x45\xdf\xa3" + bytes(4000),
        b"RIFF\0\0\0\0AVI " + bytes(4000),
        b"RIFF\0\0\0\0WEBP" + bytes(4000),
    ],
)
def test_what_is_no_video_is_refused(folder: Path, data: bytes, clip: Path) -> None:
    path = folder / "other"
    path.write_bytes(data)
    assert clip.parent == folder
    with pytest.raises(VideoUnreadableError):
        frames(path)


def test_a_playlist_never_leads_to_another_file(folder: Path, clip: Path) -> None:
    """FFmpeg itself refuses the playlist, were its first bytes ever to pass."""
    playlist = folder / "list.m3u8"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{clip}\n#EXT-X-ENDLIST\n")
    frames(clip)  # which names what FFmpeg may read
    capture = cv2.VideoCapture(str(playlist), cv2.CAP_FFMPEG)
    assert not capture.isOpened()


def test_a_video_that_breaks_off_is_read_up_to_there(folder: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (10, 48, 64, 3), np.uint8)
    whole = write_clip(folder / "whole.avi", list(noise))
    broken = folder / "broken.avi"
    broken.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert 0 < len(frames(broken, 10.0)) < len(frames(whole, 10.0))


def test_a_file_that_is_not_there_is_unreadable(folder: Path) -> None:
    with pytest.raises(VideoUnreadableError, match="No such file"):
        frames(folder / "nowhere.mp4")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (VideoLimits(max_duration_s=1.5), "longer than 0.025 minutes"),
        (VideoLimits(max_pixels=3000), "megapixels"),
        (VideoLimits(max_decode_s=0.0), "takes more than 0 seconds"),
    ],
)
def test_limits_hold(clip: Path, limits: VideoLimits, words: str) -> None:
    with pytest.raises(VideoTooLargeError, match=words):
        frames(clip, limits=limits)


def test_a_video_that_lies_about_its_length_is_found_while_it_is_played(clip: Path) -> None:
    limits = VideoLimits(max_duration_s=2.0)
    with open_video(clip, limits=limits, enough_px=720) as video:
        playing = video.frames(10.0)
        next(playing)
        object.__setattr__(limits, "max_duration_s", 1.0)
        with pytest.raises(VideoTooLargeError, match="longer"):
            list(playing)
