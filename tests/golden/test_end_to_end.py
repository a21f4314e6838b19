from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.core.template import normalize
from mien.inference.pipeline import FacePipeline
from mien.inference.runtime import Session
from tests.golden.conftest import Dlib


def test_from_photo_to_embedding_mien_and_dlib_see_the_same_face(
    pipeline: FacePipeline,
    models: Mapping[str, Path],
    reference: Dlib,
    photo: Pixels,
    dlib_face: Box,
) -> None:
    expected = normalize(reference.embed(reference.chip(photo, dlib_face)))

    face = pipeline.detect_dominant(Image(photo), 40)

    alone = Session(models["resnet29"], threads=2).run(face.chips[0][None])[0]
    (with_mirror_image,) = pipeline.embed([face])
    assert normalize(alone) @ expected > 0.995
    assert normalize(with_mirror_image) @ expected > 0.99
