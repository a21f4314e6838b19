"""The Python API."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mien import FaceEngine
from mien.core.image import Pixels
from mien.errors import ImageUnreadableError, NoFaceError
from tests.support import altered, jpeg


@pytest.fixture(scope="module")
def engine(models_dir: Path) -> FaceEngine:
    return FaceEngine(models_dir.parent, threads=1)


def test_paths_bytes_and_arrays_are_the_same_photo(
    engine: FaceEngine, astronaut: Pixels, tmp_path: Path
) -> None:
    encoded = jpeg(astronaut)
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded)
    expected = engine.embed(encoded)
    np.testing.assert_array_equal(engine.embed(path), expected)
    np.testing.assert_array_equal(engine.embed(str(path)), expected)
    assert float(engine.embed(astronaut) @ expected) > 0.99


def test_faces_can_be_embedded_one_by_one_or_together(
    engine: FaceEngine, astronaut: Pixels, grace_hopper: Pixels
) -> None:
    faces = [engine.find(astronaut), engine.find(grace_hopper)]
    together = engine.embed(faces)
    assert together.shape == (2, 128)
    np.testing.assert_array_equal(together[0], engine.embed(faces[0]))


def test_one_person_is_told_from_another(
    engine: FaceEngine, astronaut: Pixels, grace_hopper: Pixels
) -> None:
    assert engine.compare(altered(astronaut, 1), altered(astronaut, 2)).accepted
    other = engine.compare(astronaut, grace_hopper)
    assert not other.accepted
    assert other.decision.similarity < other.decision.threshold


def test_a_photo_without_a_face_is_an_error_to_compare_but_not_to_detect(
    engine: FaceEngine,
) -> None:
    wall = np.full((240, 320, 3), 127, np.uint8)
    assert engine.detect(wall) == ()
    with pytest.raises(NoFaceError):
        engine.embed(wall)


def test_a_missing_file_is_named(engine: FaceEngine) -> None:
    with pytest.raises(ImageUnreadableError, match=r"missing\.jpg"):
        engine.find("missing.jpg")


def test_pixels_of_another_form_are_refused(engine: FaceEngine) -> None:
    with pytest.raises(ValueError, match="uint8 array"):
        engine.find(np.zeros((10, 10), np.uint8))
