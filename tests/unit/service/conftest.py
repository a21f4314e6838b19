"""A gallery with a real database and an analyzer that needs no photos.

A fake photo is text: `ada:7` is the seventh take of ada, `wall` shows nobody, and so on. Takes
of one person lie close together, different people far apart; `ada~bob:1` is half of each: somebody
who looks like both, or ada after years. Two fake models look at each face.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from mien.core.detection import Search
from mien.core.face import Face
from mien.core.geometry import Box
from mien.core.image import Image
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.core.matching import LearnedFusion, Matcher
from mien.core.pose import Pose
from mien.core.quality import Quality, QualityLimits
from mien.core.scoring import Calibration, Curve, FalseMatchRate
from mien.core.template import Embedding, EmbeddingContract, EmbeddingPart
from mien.errors import ImageUnreadableError, MultipleFacesError, NoFaceError
from mien.index.exact import ExactIndex
from mien.service.authenticate import Authenticate
from mien.service.claim import Judge
from mien.service.enroll import Enroll
from mien.service.gallery import Gallery
from mien.service.identify import Identify
from mien.service.probe import ProbeReader
from mien.service.terms import TermsPolicy
from mien.storage.database import Database

PARTS = (
    EmbeddingPart("one", "fake", dimension=48, weight=0.75),
    EmbeddingPart("other", "fake", dimension=16, weight=0.25),
)
CONTRACT = EmbeddingContract("fake", "fake", PARTS)
LANDMARKS = Landmarks(np.zeros((5, 2), np.float32), LandmarkScheme.EYES_NOSE_MOUTH_CORNERS)
GOOD = Quality(
    sharpness=500, brightness=120, contrast=50, face_px=200, pose=Pose(0, 0, 0), visible_share=1
)
CURVE = Curve(
    similarities=(-1.0, 0.2, 0.4, 0.6, 0.8),
    false_match_rates=(1.0, 1e-2, 1e-4, 1e-6, 1e-8),
    fmr_intervals=((1.0, 1.0), (1e-2, 1e-2), (1e-4, 1e-4), (1e-6, 1e-6), (1e-8, 1e-8)),
    false_non_match_rates=(0.0, 0.0, 0.01, 0.1, 0.5),
    measured=5,
    likelihood_ratio=(5.0, -2.0),
    impostor_comparisons=10**9,
    genuine_comparisons=10**3,
)


class FakeAnalyzer:
    """Reads what the text of a fake photo says."""

    contract = CONTRACT

    def detect(self, image: Image, search: Search) -> Sequence[Face]:
        return [self.detect_dominant(image, search.min_face_px)]

    def detect_dominant(self, image: Image, min_face_px: float) -> Face:  # noqa: ARG002 the port's form
        text = image.pixels.tobytes().rstrip(b"\0").decode()
        if text == "wall":
            raise NoFaceError("nobody")
        if text == "crowd":
            raise MultipleFacesError("many")
        quality = replace(GOOD, brightness=0) if text.startswith("dark") else GOOD
        return Face(Box(0, 0, 9, 9), 1.0, LANDMARKS, quality, (image.pixels,))

    def embed(self, faces: Sequence[Face]) -> list[Embedding]:
        return [embedding_of(face.chips[0].tobytes().rstrip(b"\0").decode()) for face in faces]


def embedding_of(text: str) -> Embedding:
    person, _, take = text.partition(":")
    centers = [
        np.random.default_rng(zlib.crc32(one.encode())).normal(size=CONTRACT.dimension)
        for one in person.split("~")
    ]
    center = np.sum(centers, axis=0) / np.sqrt(len(centers))
    noise = np.random.default_rng(zlib.crc32(text.encode())).normal(size=CONTRACT.dimension)
    return np.asarray(center + (0.3 * noise if take else 0), dtype=np.float32)


def decode(data: bytes, *, enough_px: int | None = None) -> Image:  # noqa: ARG001 the port's form
    if data == b"broken":
        raise ImageUnreadableError("broken")
    padded = data.ljust(-(-len(data) // 3) * 3, b"\0")
    return Image(np.frombuffer(padded, np.uint8).reshape(1, -1, 3))


@dataclass
class Tick:
    """A clock that moves a second each time it is read."""

    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class House:
    """The use cases on one database."""

    database: Database
    gallery: Gallery
    enroll: Enroll
    authenticate: Authenticate
    identify: Identify
    clock: Tick


def build_house(
    database: Database,
    contract: str = CONTRACT.digest,
    fusion: LearnedFusion | None = None,
    terms: TermsPolicy = TermsPolicy(),  # noqa: B008 a frozen value
) -> House:
    matcher = Matcher(PARTS, fusion)
    probes = ProbeReader(decode, FakeAnalyzer(), QualityLimits())
    gallery = Gallery(ExactIndex(CONTRACT.dimension), matcher, contract)
    calibration = Calibration(contract, "made up", {1: CURVE, 3: CURVE})
    target, clock = FalseMatchRate(1e-3), Tick()
    return House(
        database,
        gallery,
        Enroll(probes, gallery, matcher, calibration, contract, target, terms, clock),
        Authenticate(probes, Judge(gallery, calibration, target, clock)),
        Identify(probes, gallery, calibration, target, 1e-2, clock),
        clock,
    )


@pytest.fixture
def house(database: Database) -> House:
    return build_house(database)
