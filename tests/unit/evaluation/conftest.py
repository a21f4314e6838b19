"""A small made-up protocol: people are random directions, their photos lie around them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from mien.core.matching import Matcher
from mien.core.pose import Pose
from mien.core.quality import Quality, QualityLimits
from mien.core.template import EmbeddingPart, normalize
from mien.evaluation.assess import Assessment, assess
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import Fold, Pair, PairProtocol, Person, Photo

FOLDS = 4
PEOPLE_PER_FOLD = 20
PHOTOS_PER_PERSON = 6
DIMENSION = 32
PARTS = (EmbeddingPart("made up", "drawn at random", DIMENSION, weight=1.0),)


def _person(fold: int, number: int) -> Person:
    return Person(f"P{fold}_{number:02d}")


def _photo(person: Person, number: int) -> Photo:
    return Photo(person, f"{person}_{number}.jpg")


def _fold(fold: int) -> Fold:
    people = [_person(fold, number) for number in range(PEOPLE_PER_FOLD)]
    photos = range(1, PHOTOS_PER_PERSON + 1)
    genuine = [
        Pair(_photo(person, a), _photo(person, b), genuine=True)
        for person in people
        for a, b in itertools.combinations(photos, 2)
    ]
    impostor = [
        Pair(_photo(first, number), _photo(second, number), genuine=False)
        for (first, second), number in zip(
            itertools.combinations(people, 2), itertools.cycle(photos), strict=False
        )
    ]
    return Fold((*genuine, *impostor))


class NoPhotos:
    """Their embeddings are made up instead."""

    def read(self, photo: Photo) -> bytes:
        raise AssertionError(f"{photo.file} is read, and embeddings are made up")


@pytest.fixture(scope="session")
def protocol() -> PairProtocol:
    folds = tuple(_fold(fold) for fold in range(FOLDS))
    return PairProtocol("nowhere", "made up", NoPhotos(), folds, identified=True)


@pytest.fixture(scope="session")
def photos(protocol: PairProtocol) -> EmbeddedPhotos:
    """Embeddings of all photos but each fold's very first; noisy enough for some errors.

    Of unit length, so that their products are their similarities.
    """
    rng = np.random.default_rng(1)
    directions = {
        person: rng.normal(size=DIMENSION)
        for fold in protocol.folds
        for person in sorted(fold.people)
    }
    missed = {_photo(_person(fold, 0), 1) for fold in range(FOLDS)}
    acquired = tuple(photo for photo in protocol.photos if photo not in missed)
    vectors = [
        directions[photo.person] + rng.normal(scale=0.7, size=DIMENSION) for photo in acquired
    ]
    return EmbeddedPhotos(
        acquired=acquired,
        missed=tuple(sorted(missed)),
        embeddings=normalize(np.array(vectors, dtype=np.float32)),
        people=np.unique([photo.person for photo in acquired], return_inverse=True)[1].astype(
            np.int32
        ),
        qualities=tuple(
            Quality(
                sharpness=float(sharpness),
                brightness=120,
                contrast=50,
                face_px=100,
                pose=Pose(0, 0, 0),
                visible_share=1,
            )
            for sharpness in rng.uniform(0, 100, len(acquired))
        ),
        central=np.ones(len(acquired), dtype=np.bool_),
        matcher=Matcher(PARTS),
    )


@pytest.fixture(scope="session")
def assessment(protocol: PairProtocol, photos: EmbeddedPhotos) -> Assessment:
    return assess(protocol, photos, QualityLimits(), "0123abcd")


@pytest.fixture(scope="session")
def unidentified(protocol: PairProtocol) -> PairProtocol:
    """The same pairs, without knowing who is who."""
    return replace(protocol, identified=False)


@pytest.fixture(scope="session")
def unidentified_assessment(unidentified: PairProtocol, photos: EmbeddedPhotos) -> Assessment:
    return assess(unidentified, photos, QualityLimits(), "0123abcd")
