"""A video is read from its beginning to its end, or until somebody stops it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from mien.core.detection import Search
from mien.core.expression import Expression, ExpressionShares
from mien.core.face import Face
from mien.core.geometry import Box
from mien.core.image import Image
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.core.pose import Pose
from mien.core.quality import Quality
from mien.core.video import VideoFrame
from mien.errors import ImageUnreadableError, VideoTooLargeError, VideoUnreadableError
from mien.service.follow_expressions import MOST_FACES, FollowExpressions
from mien.service.read_expressions import ReadExpressions
from mien.service.read_video import MAX_SIGHTINGS, ReadVideo

LANDMARKS = Landmarks(np.zeros((5, 2), np.float32), LandmarkScheme.EYES_NOSE_MOUTH_CORNERS)
GOOD = Quality(
    sharpness=500, brightness=120, contrast=50, face_px=200, pose=Pose(0, 0, 0), visible_share=1
)
GLAD = ExpressionShares((0.1, 0.9, 0, 0, 0, 0, 0, 0))


class Faces:
    """As many as the first pixel says, side by side in an image of 100 x 50."""

    def detect(self, image: Image, search: Search) -> Sequence[Face]:  # noqa: ARG002 the port's form
        count = int(image.pixels[0, 0, 0])
        return [
            Face(Box(5.0 * n, 10, 5.0 * n + 4, 20), 1.0, LANDMARKS, GOOD, ()) for n in range(count)
        ]

    def read(self, image: Image, faces: Sequence[Face]) -> list[ExpressionShares]:  # noqa: ARG002 likewise
        return [GLAD for _ in faces]


def decode(data: bytes, *, enough_px: int | None = None) -> Image:
    assert enough_px == 720
    if data == b"broken":
        raise ImageUnreadableError("broken")
    return picture(data[0])


def picture(faces: int) -> Image:
    pixels = np.zeros((50, 100, 3), np.uint8)
    pixels[0, 0, 0] = faces
    return Image(pixels)


@dataclass
class FakeVideo:
    """Shows so many faces in each frame, four frames a second."""

    counts: Sequence[int]
    duration_s: float | None = None
    played_s: float = 0.0
    is_closed: bool = False

    def frames(self, per_s: float) -> Iterator[VideoFrame]:
        for number, count in enumerate(self.counts):
            self.played_s = number / per_s
            yield VideoFrame(self.played_s, picture(count))


def reader(video: FakeVideo) -> ReadVideo:
    faces = Faces()

    @contextmanager
    def opened(path: Path) -> Iterator[FakeVideo]:
        if path.name == "broken":
            raise VideoUnreadableError("broken")
        yield video
        video.is_closed = True

    read = ReadExpressions(decode, faces, faces)
    return ReadVideo(opened, lambda: FollowExpressions(decode, read))


def always(_share: float) -> bool:
    return True


def test_a_video_becomes_moments_and_tracks() -> None:
    video = FakeVideo([1, 2, 0, 1])
    timeline = reader(video)(Path("clip"), 4.0, always)
    assert timeline is not None
    assert [moment.at_s for moment in timeline.moments] == [0.0, 0.25, 0.5, 0.75]
    assert [len(moment.faces) for moment in timeline.moments] == [1, 2, 0, 1]
    assert [(track.track, track.moments) for track in timeline.tracks] == [(1, 3), (2, 1)]
    assert (timeline.width, timeline.height, timeline.duration_s) == (100, 50, 0.75)
    assert timeline.tracks[0].mean.likeliest is Expression.HAPPINESS
    assert video.is_closed


def test_boxes_are_shares_of_the_frame() -> None:
    timeline = reader(FakeVideo([1]))(Path("clip"), 4.0, always)
    assert timeline is not None
    assert timeline.moments[0].faces[0].box == Box(0.0, 0.2, 0.04, 0.4)


def test_progress_rises_to_one_where_the_length_is_known() -> None:
    shares: list[float] = []

    def note(share: float) -> bool:
        shares.append(share)
        return True

    reader(FakeVideo([0] * 5, duration_s=1.0))(Path("clip"), 4.0, note)
    assert shares == [0.0, 0.25, 0.5, 0.75, 1.0]
    shares.clear()
    reader(FakeVideo([0] * 5))(Path("clip"), 4.0, note)
    assert shares == [0.0] * 5


def test_whoever_stops_it_gets_nothing_and_the_video_is_closed() -> None:
    video = FakeVideo([1] * 100)
    seen: list[float] = []

    def twice(share: float) -> bool:
        seen.append(share)
        return len(seen) < 2

    assert reader(video)(Path("clip"), 4.0, twice) is None
    assert len(seen) == 2
    assert video.is_closed


def test_a_video_without_a_frame_is_unreadable() -> None:
    with pytest.raises(VideoUnreadableError, match="no frame"):
        reader(FakeVideo([]))(Path("clip"), 4.0, always)


def test_of_a_crowd_only_the_largest_are_followed() -> None:
    timeline = reader(FakeVideo([MOST_FACES + 3]))(Path("clip"), 4.0, always)
    assert timeline is not None
    assert len(timeline.moments[0].faces) == MOST_FACES


def test_a_result_has_a_bounded_size() -> None:
    frames = MAX_SIGHTINGS // MOST_FACES
    assert reader(FakeVideo([MOST_FACES] * frames))(Path("clip"), 10.0, always) is not None
    with pytest.raises(VideoTooLargeError, match="fewer frames"):
        reader(FakeVideo([MOST_FACES] * (frames + 1)))(Path("clip"), 10.0, always)


def test_each_video_is_followed_by_itself() -> None:
    read = reader(FakeVideo([1]))
    for _ in range(2):
        timeline = read(Path("clip"), 4.0, always)
        assert timeline is not None
        assert [track.track for track in timeline.tracks] == [1]


def test_what_cannot_be_opened_is_found_before_any_frame() -> None:
    video = FakeVideo([1])
    reader(video).require_readable(Path("clip"))
    assert video.is_closed
    with pytest.raises(VideoUnreadableError):
        reader(video).require_readable(Path("broken"))


def test_frames_in_bytes_are_followed_too() -> None:
    faces = Faces()
    follow = FollowExpressions(decode, ReadExpressions(decode, faces, faces))
    assert [face.track for face in follow(bytes([2]), 0.0)] == [1, 2]
    with pytest.raises(ImageUnreadableError):
        follow(b"broken", 0.1)
    assert [face.track for face in follow(bytes([1]), 0.2)] == [1]
