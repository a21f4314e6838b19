"""What YuNet's first look makes of the network's outputs; its real weights are golden."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.detection import Search
from mien.core.geometry import Box
from mien.core.landmarks import LandmarkScheme
from mien.inference.detection.yunet import YuNetDetector
from mien.inference.runtime import Tensor
from tests.unit.inference.detection.sessions import answering
from tests.unit.inference.detection.yunet_outputs import Outputs, blank, logit

SMALLEST = Search(min_face_px=20)
LARGEST = Search(min_face_px=20, largest_only=True)

Size = tuple[int, int]


def edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


def test_places_and_sizes_are_relative_to_the_cells() -> None:
    marks = np.arange(10).reshape(5, 2) * 4 + 80

    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        outputs = Outputs.of(values)
        outputs.put(
            cell=(5, 2), level=1, score=0.9, box=(0.5, -0.25, np.log(4), np.log(5)), marks=marks
        )
        return outputs.tensors

    (face,) = YuNetDetector(answering(answer)).detect(blank(256, 128), SMALLEST)

    x, y = (5 + 0.5) * 16, (2 - 0.25) * 16
    assert edges(face.box) == pytest.approx((x - 32, y - 40, x + 32, y + 40))
    assert face.score == pytest.approx(0.9)
    assert face.landmarks is not None
    assert face.landmarks.scheme is LandmarkScheme.EYES_NOSE_MOUTH_CORNERS
    np.testing.assert_allclose(face.landmarks.points, marks, atol=1e-4)


@given(st.floats(0.65, 0.999), st.floats(0.65, 0.999))
def test_its_score_is_the_geometric_mean_of_two_probabilities(face: float, thing: float) -> None:
    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        outputs = Outputs.of(values)
        outputs.put(cell=(5, 5), box=(0, 0, 2, 2))
        outputs.tensors[0][0, :2, 5, 5] = logit(face), logit(thing)
        return outputs.tensors

    (found,) = YuNetDetector(answering(answer)).detect(blank(96, 96), SMALLEST)

    assert found.score == pytest.approx(np.sqrt(face * thing), abs=1e-5)


@pytest.mark.parametrize("sure", [90.0, 500.0])
def test_a_network_that_is_very_sure_is_not_too_sure(sure: float) -> None:
    """Exponential functions of such numbers are more than a float holds."""

    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        outputs = Outputs.of(values)
        for level in outputs.tensors:
            level[:, :2] = -sure
        outputs.put(cell=(5, 5), box=(0, 0, 2, 2))
        outputs.tensors[0][0, :2, 5, 5] = sure
        return outputs.tensors

    (found,) = YuNetDetector(answering(answer)).detect(blank(96, 96), SMALLEST)

    assert found.score == 1


def test_a_face_in_a_scaled_image_is_told_in_the_images_own_pixels() -> None:
    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        outputs = Outputs.of(values)
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
    min_face_px: float, expected: Size
) -> None:
    looks = Looks({})

    found = looks.detector.detect(blank(1600, 1200), Search(min_face_px=min_face_px))

    assert found == ()
    assert looks.taken == [expected]


def test_faces_narrower_than_wanted_are_left_out_and_others_come_largest_first() -> None:
    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        outputs = Outputs.of(values)
        for column, width in ((4, 39.0), (15, 41.0), (30, 60.0)):
            outputs.put(cell=(column, 10), box=(0, 0, np.log(width / 8), np.log(70 / 8)))
        return outputs.tensors

    detector = YuNetDetector(answering(answer))
    found = detector.detect(blank(320, 160), Search(min_face_px=40))

    assert [face.box.width for face in found] == pytest.approx([60, 41])


@pytest.mark.parametrize(("score", "count"), [(0.55, 0), (0.65, 1)])
def test_what_it_is_not_certain_of_is_no_face(score: float, count: int) -> None:
    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        outputs = Outputs.of(values)
        outputs.put(cell=(9, 9), score=score, box=(0, 0, 2, 2))
        return outputs.tensors

    detector = YuNetDetector(answering(answer))

    assert len(detector.detect(blank(160, 160), SMALLEST)) == count


def test_a_face_that_several_cells_see_is_one() -> None:
    def answer(values: npt.NDArray[np.generic]) -> list[Tensor]:
        outputs = Outputs.of(values)
        for column, score in ((9, 0.8), (10, 0.95), (11, 0.7)):
            outputs.put(cell=(column, 9), score=score, box=(0, 0, 2, 2))
        outputs.put(cell=(5, 4), level=1, score=0.9, box=(0, 0, 1.3, 1.3))
        return outputs.tensors

    (face,) = YuNetDetector(answering(answer)).detect(blank(160, 160), SMALLEST)

    assert face.score == pytest.approx(0.95)


class Looks:
    """A detector that sees faces of given widths at given sizes of its input, and those sizes.

    seen: the widths in pixels of the input, by the input's width and height.
    """

    def __init__(self, seen: dict[Size, list[float]]) -> None:
        self._seen = seen
        self.taken: list[Size] = []
        self.detector = YuNetDetector(answering(self._answer))

    def _answer(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        size = (values.shape[2], values.shape[1])
        self.taken.append(size)
        outputs = Outputs.of(values)
        for number, width in enumerate(self._seen.get(size, [])):
            log = np.log(width / 8)
            outputs.put(cell=(size[0] // 32 * (2 * number + 1), 8), box=(0, 0, log, log))
        return outputs.tensors


GLANCE, FINE = (160, 128), (1280, 960)
"""What an image of 1600 x 1200 is looked at in: ten times and 1.25 times as small."""


class TestGlance:
    def test_a_large_face_is_found_in_it_and_nothing_finer_is_run(self) -> None:
        looks = Looks({GLANCE: [26.0], FINE: [200.0, 30.0]})

        (face,) = looks.detector.detect(blank(1600, 1200), LARGEST)

        assert looks.taken == [GLANCE]
        assert face.box.width == pytest.approx(260)

    @pytest.mark.parametrize("glanced", [[], [24.0]], ids=["nothing", "a small face"])
    def test_where_it_shows_no_large_face_the_fine_look_says_what_there_is(
        self, glanced: list[float]
    ) -> None:
        looks = Looks({GLANCE: glanced, FINE: [40.0, 188.0]})

        found = looks.detector.detect(blank(1600, 1200), LARGEST)

        assert looks.taken == [GLANCE, FINE]
        assert [face.box.width for face in found] == pytest.approx([235, 50])

    def test_two_faces_that_are_nearly_equal_are_both_found(self) -> None:
        looks = Looks({GLANCE: [24.0, 26.0]})

        found = looks.detector.detect(blank(1600, 1200), LARGEST)

        assert looks.taken == [GLANCE]
        assert [face.box.width for face in found] == pytest.approx([260, 240])

    def test_a_face_narrower_than_wanted_does_not_end_the_search(self) -> None:
        looks = Looks({GLANCE: [30.0]})

        wanted = Search(min_face_px=310, largest_only=True)

        assert looks.detector.detect(blank(1600, 1200), wanted) == ()
        assert looks.taken == [GLANCE, (320, 256)]

    def test_who_looks_for_everybody_takes_none(self) -> None:
        looks = Looks({GLANCE: [80.0]})

        assert looks.detector.detect(blank(1600, 1200), SMALLEST) == ()
        assert looks.taken == [FINE]

    def test_an_image_as_small_as_a_glance_is_looked_at_once(self) -> None:
        looks = Looks({})

        assert looks.detector.detect(blank(160, 120), LARGEST) == ()
        assert looks.taken == [GLANCE]
