"""dlib itself, on the same weights: what the imported models are held against."""

from __future__ import annotations

import dlib
import numpy as np
import numpy.typing as npt
import pytest

from mien.core.geometry import Box
from mien.core.image import Pixels
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference import catalogue
from mien.inference.model import Model
from tests.support import dlib_file


class Dlib:
    """The functions of dlib that mien replaces, in mien's types and frame."""

    def __init__(self) -> None:
        self._detector = dlib.cnn_face_detection_model_v1(_file(catalogue.MMOD))
        self._landmarker = dlib.shape_predictor(_file(catalogue.FIVE_LANDMARKS))
        self._embedder = dlib.face_recognition_model_v1(_file(catalogue.RESNET29))

    def detect(self, pixels: Pixels) -> list[Box]:
        found = [face.rect for face in self._detector(pixels, 0)]
        # dlib's rectangles name their last pixel, ours the edge behind it.
        return [Box(rect.left(), rect.top(), rect.right() + 1, rect.bottom() + 1) for rect in found]

    def landmarks(self, pixels: Pixels, box: Box) -> Landmarks:
        """Return the landmarks as dlib has them: rounded to whole pixels."""
        parts = self._shape(pixels, box).parts()
        points = np.array([(part.x, part.y) for part in parts], np.float32)
        return Landmarks(points, LandmarkScheme.EYE_CORNERS_NOSE_BASE)

    def chip(self, pixels: Pixels, box: Box) -> Pixels:
        return np.asarray(dlib.get_face_chip(pixels, self._shape(pixels, box), 150, 0.25))

    def embed(self, chip: Pixels) -> npt.NDArray[np.float32]:
        """Return the raw embedding of a chip: neither mirrored nor of unit length."""
        return np.asarray(self._embedder.compute_face_descriptor(chip), np.float32)

    def _shape(self, pixels: Pixels, box: Box) -> dlib.full_object_detection:
        left, top, right, bottom = (
            round(edge) for edge in (box.left, box.top, box.right - 1, box.bottom - 1)
        )
        return self._landmarker(pixels, dlib.rectangle(left, top, right, bottom))


def _file(model: Model) -> str:
    return str(dlib_file(model.source.name))


@pytest.fixture(scope="session")
def reference() -> Dlib:
    return Dlib()


@pytest.fixture(scope="session", params=["astronaut", "grace_hopper"])
def photo(request: pytest.FixtureRequest) -> Pixels:
    """Each of the two portraits in turn."""
    return np.asarray(request.getfixturevalue(request.param))


@pytest.fixture(scope="session")
def dlib_face(reference: Dlib, photo: Pixels) -> Box:
    """The portrait's face as dlib's detector has it: detected once, for it takes seconds."""
    (face,) = reference.detect(photo)
    return face
