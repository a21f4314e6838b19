"""Which face of a photo is the labelled one, and how faces are found in photos that are crops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

import numpy as np

from mien.core.detection import Search
from mien.core.geometry import Box
from mien.core.image import Image

CROP_SIZES: Final = frozenset({(112, 112), (96, 112)})
"""Width and height of the field's aligned crops (ArcFace, SphereFace); no camera takes these."""

_MIN_FACES_PX: Final = (64.0, 40.0)
"""The finest scales, which cost most, are searched only where larger faces miss the center."""


class Located(Protocol):
    """A face that was found somewhere: a Detection or a Face."""

    @property
    def box(self) -> Box:
        """Where, in pixels of the image."""
        ...


FaceT_co = TypeVar("FaceT_co", bound=Located, covariant=True)
FaceT = TypeVar("FaceT", bound=Located)


class FaceFinder(Protocol[FaceT_co]):
    """Finds faces: a detector alone, or a whole analyzer."""

    def detect(self, image: Image, search: Search) -> Sequence[FaceT_co]:
        """Return the faces of an image."""
        ...


def surround_crop(image: Image) -> Image:
    """Return an aligned crop with a border of half its height, any other image as it is.

    In a crop the face fills the image, where detectors, trained on whole photos, miss a tenth of
    the faces. The border repeats the edge's pixels: of 101 crops of LFW faces, one that is black
    loses 54, none at all loses 9, the mirrored photo 1 and the repeated edge none
    (docs/evaluation.md).
    """
    if (image.width, image.height) not in CROP_SIZES:
        return image
    margin = image.height // 2
    padded = np.pad(image.pixels, ((margin, margin), (margin, margin), (0, 0)), mode="edge")
    return Image(np.ascontiguousarray(padded))


def find_labelled(image: Image, finder: FaceFinder[FaceT]) -> FaceT | None:
    """Return the face of at least 40 pixels that is nearest to the center of the image.

    A face that covers the center is taken without a look at smaller ones.
    """
    faces: Sequence[FaceT] = ()
    for min_face_px in _MIN_FACES_PX:
        faces = finder.detect(image, Search(min_face_px=min_face_px))
        if any(covers_center(face.box, image) for face in faces):
            break
    return central_face(image, faces) if faces else None


def central_face(image: Image, faces: Sequence[FaceT]) -> FaceT:
    """Return the face whose box is centered nearest to the center of the image."""
    middle = np.array([image.width, image.height]) / 2

    def distance(face: FaceT) -> float:
        return float(np.linalg.norm(np.array(face.box.center) - middle))

    return min(faces, key=distance)


def covers_center(box: Box, image: Image) -> bool:
    """Tell whether the center of the image lies inside of the box."""
    return box.left < image.width / 2 < box.right and box.top < image.height / 2 < box.bottom
