"""Reads photos of your own: a folder with a folder of photos for each person."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np

from mien.errors import InvalidRequestError
from mien.evaluation.protocol import Fold, Pair, PairProtocol, Person, Photo, PhotoFolder

LAYOUT: Final = "a folder for each person"
SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})

_FOLDS: Final = 5
_PAIRS_PER_PERSON: Final = 10
_SEED: Final = 20261121


def read_protocol(root: Path) -> PairProtocol:
    """Read a folder as five folds of people, with all or ten genuine pairs a person.

    As many impostor pairs of the same fold are drawn at random. Raises InvalidRequestError when
    fewer than ten people, or fewer than five with two photos, are there.
    """
    people = list_people(root)
    several = sorted(person for person, photos in people.items() if len(photos) > 1)
    if len(people) < 2 * _FOLDS or len(several) < _FOLDS:
        raise InvalidRequestError(
            f"{root} shows {len(people)} people, {len(several)} of them in two photos or more: "
            f"at least {2 * _FOLDS} people and {_FOLDS} with two photos are needed, a folder each"
        )
    rng = np.random.default_rng(_SEED)
    # Those with several photos are dealt first, so that every fold has pairs of both kinds.
    dealt = [*several, *sorted(set(people) - set(several))]
    folds = []
    for number in range(_FOLDS):
        members = dealt[number::_FOLDS]
        folds.append(Fold(_draw_pairs({person: people[person] for person in members}, rng)))
    return PairProtocol(root.name, LAYOUT, PhotoFolder(root), tuple(folds), identified=True)


def list_people(root: Path) -> dict[Person, list[Photo]]:
    """Return everybody's photos by the names of the folders, both in order."""
    people: dict[Person, list[Photo]] = {}
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        person = Person(folder.name)
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
        if files:
            people[person] = [Photo(person, f"{folder.name}/{file.name}") for file in files]
    return people


def _draw_pairs(people: dict[Person, list[Photo]], rng: np.random.Generator) -> tuple[Pair, ...]:
    genuine = []
    for photos in people.values():
        every = list(combinations(photos, 2))
        kept = rng.permutation(len(every))[:_PAIRS_PER_PERSON]
        for place in sorted(kept.tolist()):
            first, second = every[place]
            genuine.append(Pair(first, second, genuine=True))
    names = sorted(people)
    impostors: set[tuple[Photo, Photo]] = set()
    wanted = min(len(genuine), len(names) * (len(names) - 1) // 2)
    while len(impostors) < wanted:
        two = sorted(rng.choice(len(names), 2, replace=False).tolist())
        a, b = (people[names[number]] for number in two)
        impostors.add((a[int(rng.integers(len(a)))], b[int(rng.integers(len(b)))]))
    return (*genuine, *(Pair(a, b, genuine=False) for a, b in sorted(impostors)))
