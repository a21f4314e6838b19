"""How faces get into the network's crop and its points back; its real weights are golden."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from mien.core.detection import Detection
from mien.core.face_mesh import POINT_COUNT, FaceMesh
from mien.core.geometry import Box, Points
from mien.core.image import Image
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference.landmarks.face_mesh import FaceMesher
from mien.inference.runtime import Tensor
from tests.meshes import Look, mesh_of

COLORS = np.array([(255, 0, 0), (0, 255, 0), (0, 0, 255)])


class ColorFinder:
    """Marks a red, a green and a blue spot, and keeps the crops that it saw."""

    def __init__(self, logit: float = 5.0, *, logit_first: bool = False) -> None:
        self.crops: list[npt.NDArray[np.generic]] = []
        self._logit = np.array([[[[logit]]]], np.float32)
        self._logit_first = logit_first

    def run(self, values: npt.NDArray[np.generic]) -> Tensor:
        raise AssertionError(values.shape)  # it has two outputs

    def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        (crop,) = values
        self.crops.append(crop)
        points = np.zeros((POINT_COUNT, 3), np.float32)
        for number, color in enumerate(COLORS):
            rows, columns = np.nonzero((np.abs(crop.astype(int) - color) < 100).all(axis=2))
            points[number] = columns.mean(), rows.mean(), 10 * number
        outputs = [points.reshape(1, 1, 1, -1), self._logit]
        return outputs[::-1] if self._logit_first else outputs


def spotted(places: Points) -> Image:
    pixels = np.full((480, 640, 3), 128, np.uint8)
    for (x, y), color in zip(places.astype(int), COLORS, strict=True):
        pixels[y - 3 : y + 4, x - 3 : x + 4] = color
    return Image(pixels)


PLACES: Points = np.array([(280, 200), (360, 200), (320, 270)], np.float32)
"""Left eye, right eye, mouth."""


def detected(places: Points, box: Box, *, marked: bool = True) -> Detection:
    (left, right, mouth) = places
    points = np.array([left, right, (left + right) / 2, mouth, mouth], np.float32)
    landmarks = Landmarks(points, LandmarkScheme.EYES_NOSE_MOUTH_CORNERS) if marked else None
    return Detection(box, 0.9, landmarks)


def turned(places: Points, degrees: float, around: Sequence[float] = (320, 230)) -> Points:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    moved = (places - around) @ np.array([[c, s], [-s, c]]) + around
    return np.asarray(moved, np.float32)


@pytest.mark.parametrize("degrees", [0, -40, 25, 90, 180])
@pytest.mark.parametrize("side", [150, 220])
def test_points_come_back_to_where_they_are_in_the_image(degrees: float, side: float) -> None:
    places = turned(PLACES, degrees)
    seen = detected(places, Box.around(320, 230, side))

    mesh = FaceMesher(ColorFinder()).mark(spotted(places), seen)

    assert mesh.points[:3, :2] == pytest.approx(places, abs=1.5)


@pytest.mark.parametrize("degrees", [0, -40, 25])
def test_the_face_is_level_in_the_crop_with_a_quarter_around_it(degrees: float) -> None:
    network, places = ColorFinder(), turned(PLACES, degrees)

    FaceMesher(network).mark(spotted(places), detected(places, Box.around(320, 230, 200)))

    (crop,) = network.crops
    assert crop.shape == (192, 192, 3)
    red, green = (
        np.argwhere((np.abs(crop.astype(int) - color) < 100).all(axis=2)).mean(axis=0)
        for color in COLORS[:2]
    )
    assert red[0] == pytest.approx(green[0], abs=1)
    assert green[1] - red[1] == pytest.approx(80 * 192 / (1.5 * 200), abs=1)


@pytest.mark.parametrize("side", [100, 200])
def test_depth_is_in_pixels_of_the_image(side: float) -> None:
    seen = detected(PLACES, Box.around(320, 230, side * 1.5))

    mesh = FaceMesher(ColorFinder()).mark(spotted(PLACES), seen)

    assert mesh.points[1:3, 2] == pytest.approx(
        np.array([10, 20]) * 1.5 * 1.5 * side / 192, rel=0.01
    )


def test_a_face_without_marks_is_taken_to_be_upright() -> None:
    seen = detected(PLACES, Box.around(320, 230, 200), marked=False)

    mesh = FaceMesher(ColorFinder()).mark(spotted(PLACES), seen)

    assert mesh.points[:3, :2] == pytest.approx(PLACES, abs=1.5)


def test_a_mesh_of_a_frame_ago_is_enough_to_find_the_face_again() -> None:
    before = mesh_of(Look(roll_deg=30))
    x, y = before.box.center
    places = np.array([(x - 20, y - 20), (x + 20, y - 20), (x, y + 30)], np.float32)

    mesh = FaceMesher(ColorFinder()).mark(spotted(places), before)

    assert mesh.points[:3, :2] == pytest.approx(places, abs=1.5)


@pytest.mark.parametrize("logit_first", [True, False])
@pytest.mark.parametrize(("logit", "presence"), [(0.0, 0.5), (4.0, 0.982), (-4.0, 0.018)])
def test_presence_is_a_probability_whichever_output_comes_first(
    *, logit: float, presence: float, logit_first: bool
) -> None:
    network = ColorFinder(logit, logit_first=logit_first)

    mesh = FaceMesher(network).mark(spotted(PLACES), detected(PLACES, Box.around(320, 230, 200)))

    assert mesh.presence == pytest.approx(presence, abs=1e-3)
    assert mesh.points.dtype == np.float32


def test_a_box_without_size_is_marked_without_dividing_by_zero() -> None:
    nothing = FaceMesh(np.full((POINT_COUNT, 3), 50, np.float32), 1.0)

    class Anywhere:
        def run(self, values: npt.NDArray[np.generic]) -> Tensor:
            raise AssertionError(values.shape)

        def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
            assert values.shape == (1, 192, 192, 3)
            return [np.zeros((1, POINT_COUNT * 3), np.float32), np.zeros((1, 1), np.float32)]

    mesh = FaceMesher(Anywhere()).mark(Image(np.zeros((100, 100, 3), np.uint8)), nothing)

    assert np.isfinite(mesh.points).all()
