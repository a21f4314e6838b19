"""A small made-up protocol: people are random directions, their photos lie around them."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from mien.core.pose import Pose
from mien.core.quality import Quality
from mien.core.template import normalize
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.lfw import Fold, Pair, PairProtocol, Person, Photo

FOLDS = 4
PEOPLE_PER_FOLD = 20
PHOTOS_PER_PERSON = 6
DIMENSION = 32


def _person(fold: int, number: int) -> Person:
    return Person(f"P{fold}_{number:02d}")


def _fold(fold: int) -> Fold:
    people = [_person(fold, number) for number in range(PEOPLE_PER_FOLD)]
    photos = range(1, PHOTOS_PER_PERSON + 1)
    genuine = [
        Pair(Photo(person, a), Photo(person, b))
        for person in people
        for a, b in itertools.combinations(photos, 2)
    ]
    impostor = [
        Pair(Photo(first, number), Photo(second, number))
        for (first, second), number in zip(
            itertools.combinations(people, 2), itertools.cycle(photos), strict=False
        )
    ]
    return Fold((*genuine, *impostor))


@pytest.fixture(scope="session")
def protocol() -> PairProtocol:
    return PairProtocol(Path("nowhere"), tuple(_fold(fold) for fold in range(FOLDS)))


@pytest.fixture(scope="session")
def photos(protocol: PairProtocol) -> EmbeddedPhotos:
    """Embeddings of all photos but each fold's very first; noisy enough for some errors."""
    rng = np.random.default_rng(1)
    directions = {
        person: rng.normal(size=DIMENSION)
        for fold in protocol.folds
        for person in sorted(fold.people)
    }
    missed = {Photo(_person(fold, 0), 1) for fold in range(FOLDS)}
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
    )
