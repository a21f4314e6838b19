"""dlib itself, on the same weights: what the imported models are held against."""

from __future__ import annotations

import dlib
import numpy as np
import numpy.typing as npt
import pytest

from mien.core.geometry import Box, Points
from mien.core.image import Pixels
from mien.inference import catalogue
from tests.support import dlib_file


class Dlib:
    """The functions of dlib that mien replaces, in mien's types and frame."""

    def __init__(self) -> None:
        self._detector = dlib.cnn_face_detection_model_v1(str(dlib_file(catalogue.MMOD.source)))
        self._landmarker = dlib.shape_predictor(str(dlib_file(catalogue.FIVE_LANDMARKS.source)))
        self._embedder = dlib.face_recognition_model_v1(str(dlib_file(catalogue.RESNET29.source)))

    def detect(self, pixels: Pixels) -> list[Box]:
        found = [face.rect for face in self._detector(pixels, 0)]
        # dlib's rectangles name their last pixel, ours the edge behind it.
        return [Box(rect.left(), rect.top(), rect.right() + 1, rect.bottom() + 1) for rect in found]

    def landmarks(self, pixels: Pixels, box: Box) -> Points:
        """Return the landmarks as dlib has them: rounded to whole pixels."""
        return np.array([(part.x, part.y) for part in self._shape(pixels, box).parts()], np.float32)

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
