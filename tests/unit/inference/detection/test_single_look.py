"""What RetinaFace, SCRFD and BlazeFace make of their networks' outputs.

Sources of the expected places: the decoders of Pytorch_Retinaface, InsightFace and MediaPipe,
worked out by hand for one anchor.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from mien.core.detection import Search
from mien.core.geometry import Box
from mien.core.image import Image
from mien.core.landmarks import LandmarkScheme
from mien.inference.detection.blazeface import BlazeFaceDetector
from mien.inference.detection.retinaface import RetinaFaceDetector
from mien.inference.detection.scrfd import ScrfdDetector
from mien.inference.runtime import Tensor
from tests.unit.inference.detection.sessions import answering

EVERYTHING = Search(min_face_px=1)


def blank(width: int, height: int) -> Image:
    return Image(np.zeros((height, width, 3), np.uint8))


def test_retinaface_reads_places_and_sizes_relative_to_its_anchors() -> None:
    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        _, height, width, _ = values.shape
        count = 2 * sum(height // s * (width // s) for s in (8, 16, 32))
        boxes, scores, points = (np.zeros((1, count, n), np.float32) for n in (4, 2, 10))
        # Row 1, column 3 of the coarsest grid, its second anchor: (112, 48), 512 pixels.
        face = count - 2 * (height // 32 * (width // 32)) + 2 * (width // 32 + 3) + 1
        scores[0, face] = (0.1, 0.9)
        boxes[0, face] = (0.5, -0.25, np.log(0.25) * 5, np.log(0.5) * 5)
        points[0, face] = np.arange(10) / 10
        return [boxes, scores, points]

    (face,) = RetinaFaceDetector(answering(answer)).detect(blank(256, 128), EVERYTHING)

    x, y = 112 + 0.5 * 0.1 * 512, 48 - 0.25 * 0.1 * 512
    expected = (x - 64.5, y - 128.5, x + 63.5, y + 127.5)
    assert face.box.left == pytest.approx(expected[0], abs=1e-3)
    assert face.box.top == pytest.approx(expected[1], abs=1e-3)
    assert face.box.right == pytest.approx(expected[2], abs=1e-3)
    assert face.box.bottom == pytest.approx(expected[3], abs=1e-3)
    assert face.score == pytest.approx(0.9)
    assert face.landmarks is not None
    marks = (111.5, 47.5) + np.arange(10).reshape(5, 2) / 10 * 51.2
    np.testing.assert_allclose(face.landmarks.points, marks, atol=1e-3)


def test_scrfd_reads_distances_in_strides_from_its_cells() -> None:
    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        _, height, width, _ = values.shape
        counts = [2 * (height // s) * (width // s) for s in (8, 16, 32)]
        outputs = [np.zeros((count, n), np.float32) for n in (1, 4, 10) for count in counts]
        # Row 2, column 5 of the middle grid: (80, 32).
        face = 2 * (2 * (width // 16) + 5)
        outputs[1][face] = 0.8
        outputs[4][face] = (1, 2, 3, 4)
        outputs[7][face] = np.arange(10) / 4
        return outputs

    (face,) = ScrfdDetector(answering(answer)).detect(blank(256, 128), EVERYTHING)

    assert face.box == Box(80 - 16.5, 32 - 32.5, 80 + 47.5, 32 + 63.5)
    assert face.landmarks is not None
    marks = (79.5, 31.5) + np.arange(10).reshape(5, 2) * 4
    np.testing.assert_allclose(face.landmarks.points, marks)


def test_blazeface_reads_pixels_relative_to_its_cells_and_leaves_the_ears_out() -> None:
    def answer(_values: npt.NDArray[np.generic]) -> list[Tensor]:
        values, logits = np.zeros((1, 896, 16), np.float32), np.full((1, 896, 1), -9, np.float32)
        # Row 1, column 2 of the coarse grid, fourth of six: (40, 24).
        face = 512 + 6 * (8 + 2) + 3
        logits[0, face] = 2.0
        values[0, face] = [4, 6, 20, 30, *range(12)]
        return [values, logits]

    (face,) = BlazeFaceDetector(answering(answer)).detect(blank(256, 256), EVERYTHING)

    # The image is twice as large as what the network sees.
    assert face.box == Box(2 * 34 - 0.5, 2 * 15 - 0.5, 2 * 54 - 0.5, 2 * 45 - 0.5)
    assert face.score == pytest.approx(1 / (1 + np.exp(-2)))
    assert face.landmarks is not None
    assert face.landmarks.scheme is LandmarkScheme.EYES_NOSE_MOUTH
    marks = 2 * (np.array([40, 24]) + np.arange(8).reshape(4, 2)) - 0.5
    np.testing.assert_allclose(face.landmarks.points, marks)


def test_a_large_image_is_scaled_so_that_the_smallest_wanted_face_is_just_seen() -> None:
    seen: list[tuple[int, ...]] = []

    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        seen.append(values.shape)
        _, height, width, _ = values.shape
        count = 2 * sum(height // s * (width // s) for s in (8, 16, 32))
        return [np.zeros((1, count, n), np.float32) for n in (4, 2, 10)]

    detector = RetinaFaceDetector(answering(answer))
    for min_face_px in (24.0, 48.0, 500.0):
        assert detector.detect(blank(960, 640), Search(min_face_px=min_face_px)) == ()

    assert seen == [(1, 640, 960, 3), (1, 320, 480, 3), (1, 192, 256, 3)]
