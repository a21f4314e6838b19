"""Learning from use, with real faces and real models: only a person's own photos ever count."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mien.core.adaptation import of_origin
from mien.core.attempt import AttemptId
from mien.core.image import ImageLimits
from mien.core.learner import Learner
from mien.core.matching import Matcher
from mien.core.scoring import FalseMatchRate
from mien.core.template import Embedding, Origin, StoredTemplate, Template
from mien.inference.calibration import load_calibration
from mien.inference.decoding import decode
from mien.inference.pipeline import FacePipeline
from tests.support import skip_without

SHARED = Path(os.environ.get("MIEN_SHARED", Path(__file__).parents[3] / "shared"))
IMAGES = SHARED / "data" / "lfw_dev" / "images"
PEOPLE, PHOTOS, ENROLLED = 6, 5, 2
TARGET = FalseMatchRate(1e-3)
START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def faces(pipeline: FacePipeline) -> dict[str, list[Embedding]]:
    """Five photos each of six people: the first by name who have so many with a face."""
    if not IMAGES.is_dir():
        skip_without("lfw_dev")
    found: dict[str, list[Embedding]] = {}
    for folder in sorted(IMAGES.iterdir()):
        photos = sorted(folder.iterdir())
        if len(photos) < PHOTOS or len(found) == PEOPLE:
            continue
        images = [decode(photo.read_bytes(), ImageLimits()) for photo in photos[:PHOTOS]]
        shown = [pipeline.detect_dominant(image, 40.0) for image in images]
        found[folder.name] = pipeline.embed(shown)
    return found


@pytest.fixture(scope="module")
def learner(pipeline: FacePipeline) -> Learner:
    calibration, fusion = load_calibration("builtin", pipeline.contract, Path("nowhere"))
    return Learner(Matcher(pipeline.contract.parts, fusion), calibration)


def stored(name: str, embedding: Embedding, origin: Origin, at: datetime) -> StoredTemplate:
    return StoredTemplate(name, Template(embedding, "", 1.0), origin, at, AttemptId(name))


def test_days_of_strangers_leave_no_trace(
    faces: dict[str, list[Embedding]], learner: Learner
) -> None:
    for mine, own in faces.items():
        enrolled = [
            stored(f"e{i}", each, Origin.ENROLLED, START) for i, each in enumerate(own[:ENROLLED])
        ]
        strangers = [each for name, shown in faces.items() if name != mine for each in shown]
        for day, stranger in enumerate(strangers):
            assert learner.change(enrolled, stranger, TARGET, START + day * DAY).is_none


def test_a_strangers_candidate_is_replaced_by_the_person_herself(
    faces: dict[str, list[Embedding]], learner: Learner
) -> None:
    """Even if a stranger were taken for them: their own next photos do not confirm him."""
    names, kept = list(faces), 0
    for place, mine in enumerate(names):
        own, stranger = faces[mine], faces[names[place - 1]][0]
        templates = [
            stored(f"e{i}", each, Origin.ENROLLED, START) for i, each in enumerate(own[:ENROLLED])
        ]
        templates.append(stored("stranger", stranger, Origin.CANDIDATE, START))
        for photo in own[ENROLLED:]:
            change = learner.change(templates, photo, TARGET, START + DAY)
            assert change.adopt is None
            if change.keep:  # a strong match, as most are
                kept += 1
                assert of_origin(change.drop, Origin.CANDIDATE) == templates[-1:]
    assert kept >= len(names)
