from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from mien.core.detection import Search
from mien.core.image import Image
from mien.inference.detection.mtcnn import MtcnnDetector, _crops
from mien.inference.runtime import Tensor
from tests.unit.inference.detection.sessions import answering

MARKS = [0.3, 0.7, 0.5, 0.35, 0.65, 0.4, 0.4, 0.6, 0.8, 0.8]


class Cascade:
    """Three networks that take a square on a dark ground for a face, and what they were shown.

    The face is twice as wide as the square.
    """

    def __init__(self) -> None:
        self.levels: list[tuple[int, ...]] = []
        self.refined: list[npt.NDArray[np.generic]] = []
        self.settled: list[npt.NDArray[np.generic]] = []
        self.detector = MtcnnDetector(
            answering(self._propose), answering(self._refine), answering(self._settle)
        )

    def _propose(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        self.levels.append(values.shape)
        windows = np.lib.stride_tricks.sliding_window_view(values[0, :, :, 0], (12, 12))
        scores = likeness(windows[::2, ::2])
        return [scores[None], np.zeros((1, 4, *scores.shape), np.float32)]

    def _refine(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        self.refined.append(values)
        return [likeness(values[..., 0]), np.zeros((len(values), 4), np.float32)]

    def _settle(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        self.settled.append(values)
        boxes = np.tile(np.array([0.1, 0.2, -0.1, -0.2], np.float32), (len(values), 1))
        marks = np.tile(np.array(MARKS, np.float32), (len(values), 1))
        return [likeness(values[..., 0]), boxes, marks]


def likeness(windows: npt.NDArray[np.generic]) -> Tensor:
    """Return how much brighter the middle of each window [..., side, side] is than the rest."""
    side = windows.shape[-1]
    bright = windows.astype(np.float32) / 255
    middle = bright[..., side // 4 : -side // 4, side // 4 : -side // 4].sum(axis=(-2, -1))
    rest = bright.sum(axis=(-2, -1)) - middle
    return np.asarray(middle / (side / 2) ** 2 - rest / (side**2 * 0.75), np.float32)


def square_in(width: int, height: int, left: int, top: int, side: int) -> Image:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[top : top + side, left : left + side] = 255
    return Image(pixels)


def test_box_and_landmarks_are_shares_of_the_last_window() -> None:
    cascade = Cascade()

    (face,) = cascade.detector.detect(square_in(160, 120, 52, 36, 24), Search(min_face_px=24))

    assert face.box.left == pytest.approx(40 + 0.1 * 48 - 0.5, abs=4)
    assert face.box.right == pytest.approx(88 - 0.1 * 48 - 0.5, abs=4)
    assert face.landmarks is not None
    marks = (40, 24) + np.array(MARKS).reshape(2, 5).T * 48 - 0.5
    np.testing.assert_allclose(face.landmarks.points, marks, atol=4)


def test_the_pyramid_starts_where_the_smallest_wanted_face_fills_the_window() -> None:
    cascade = Cascade()

    cascade.detector.detect(square_in(160, 120, 0, 0, 1), Search(min_face_px=24))

    assert cascade.levels[0] == (1, 61, 81, 3)
    assert len(cascade.levels) == 5
    assert min(cascade.levels[-1][1:3]) > 12


def test_nothing_is_refined_where_nothing_is_proposed() -> None:
    cascade = Cascade()

    assert cascade.detector.detect(square_in(160, 120, 0, 0, 1), Search(min_face_px=24)) == ()
    assert cascade.refined == []
    assert cascade.settled == []


def test_an_image_smaller_than_the_window_is_not_looked_at() -> None:
    cascade = Cascade()

    assert cascade.detector.detect(square_in(300, 11, 0, 0, 11), Search(min_face_px=1)) == ()
    assert cascade.levels == []


def test_the_windows_of_a_stage_are_looked_at_together() -> None:
    cascade = Cascade()
    two = square_in(200, 120, 28, 28, 24).pixels + square_in(200, 120, 132, 36, 24).pixels

    faces = cascade.detector.detect(Image(two), Search(min_face_px=24))

    assert len(faces) == 2
    assert len(cascade.refined) == len(cascade.settled) == 1
    assert len(cascade.refined[0]) > 2
    assert cascade.refined[0].shape[1:] == (24, 24, 3)
    assert cascade.settled[0].shape[1:] == (48, 48, 3)


def test_what_lies_beyond_the_image_is_black() -> None:
    pixels = np.full((20, 30, 3), 200, np.uint8)

    inside, beyond, outside = _crops(
        pixels, np.array([[0, 0, 20, 20], [-10, 10, 10, 30], [40, 0, 60, 20]], np.float32), 4
    )

    assert (inside == 200).all()
    assert (beyond[:2, 2:] == 200).all()
    assert not beyond[2:].any()
    assert not beyond[:, :2].any()
    assert not outside.any()
