from __future__ import annotations

from mien.core.detection import Search
from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.pipeline import FacePipeline


def test_the_face_is_the_one_that_dlib_finds(
    pipeline: FacePipeline, photo: Pixels, dlib_face: Box
) -> None:
    (found,) = pipeline.detect(Image(photo), Search(min_face_px=40))

    assert found.box.intersection_over_union(dlib_face) > 0.7
