from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from mien.core.detection import Search
from mien.core.image import Image, Pixels
from mien.core.quality import QualityLimits
from mien.core.scoring import similarity
from mien.errors import MultipleFacesError, NoFaceError
from mien.inference.pipeline import CONTRACT, BuiltinPipeline
from tests.support import altered

MIN_FACE_PX = 40


@pytest.fixture(scope="module")
def side_by_side(grace_hopper: Pixels) -> Image:
    """Two people whose faces are equally large."""
    return Image(np.hstack([grace_hopper, grace_hopper[:, ::-1]]))


def test_a_face_comes_with_all_that_was_measured_on_it(
    pipeline: BuiltinPipeline, astronaut: Pixels
) -> None:
    image = Image(astronaut)

    face = pipeline.detect_dominant(image, MIN_FACE_PX)

    assert face.quality.face_px == face.box.width
    assert face.quality.visible_share == 1
    assert face.quality.reasons(QualityLimits()) == ()
    assert face.chip.shape == (150, 150, 3)
    inside = (face.landmarks > (face.box.left, face.box.top)) & (
        face.landmarks < (face.box.right, face.box.bottom)
    )
    assert inside.all()


def test_everybody_is_detected_and_nobody_dominates(
    pipeline: BuiltinPipeline, side_by_side: Image
) -> None:
    faces = pipeline.detect(side_by_side, Search(min_face_px=100))

    assert len(faces) == 2
    with pytest.raises(MultipleFacesError):
        pipeline.detect_dominant(side_by_side, MIN_FACE_PX)


def test_an_empty_room_shows_no_face(pipeline: BuiltinPipeline) -> None:
    with pytest.raises(NoFaceError):
        pipeline.detect_dominant(Image(np.full((480, 640, 3), 120, np.uint8)), MIN_FACE_PX)


def test_another_take_is_nearer_to_the_same_person_than_to_another(
    pipeline: BuiltinPipeline, astronaut: Pixels, grace_hopper: Pixels
) -> None:
    photos = [altered(photo, seed) for photo in (astronaut, grace_hopper) for seed in (1, 2, 3)]
    faces = [pipeline.detect_dominant(Image(photo), MIN_FACE_PX) for photo in photos]
    one, other = np.split(np.stack(pipeline.embed(faces)), 2)

    same = [similarity(a, b) for person in (one, other) for a in person for b in person]
    different = [similarity(a, b) for a in one for b in other]

    assert min(same) > 0.98
    assert max(different) < 0.93


@pytest.mark.parametrize("degrees", [-20, 20])
def test_a_head_that_leans_rolls_as_much_and_embeds_the_same(
    pipeline: BuiltinPipeline, grace_hopper: Pixels, degrees: int
) -> None:
    height, width = grace_hopper.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    leaning = cv2.warpAffine(grace_hopper, turn, (width, height)).astype(np.uint8)

    faces = [
        pipeline.detect_dominant(Image(photo), MIN_FACE_PX) for photo in (grace_hopper, leaning)
    ]

    upright, rolled = (face.quality.pose.roll_deg for face in faces)
    assert rolled - upright == pytest.approx(degrees, abs=4)
    assert similarity(*pipeline.embed(faces)) > 0.98


def test_one_pipeline_serves_several_threads(
    pipeline: BuiltinPipeline, astronaut: Pixels, grace_hopper: Pixels
) -> None:
    def embed(photo: Pixels) -> list[float]:
        face = pipeline.detect_dominant(Image(photo), MIN_FACE_PX)
        return [float(value) for value in pipeline.embed([face])[0]]

    photos = [astronaut, grace_hopper]
    alone = [embed(photo) for photo in photos]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(embed, photos * 4))

    assert together == alone * 4


def test_the_contract_names_the_exact_models() -> None:
    assert CONTRACT.dimension == 128
    for part in (CONTRACT.detector, CONTRACT.landmarker, CONTRACT.embedder):
        assert len(part) >= 64
