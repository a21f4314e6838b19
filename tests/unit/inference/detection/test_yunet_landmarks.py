"""What YuNet's second look makes of the network's outputs; its real weights are golden."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.detection import Detection
from mien.core.geometry import Box, Points
from mien.core.image import Image
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference.alignment import ARCFACE_FRAME
from mien.inference.cores import Cores
from mien.inference.detection import yunet
from mien.inference.detection.yunet import YuNetLandmarker
from mien.inference.runtime import Tensor
from tests.unit.inference.detection.sessions import Answer, answering
from tests.unit.inference.detection.yunet_outputs import Outputs, blank

SCHEME = LandmarkScheme.EYES_NOSE_MOUTH_CORNERS
UPRIGHT: Points = np.asarray(ARCFACE_FRAME.places[SCHEME], np.float32)

LOOK_PX = yunet.UPRIGHT_PX
EYES_PX = yunet.UPRIGHT_EYES_PX
"""Side of the second look and how far apart the eyes are in it: tuned, so taken as they are."""

COARSEST = 2
MIDDLE = (LOOK_PX // 64, LOOK_PX // 64)
BESIDE = (MIDDLE[0] - 1, MIDDLE[1])
ASIDE = (MIDDLE[0] - 1 - int(yunet.MIDDLE_PX / 32), MIDDLE[1])
"""In cells of 32 pixels: the middle of a look, a cell that is still in it, and one too far."""

Put = Callable[[Outputs], None]


def a_face(
    marks: npt.ArrayLike,
    *,
    cell: tuple[int, int] = MIDDLE,
    level: int = COARSEST,
    score: float = 1.0,
    offset: tuple[float, float] = (0, 0),
) -> Put:
    """Return what puts a face into a look; offset: of its middle from the cell, in cells."""
    return lambda outputs: outputs.put(
        cell=cell, level=level, score=score, box=(*offset, 1, 1), marks=marks
    )


def looks(plain: tuple[Put, ...], mirrored: tuple[Put, ...] = ()) -> Answer:
    """Return what the network says of the plain and the mirrored look, which come in turn."""
    turns = cycle((plain, mirrored))

    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        assert values.shape == (1, LOOK_PX, LOOK_PX, 3)
        outputs = Outputs.of(values)
        for put in next(turns):
            put(outputs)
        return outputs.tensors

    return answer


def as_mirrored(marks: npt.ArrayLike) -> Points:
    """Return marks of a look as its mirror image shows them."""
    points = np.broadcast_to(np.asarray(marks, np.float64), (5, 2))
    return np.asarray(((LOOK_PX - 1, 0) + points * (-1, 1))[[1, 0, 2, 4, 3]], np.float32)


def both_see(marks: npt.ArrayLike) -> Answer:
    return looks((a_face(marks),), (a_face(as_mirrored(marks)),))


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


SEEN = marked(turned(UPRIGHT, 0, 2, 300, 200))


def located(answer: Answer, seen: Detection = SEEN) -> Points:
    landmarks = YuNetLandmarker(answering(answer)).locate(blank(640, 480), seen)
    assert landmarks is not None
    assert landmarks.scheme is SCHEME
    return landmarks.points


def marks_of(seen: Detection) -> Points:
    assert seen.landmarks is not None
    return seen.landmarks.points


class TestPlace:
    @given(st.floats(-180, 180), st.floats(0.3, 6), st.floats(100, 500), st.floats(100, 300))
    def test_a_face_is_looked_at_upright_however_it_is_turned(
        self, degrees: float, scale: float, x: float, y: float
    ) -> None:
        """A network that sees it where an upright face has to be agrees with the detector."""
        seen = marked(turned(UPRIGHT, degrees, scale, x, y))

        points = located(both_see(in_a_look(UPRIGHT)), seen)

        np.testing.assert_allclose(points, marks_of(seen), atol=0.02 * scale)

    @given(st.floats(-180, 180), st.floats(0.3, 6))
    def test_what_it_corrects_is_corrected_in_the_image(self, degrees: float, scale: float) -> None:
        """Five pixels to the right in an upright look, wherever that is in the image."""
        seen = marked(turned(UPRIGHT, degrees, scale, 300, 200))
        shift = np.array([5, 0])

        moved = located(both_see(in_a_look(UPRIGHT) + shift), seen) - marks_of(seen)

        size = scale * np.ptp(UPRIGHT[:2, 0]) / EYES_PX
        angle = np.deg2rad(degrees)
        expected = 5 * size * np.array([np.cos(angle), np.sin(angle)])
        np.testing.assert_allclose(moved, np.broadcast_to(expected, (5, 2)), atol=0.02 * scale)

    def test_a_face_without_marks_is_looked_at_in_the_middle_of_its_box(self) -> None:
        seen = Detection(Box(200, 100, 300, 220), 0.9)
        middle = np.full((5, 2), LOOK_PX / 2, np.float32)

        at = located(both_see(middle), seen)
        beside = located(both_see(middle + np.array([EYES_PX, 0])), seen)

        np.testing.assert_allclose(at, [(250, 160)] * 5, atol=1e-3)
        # The distance of the eyes is 42 % of the box.
        np.testing.assert_allclose(beside - at, [(42, 0)] * 5, atol=1e-3)

    def test_landmarks_of_other_schemes_turn_a_face_upright_too(self) -> None:
        corners = ARCFACE_FRAME.places[LandmarkScheme.EYE_CORNERS_NOSE_BASE]
        together = np.vstack([corners, UPRIGHT]).astype(np.float32)
        # Both kinds of points of one face, turned and enlarged alike.
        placed = turned(together, 30, 2.5, 300, 200)
        marks = Landmarks(placed[:5], LandmarkScheme.EYE_CORNERS_NOSE_BASE)
        middle = (UPRIGHT - corners.mean(axis=0)) * EYES_PX / np.ptp(UPRIGHT[:2, 0])
        seen = Detection(Box(200, 100, 400, 300), 0.9, marks)

        points = located(both_see(middle + LOOK_PX / 2), seen)

        np.testing.assert_allclose(points, placed[5:], atol=0.05)


class TestTwoLooks:
    @pytest.mark.parametrize(
        "answer",
        [
            looks((a_face(in_a_look(UPRIGHT)),)),
            looks((), (a_face(as_mirrored(in_a_look(UPRIGHT))),)),
        ],
        ids=["plain", "mirrored"],
    )
    def test_one_that_sees_it_is_enough(self, answer: Answer) -> None:
        np.testing.assert_allclose(located(answer), marks_of(SEEN), atol=0.05)

    def test_two_that_differ_are_averaged(self) -> None:
        plain = (a_face(in_a_look(UPRIGHT)),)
        mirrored = (a_face(as_mirrored(in_a_look(UPRIGHT) + np.array([0, 10]))),)

        both = located(looks(plain, mirrored))

        expected = (located(looks(plain)) + located(looks((), mirrored))) / 2
        np.testing.assert_allclose(both, expected, atol=1e-3)

    def test_the_second_is_at_the_mirror_image_of_the_first(self) -> None:
        views: list[npt.NDArray[np.generic]] = []

        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            views.extend(values)
            return Outputs.of(values).tensors

        pixels = np.random.default_rng(1).integers(0, 256, (480, 640, 3), dtype=np.uint8)
        YuNetLandmarker(answering(answer)).locate(Image(pixels), SEEN)

        plain, mirrored = views
        assert plain.any()
        np.testing.assert_array_equal(mirrored, plain[:, ::-1])

    def test_taken_at_once_they_say_the_same_as_one_after_the_other(self) -> None:
        light = np.zeros((480, 640, 3), np.uint8)
        light[:, 300:] = 255

        def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
            """Mark the bright side, which the mirror image has on the left."""
            outputs = Outputs.of(values)
            side = np.argmax([values[0, :, 0].mean(), values[0, :, -1].mean()])
            outputs.put(cell=MIDDLE, level=COARSEST, marks=(60 + 140 * int(side), 100))
            return outputs.tensors

        one, two = (
            YuNetLandmarker(answering(answer), Cores(count)).locate(Image(light), SEEN)
            for count in (1, 2)
        )

        assert one is not None
        assert two is not None
        np.testing.assert_array_equal(one.points, two.points)


class TestCells:
    @pytest.mark.parametrize(
        "put",
        [
            lambda _outputs: None,
            a_face(0, score=0.25),
            a_face(0, cell=ASIDE),
            a_face(0, offset=(1.3, 1.3)),
            a_face(0, cell=(MIDDLE[0] * 2, MIDDLE[1] * 2), level=1),
            a_face(0, cell=(MIDDLE[0] * 4, MIDDLE[1] * 4), level=0),
        ],
        ids=[
            "nothing",
            "something doubtful",
            "a face at the side",
            "a face towards a corner",
            "a face half as large",
            "a face a quarter as large",
        ],
    )
    def test_where_none_sees_the_face_the_detectors_own_marks_are_taken(self, put: Put) -> None:
        landmarker = YuNetLandmarker(answering(looks((put,), (put,))))

        assert landmarker.locate(blank(640, 480), SEEN) is SEEN.landmarks
        assert landmarker.locate(blank(640, 480), Detection(SEEN.box, 0.9)) is None

    @given(st.floats(0.35, 1), st.floats(0.35, 1))
    def test_those_that_see_it_are_averaged_by_the_squares_of_their_scores(
        self, one: float, other: float
    ) -> None:
        near, far = in_a_look(UPRIGHT), in_a_look(UPRIGHT) + np.array([12, -4])

        points = located(looks((a_face(near, score=one), a_face(far, cell=BESIDE, score=other))))

        mean = (one**2 * near + other**2 * far) / (one**2 + other**2)
        np.testing.assert_allclose(points, located(looks((a_face(mean),))), atol=1e-3)

    @pytest.mark.parametrize(
        "put",
        [
            a_face(10, cell=ASIDE),
            a_face(10, cell=BESIDE, score=0.25),
            a_face(10, cell=BESIDE, offset=(-1, 0)),
            a_face(10, cell=(MIDDLE[0] * 2, MIDDLE[1] * 2), level=1),
            a_face(10, cell=(MIDDLE[0] * 4, MIDDLE[1] * 4), level=0),
        ],
        ids=["aside", "doubtful", "of a face aside", "of a smaller face", "of a tiny face"],
    )
    def test_others_do_not_count(self, put: Put) -> None:
        alone = a_face(in_a_look(UPRIGHT), score=0.5)

        np.testing.assert_array_equal(located(looks((alone, put))), located(looks((alone,))))

    def test_what_counts_is_where_the_face_is_and_not_where_the_cell_is(self) -> None:
        put = a_face(in_a_look(UPRIGHT), cell=ASIDE, offset=(MIDDLE[0] - ASIDE[0], 0))

        np.testing.assert_allclose(located(looks((put,))), marks_of(SEEN), atol=0.05)
