from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from mien.core.detection import Detection, Search
from mien.core.geometry import Box, Points
from mien.core.image import Image, Pixels
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.core.quality import QualityLimits
from mien.core.template import Embedding, normalize
from mien.errors import MultipleFacesError, NoFaceError
from mien.inference import catalogue
from mien.inference.alignment import ARCFACE_FRAME, DLIB_FRAME, ChipFrame, extract_chip
from mien.inference.assembly import contract_of
from mien.inference.cores import Cores
from mien.inference.embedding.embedder import Embedder, EmbedderFacts
from mien.inference.model import Model
from mien.inference.packs import BUILTIN
from mien.inference.pipeline import FacePipeline
from mien.inference.runtime import Session
from tests.support import altered

MIN_FACE_PX = 40


def cosine(one: Embedding, other: Embedding) -> float:
    return float(normalize(one) @ normalize(other))


@pytest.fixture(scope="module")
def side_by_side(grace_hopper: Pixels) -> Image:
    """Two people whose faces are equally large."""
    return Image(np.hstack([grace_hopper, grace_hopper[:, ::-1]]))


def test_a_face_comes_with_all_that_was_measured_on_it(
    pipeline: FacePipeline, astronaut: Pixels
) -> None:
    image = Image(astronaut)

    face = pipeline.detect_dominant(image, MIN_FACE_PX)

    assert face.quality.face_px == face.box.width
    assert face.quality.visible_share == 1
    assert face.quality.reasons(QualityLimits()) == ()
    (chip,) = face.chips
    assert chip.shape == (150, 150, 3)
    points = face.landmarks.points
    assert (points > (face.box.left, face.box.top)).all()
    assert (points < (face.box.right, face.box.bottom)).all()


def test_everybody_is_detected_and_nobody_dominates(
    pipeline: FacePipeline, side_by_side: Image
) -> None:
    faces = pipeline.detect(side_by_side, Search(min_face_px=100))

    assert len(faces) == 2
    with pytest.raises(MultipleFacesError):
        pipeline.detect_dominant(side_by_side, MIN_FACE_PX)


def test_an_empty_room_shows_no_face(pipeline: FacePipeline) -> None:
    with pytest.raises(NoFaceError):
        pipeline.detect_dominant(Image(np.full((480, 640, 3), 120, np.uint8)), MIN_FACE_PX)


def test_another_take_is_nearer_to_the_same_person_than_to_another(
    pipeline: FacePipeline, astronaut: Pixels, grace_hopper: Pixels
) -> None:
    photos = [altered(photo, seed) for photo in (astronaut, grace_hopper) for seed in (1, 2, 3)]
    faces = [pipeline.detect_dominant(Image(photo), MIN_FACE_PX) for photo in photos]
    one, other = np.split(np.stack(pipeline.embed(faces)), 2)

    same = [cosine(a, b) for person in (one, other) for a in person for b in person]
    different = [cosine(a, b) for a in one for b in other]

    assert min(same) > 0.98
    assert max(different) < 0.93


@pytest.mark.parametrize("degrees", [-20, 20])
def test_a_head_that_leans_rolls_as_much_and_embeds_the_same(
    pipeline: FacePipeline, grace_hopper: Pixels, degrees: int
) -> None:
    height, width = grace_hopper.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    leaning = cv2.warpAffine(grace_hopper, turn, (width, height)).astype(np.uint8)

    faces = [
        pipeline.detect_dominant(Image(photo), MIN_FACE_PX) for photo in (grace_hopper, leaning)
    ]

    upright, rolled = (face.quality.pose.roll_deg for face in faces)
    assert rolled - upright == pytest.approx(degrees, abs=4)
    assert cosine(*pipeline.embed(faces)) > 0.98


def test_one_pipeline_serves_several_threads(
    pipeline: FacePipeline, astronaut: Pixels, grace_hopper: Pixels
) -> None:
    def embed(photo: Pixels) -> list[float]:
        face = pipeline.detect_dominant(Image(photo), MIN_FACE_PX)
        return [float(value) for value in pipeline.embed([face])[0]]

    photos = [astronaut, grace_hopper]
    alone = [embed(photo) for photo in photos]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(embed, photos * 4))

    assert together == alone * 4


def test_an_embedding_is_what_the_contract_says(pipeline: FacePipeline, astronaut: Pixels) -> None:
    face = pipeline.detect_dominant(Image(astronaut), MIN_FACE_PX)

    (embedding,) = pipeline.embed([face])

    assert embedding.shape == (pipeline.contract.dimension,)
    assert embedding.dtype == np.float32


def test_nobody_has_no_embedding(pipeline: FacePipeline) -> None:
    assert pipeline.embed([]) == []


def test_the_contract_names_the_exact_models(pipeline: FacePipeline) -> None:
    contract = pipeline.contract
    named = " ".join((contract.detectors, contract.landmarker, contract.parts[0].source))

    assert contract == contract_of(BUILTIN)
    for weights in BUILTIN.weights():
        assert str(weights.model.sha256) in named


POINTS: Points = np.array([(40, 40), (80, 40), (60, 60), (45, 80), (75, 80)], np.float32)
MARKED = Landmarks(POINTS, LandmarkScheme.EYES_NOSE_MOUTH_CORNERS)
FOUND = Detection(Box(20, 20, 100, 100), 0.9, MARKED)
GRAY = Image(np.full((120, 120, 3), (10, 20, 30), np.uint8))


class FakeDetector:
    """Sees what it is told to see, and counts how often it is asked."""

    def __init__(self, *seen: Detection) -> None:
        self.seen = seen
        self.asked = 0

    def detect(self, image: Image, search: Search) -> Sequence[Detection]:  # noqa: ARG002 the port's form
        self.asked += 1
        return self.seen


class OwnLandmarks:
    """Takes the detector's landmarks: without any, it is no face."""

    def locate(self, image: Image, seen: Detection) -> Landmarks | None:  # noqa: ARG002 the port's form
        return seen.landmarks


class MeanColor:
    """A network that says how red, green and blue a chip is."""

    def run(self, chips: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        return np.asarray(chips.mean(axis=(1, 2)), dtype=np.float32)


def fake_embedder(model: Model, frame: ChipFrame) -> Embedder:
    return Embedder(cast("Session", MeanColor()), EmbedderFacts(model, frame, 3))


def fake_pipeline(*detectors: FakeDetector, embedders: Sequence[Embedder] = ()) -> FacePipeline:
    return FacePipeline(detectors, OwnLandmarks(), embedders, contract_of(BUILTIN))


def test_a_later_detector_is_asked_when_those_before_it_find_nobody() -> None:
    blind, sharp, idle = FakeDetector(), FakeDetector(FOUND), FakeDetector(FOUND)

    faces = fake_pipeline(blind, sharp, idle).detect(GRAY, Search())

    assert [face.box for face in faces] == [FOUND.box]
    assert (blind.asked, sharp.asked, idle.asked) == (1, 1, 0)


def test_what_the_landmarker_does_not_take_for_a_face_is_none() -> None:
    mistaken = replace(FOUND, landmarks=None)

    assert fake_pipeline(FakeDetector(mistaken)).detect(GRAY, Search()) == ()
    with pytest.raises(NoFaceError):
        fake_pipeline(FakeDetector(mistaken)).detect_dominant(GRAY, MIN_FACE_PX)


def test_each_embedder_sees_its_own_chip_and_what_they_say_comes_one_after_another() -> None:
    one, other = (
        fake_embedder(catalogue.SFACE, ARCFACE_FRAME),
        fake_embedder(catalogue.RESNET29, DLIB_FRAME),
    )
    pipeline = fake_pipeline(FakeDetector(FOUND), embedders=[one, other])
    faces = pipeline.detect(GRAY, Search())

    (embedding,) = pipeline.embed(faces)

    narrow, wide = (
        extract_chip(GRAY, MARKED, frame).mean(axis=(0, 1)) for frame in (ARCFACE_FRAME, DLIB_FRAME)
    )
    np.testing.assert_allclose(embedding, [*narrow, *wide], rtol=1e-5)
    assert pipeline.chips(faces, "sface").shape == (1, 112, 112, 3)
    assert pipeline.chips(faces, "resnet29").shape == (1, 150, 150, 3)


def test_embedders_that_have_lanes_run_side_by_side_and_say_the_same() -> None:
    meeting = threading.Barrier(2, timeout=30)

    class Waiting(MeanColor):
        """Says nothing before the other one is at work, too."""

        def run(self, chips: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
            meeting.wait()
            return super().run(chips)

    both = ((catalogue.SFACE, ARCFACE_FRAME), (catalogue.RESNET29, DLIB_FRAME))
    at_once = [
        Embedder(cast("Session", Waiting()), EmbedderFacts(model, frame, 3))
        for model, frame in both
    ]
    in_turn = fake_pipeline(
        FakeDetector(FOUND), embedders=[fake_embedder(model, frame) for model, frame in both]
    )
    faces = in_turn.detect(GRAY, Search())

    (embedding,) = FacePipeline([], OwnLandmarks(), at_once, contract_of(BUILTIN), Cores(2)).embed(
        faces
    )

    np.testing.assert_array_equal(embedding, in_turn.embed(faces)[0])


def test_the_first_chip_is_what_quality_is_measured_on_and_none_is_cut_out_twice() -> None:
    embedders = [
        fake_embedder(catalogue.SFACE, ARCFACE_FRAME),
        fake_embedder(catalogue.ADAFACE, ARCFACE_FRAME),
    ]

    (face,) = fake_pipeline(FakeDetector(FOUND), embedders=embedders).detect(GRAY, Search())

    assert [len(chip) for chip in face.chips] == [DLIB_FRAME.side_px, ARCFACE_FRAME.side_px]
