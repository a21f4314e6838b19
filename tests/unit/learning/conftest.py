"""Made-up people seen by two models: one of them tells by its strength when it is guessing."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from mien.core.matching import Matcher
from mien.core.pose import Pose
from mien.core.quality import Quality
from mien.core.template import EmbeddingPart
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import Fold, Pair, PairProtocol, Person, Photo
from mien.learning.fusion import CrossFitted

FOLDS = 3
PEOPLE_PER_FOLD = 12
PHOTOS_PER_PERSON = 5
DIMENSION = 24
PARTS = (
    EmbeddingPart("moody", "made up", DIMENSION, weight=0.5),
    EmbeddingPart("steady", "made up", DIMENSION, weight=0.5),
)
QUALITY = Quality(
    sharpness=50, brightness=120, contrast=50, face_px=100, pose=Pose(0, 0, 0), visible_share=1
)

MakePhotos = Callable[[PairProtocol], EmbeddedPhotos]


class NoPhotos:
    """Their embeddings are made up instead."""

    def read(self, photo: Photo) -> bytes:
        raise AssertionError(f"{photo.file} is read, and embeddings are made up")


def _fold(fold: int) -> Fold:
    people = [Person(f"P{fold}_{number:02d}") for number in range(PEOPLE_PER_FOLD)]
    photos = {
        person: [Photo(person, f"{person}_{number}.jpg") for number in range(PHOTOS_PER_PERSON)]
        for person in people
    }
    genuine = [
        Pair(a, b, genuine=True)
        for person in people
        for a, b in itertools.combinations(photos[person], 2)
    ]
    impostor = [
        Pair(photos[one][0], photos[other][1], genuine=False)
        for one, other in itertools.combinations(people, 2)
    ]
    return Fold((*genuine, *impostor))


@pytest.fixture(scope="session")
def protocol() -> PairProtocol:
    folds = tuple(_fold(fold) for fold in range(FOLDS))
    return PairProtocol("nowhere", "made up", NoPhotos(), folds, identified=True)


@pytest.fixture(scope="session")
def photos(protocol: PairProtocol) -> EmbeddedPhotos:
    """Of every other photo the moody model has seen little: a short vector, and mostly noise.

    The steady one sees all alike, but none as clearly as the moody one on its good days.
    """
    rng = np.random.default_rng(1)
    everybody = sorted({photo.person for photo in protocol.photos})
    seen = [{person: rng.normal(size=DIMENSION) for person in everybody} for _ in PARTS]
    vectors = []
    for number, photo in enumerate(protocol.photos):
        is_clear = number % 2 == 0
        moody, steady = (
            directions[photo.person] + rng.normal(scale=noise, size=DIMENSION)
            for directions, noise in zip(seen, (0.25 if is_clear else 4.0, 0.8), strict=True)
        )
        length = (12.0 if is_clear else 3.0) * rng.uniform(0.9, 1.1)
        vectors.append(np.concatenate([length * _unit(moody), 10 * _unit(steady)]))
    return EmbeddedPhotos(
        acquired=protocol.photos,
        missed=(),
        embeddings=np.array(vectors, dtype=np.float32),
        people=np.unique([photo.person for photo in protocol.photos], return_inverse=True)[
            1
        ].astype(np.int32),
        qualities=(QUALITY,) * len(protocol.photos),
        central=np.ones(len(protocol.photos), dtype=np.bool_),
        matcher=Matcher(PARTS),
    )


def _unit(vector: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(vector / np.linalg.norm(vector))


@pytest.fixture(scope="session")
def cross_fitted(protocol: PairProtocol, photos: EmbeddedPhotos) -> CrossFitted:
    return CrossFitted(PARTS, protocol, photos)
