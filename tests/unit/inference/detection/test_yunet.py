"""What YuNet's two looks make of the network's outputs; its real weights are golden."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.detection import Detection, Search
from mien.core.geometry import Box, Points
from mien.core.image import Image
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference.alignment import ARCFACE_FRAME
from mien.inference.detection import yunet
from mien.inference.detection.yunet import YuNetDetector, YuNetLandmarker
from mien.inference.runtime import Tensor
from tests.unit.inference.detection.sessions import Answer, answering

SCHEME = LandmarkScheme.EYES_NOSE_MOUTH_CORNERS
STRIDES = (8, 16, 32)
SMALLEST = Search(min_face_px=20)

LOOK_PX = yunet._UPRIGHT_PX
EYES_PX = yunet._UPRIGHT_EYES_PX
"""Side of the second look and how far apart the eyes are in it: tuned, so taken as they are."""

MIDDLE = (LOOK_PX // 16, LOOK_PX // 16)
ASIDE = MIDDLE[0] - int(yunet._MIDDLE_PX / 8) - 1
"""In cells of 8 pixels: the middle of a second look, and a column too far from it."""


class Outputs:
    """YuNet's twelve outputs, empty but for the faces that are put into them."""

    def __init__(self, views: int, width: int, height: int) -> None:
        self._columns = [width // stride for stride in STRIDES]
        cells = [
            columns * (height // stride)
            for columns, stride in zip(self._columns, STRIDES, strict=True)
        ]
        self.tensors = [
            np.zeros((views, count, n), np.float32) for n in (1, 1, 4, 10) for count in cells
        ]

    def put(
        self,
        *,
        cell: tuple[int, int],
        level: int = 0,
        view: int = 0,
        score: float = 1.0,
        box: Sequence[float] = (0, 0, 1, 1),
        marks: npt.ArrayLike = 0.0,
    ) -> None:
        """Put a face into column and row *cell*; box as the network says it, marks in pixels."""
        stride, at = STRIDES[level], cell[1] * self._columns[level] + cell[0]
        self.tensors[level][view, at] = score**2
        self.tensors[level + 3][view, at] = 1
        self.tensors[level + 6][view, at] = box
        points = np.broadcast_to(np.asarray(marks), (5, 2)) / stride - cell
        self.tensors[level + 9][view, at] = points.reshape(-1)


def outputs_for(values: npt.NDArray[np.generic]) -> Outputs:
    views, height, width, _ = values.shape
    return Outputs(views, width, height)


def blank(width: int, height: int) -> Image:
    return Image(np.zeros((height, width, 3), np.uint8))


def edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


class TestDetector:
    def test_places_and_sizes_are_relative_to_the_cells(self) -> None:
        marks = np.arange(10).reshape(5, 2) * 4 + 80

        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            outputs = outputs_for(values)
            outputs.put(
                cell=(5, 2),
                level=1,
                score=0.9,
                box=(0.5, -0.25, np.log(4), np.log(5)),
                marks=marks,
            )
            return outputs.tensors

        (face,) = YuNetDetector(answering(answer)).detect(blank(256, 128), SMALLEST)

        x, y = (5 + 0.5) * 16, (2 - 0.25) * 16
        assert edges(face.box) == pytest.approx((x - 32, y - 40, x + 32, y + 40))
        assert face.score == pytest.approx(0.9)
        assert face.landmarks is not None
        assert face.landmarks.scheme is SCHEME
        np.testing.assert_allclose(face.landmarks.points, marks, atol=1e-4)

    def test_a_face_in_a_scaled_image_is_told_in_the_images_own_pixels(self) -> None:
        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            outputs = outputs_for(values)
            outputs.put(cell=(10, 5), box=(0, 0, np.log(4), np.log(4)), marks=(80, 40))
            return outputs.tensors

        detector = YuNetDetector(answering(answer))
        (face,) = detector.detect(blank(1280, 640), Search(min_face_px=40))

        # Half the size: the center of a small pixel lies between those of two large ones.
        assert edges(face.box) == pytest.approx((128.5, 48.5, 192.5, 112.5))
        assert face.landmarks is not None
        np.testing.assert_allclose(face.landmarks.points, [(160.5, 80.5)] * 5)

    @pytest.mark.parametrize(
        ("min_face_px", "expected"),
        [(20, (1280, 960)), (40, (800, 608)), (80, (416, 320)), (1000, (320, 256))],
    )
    def test_the_image_is_as_small_as_the_smallest_wanted_face_allows(
        self, min_face_px: float, expected: tuple[int, int]
    ) -> None:
        seen: list[tuple[int, ...]] = []

        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            seen.append(values.shape)
            return outputs_for(values).tensors

        detector = YuNetDetector(answering(answer))

        assert detector.detect(blank(1600, 1200), Search(min_face_px=min_face_px)) == ()
        assert seen == [(1, expected[1], expected[0], 3)]

    def test_faces_narrower_than_wanted_are_left_out_and_others_come_largest_first(self) -> None:
        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            outputs = outputs_for(values)
            for column, width in ((4, 39.0), (15, 41.0), (30, 60.0)):
                outputs.put(cell=(column, 10), box=(0, 0, np.log(width / 8), np.log(70 / 8)))
            return outputs.tensors

        detector = YuNetDetector(answering(answer))
        found = detector.detect(blank(320, 160), Search(min_face_px=40))

        assert [face.box.width for face in found] == pytest.approx([60, 41])

    @pytest.mark.parametrize(("score", "count"), [(0.55, 0), (0.65, 1)])
    def test_what_it_is_not_certain_of_is_no_face(self, score: float, count: int) -> None:
        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            outputs = outputs_for(values)
            outputs.put(cell=(9, 9), score=score, box=(0, 0, 2, 2))
            return outputs.tensors

        detector = YuNetDetector(answering(answer))

        assert len(detector.detect(blank(160, 160), SMALLEST)) == count

    def test_a_face_that_several_cells_see_is_one(self) -> None:
        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            outputs = outputs_for(values)
            for column, score in ((9, 0.8), (10, 0.95), (11, 0.7)):
                outputs.put(cell=(column, 9), score=score, box=(0, 0, 2, 2))
            outputs.put(cell=(5, 4), level=1, score=0.9, box=(0, 0, 1.3, 1.3))
            return outputs.tensors

        (face,) = YuNetDetector(answering(answer)).detect(blank(160, 160), SMALLEST)

        assert face.score == pytest.approx(0.95)


UPRIGHT: Points = np.asarray(ARCFACE_FRAME.places[SCHEME], np.float32)


def look_at(marks: npt.ArrayLike, *, views: Sequence[int] = (0, 1), score: float = 1.0) -> Answer:
    """Return what the network says of a face in the middle of a second look.

    marks: of the look as it is; the mirror image's are told as a mirror shows them.
    """
    plain = np.asarray(marks, np.float64)
    mirrored = ((LOOK_PX - 1, 0) + plain * (-1, 1))[[1, 0, 2, 4, 3]]

    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        assert values.shape == (2, LOOK_PX, LOOK_PX, 3)
        outputs = outputs_for(values)
        for view in views:
            outputs.put(cell=MIDDLE, view=view, score=score, marks=(plain, mirrored)[view])
        return outputs.tensors

    return answer


def in_a_look(points: Points) -> Points:
    """Return where an upright face's points come to lie in a second look."""
    size = EYES_PX / np.ptp(UPRIGHT[:2, 0])
    return np.asarray((points - points.mean(axis=0)) * size + LOOK_PX / 2, np.float32)


def turned(points: Points, degrees: float, scale: float, x: float, y: float) -> Points:
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centered = points - points.mean(axis=0)
    return np.asarray(scale * centered @ turn.T + (x, y), np.float32)


def marked(points: Points) -> Detection:
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    box = Box(float(left), float(top), float(right), float(bottom))
    return Detection(box, 0.9, Landmarks(points, SCHEME))


class TestLandmarker:
    @given(st.floats(-180, 180), st.floats(0.3, 6), st.floats(100, 500), st.floats(100, 300))
    def test_a_face_is_looked_at_upright_however_it_is_turned(
        self, degrees: float, scale: float, x: float, y: float
    ) -> None:
        """A network that sees it where an upright face has to be agrees with the detector."""
        seen = marked(turned(UPRIGHT, degrees, scale, x, y))

        landmarks = YuNetLandmarker(answering(look_at(in_a_look(UPRIGHT)))).locate(
            blank(640, 480), seen
        )

        assert landmarks is not None
        assert seen.landmarks is not None
        assert landmarks.scheme is SCHEME
        np.testing.assert_allclose(landmarks.points, seen.landmarks.points, atol=0.02 * scale)

    @given(st.floats(-180, 180), st.floats(0.3, 6))
    def test_what_it_corrects_is_corrected_in_the_image(self, degrees: float, scale: float) -> None:
        """Five pixels to the right in an upright look, wherever that is in the image."""
        seen = marked(turned(UPRIGHT, degrees, scale, 300, 200))
        shift = np.array([5, 0])

        landmarks = YuNetLandmarker(answering(look_at(in_a_look(UPRIGHT) + shift))).locate(
            blank(640, 480), seen
        )

        assert landmarks is not None
        assert seen.landmarks is not None
        moved = landmarks.points - seen.landmarks.points
        size = scale * np.ptp(UPRIGHT[:2, 0]) / EYES_PX
        angle = np.deg2rad(degrees)
        expected = 5 * size * np.array([np.cos(angle), np.sin(angle)])
        np.testing.assert_allclose(moved, np.broadcast_to(expected, (5, 2)), atol=0.02 * scale)

    def test_a_face_without_marks_is_looked_at_in_the_middle_of_its_box(self) -> None:
        seen = Detection(Box(200, 100, 300, 220), 0.9)
        middle = np.full((5, 2), LOOK_PX / 2, np.float32)
        aside = middle + np.array([EYES_PX, 0])

        at, beside = (
            YuNetLandmarker(answering(look_at(marks))).locate(blank(640, 480), seen)
            for marks in (middle, aside)
        )

        assert at is not None
        assert beside is not None
        np.testing.assert_allclose(at.points, [(250, 160)] * 5, atol=1e-3)
        # The distance of the eyes is 42 % of the box.
        np.testing.assert_allclose(beside.points - at.points, [(42, 0)] * 5, atol=1e-3)

    @pytest.mark.parametrize("views", [(0,), (1,), (0, 1)])
    def test_one_look_that_sees_it_is_enough(self, views: tuple[int, ...]) -> None:
        seen = marked(turned(UPRIGHT, 10, 2, 300, 200))
        landmarker = YuNetLandmarker(answering(look_at(in_a_look(UPRIGHT), views=views)))

        landmarks = landmarker.locate(blank(640, 480), seen)

        assert landmarks is not None
        assert seen.landmarks is not None
        np.testing.assert_allclose(landmarks.points, seen.landmarks.points, atol=0.05)

    def test_two_looks_that_differ_are_averaged(self) -> None:
        seen = marked(turned(UPRIGHT, 0, 1, 300, 200))
        plain = look_at(in_a_look(UPRIGHT), views=(0,))
        mirrored = look_at(in_a_look(UPRIGHT) + np.array([0, 10]), views=(1,))

        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            return [a + b for a, b in zip(plain(values), mirrored(values), strict=True)]

        both, one, other = (
            YuNetLandmarker(answering(each)).locate(blank(640, 480), seen)
            for each in (answer, plain, mirrored)
        )

        assert both is not None
        assert one is not None
        assert other is not None
        np.testing.assert_allclose(both.points, (one.points + other.points) / 2, atol=1e-3)

    def test_the_second_view_is_the_mirror_image_of_the_first(self) -> None:
        views: list[npt.NDArray[np.generic]] = []

        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            views.extend(values)
            return outputs_for(values).tensors

        pixels = np.random.default_rng(1).integers(0, 256, (480, 640, 3), dtype=np.uint8)
        YuNetLandmarker(answering(answer)).locate(
            Image(pixels), marked(turned(UPRIGHT, 0, 2, 300, 200))
        )

        plain, mirrored = views
        assert plain.any()
        np.testing.assert_array_equal(mirrored, plain[:, ::-1])

    @pytest.mark.parametrize(
        "put",
        [
            lambda _outputs: None,
            lambda outputs: outputs.put(cell=MIDDLE, score=0.25),
            lambda outputs: outputs.put(cell=(ASIDE, MIDDLE[1])),
            lambda outputs: outputs.put(cell=(ASIDE + 2, ASIDE + 2)),
        ],
        ids=["nothing", "something doubtful", "a face at the side", "a face at a corner"],
    )
    def test_where_no_look_sees_it_the_detectors_own_marks_are_taken(
        self, put: Callable[[Outputs], None]
    ) -> None:
        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            outputs = outputs_for(values)
            put(outputs)
            return outputs.tensors

        seen = marked(turned(UPRIGHT, 0, 2, 300, 200))
        landmarker = YuNetLandmarker(answering(answer))

        assert landmarker.locate(blank(640, 480), seen) is seen.landmarks
        assert landmarker.locate(blank(640, 480), Detection(seen.box, 0.9)) is None

    def test_of_several_faces_in_the_middle_the_surest_is_taken(self) -> None:
        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            outputs = outputs_for(values)
            outputs.put(cell=(MIDDLE[0] - 1, MIDDLE[1]), score=0.6, marks=(10, 10))
            coarse = (MIDDLE[0] // 2, MIDDLE[1] // 2)
            outputs.put(cell=coarse, level=1, score=0.9, marks=in_a_look(UPRIGHT))
            outputs.put(cell=(ASIDE, MIDDLE[1]), score=1.0, marks=(200, 10))
            return outputs.tensors

        seen = marked(turned(UPRIGHT, 0, 2, 300, 200))

        landmarks = YuNetLandmarker(answering(answer)).locate(blank(640, 480), seen)

        assert landmarks is not None
        assert seen.landmarks is not None
        np.testing.assert_allclose(landmarks.points, seen.landmarks.points, atol=0.05)

    def test_landmarks_of_other_schemes_turn_a_face_upright_too(self) -> None:
        corners = ARCFACE_FRAME.places[LandmarkScheme.EYE_CORNERS_NOSE_BASE]
        together = np.vstack([corners, UPRIGHT]).astype(np.float32)
        # Both kinds of points of one face, turned and enlarged alike.
        placed = turned(together, 30, 2.5, 300, 200)
        marks = Landmarks(placed[:5], LandmarkScheme.EYE_CORNERS_NOSE_BASE)
        middle = (UPRIGHT - corners.mean(axis=0)) * EYES_PX / np.ptp(UPRIGHT[:2, 0])
        landmarker = YuNetLandmarker(answering(look_at(middle + LOOK_PX / 2)))

        landmarks = landmarker.locate(
            blank(640, 480), Detection(Box(200, 100, 400, 300), 0.9, marks)
        )

        assert landmarks is not None
        np.testing.assert_allclose(landmarks.points, placed[5:], atol=0.05)
