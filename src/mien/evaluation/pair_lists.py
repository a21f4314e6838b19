"""From lists of pairs of files to folds: who is who, and which pairs make a fold.

Shared by the formats that give files and labels only. The field cuts such lists into ten folds
by position; where a list holds first all genuine and then all impostor pairs, the k-th fold is
the k-th tenth of each kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mien.errors import InvalidRequestError
from mien.evaluation.protocol import Fold, Pair, Person, Photo

FOLDS: Final = 10

_AGEDB_NAME: Final = re.compile(r"\d+_(.+)_\d+_[mf]")
_LFW_NAME: Final = re.compile(r"(.+)_\d+")


@dataclass(frozen=True, slots=True)
class ListedPair:
    """Two files and whether the list says they show one person."""

    first: str
    second: str
    genuine: bool


PersonReader = Callable[[str], str | None]
"""Returns the person that a file's path tells, None where it tells none."""


def make_folds(
    listed: Sequence[Sequence[ListedPair]], read_person: PersonReader
) -> tuple[tuple[Fold, ...], bool]:
    """Return the folds with their people, and whether those are known.

    They are known when every file's name tells a person and no label contradicts the names.
    """
    pairs = [pair for fold in listed for pair in fold]
    named = _name_people(pairs, read_person)
    people = link_people(pairs) if named is None else named
    folds = tuple(
        Fold(
            tuple(
                Pair(
                    Photo(people[pair.first], pair.first),
                    Photo(people[pair.second], pair.second),
                    pair.genuine,
                )
                for pair in fold
            )
        )
        for fold in listed
    )
    return folds, named is not None


def split_by_position(pairs: Sequence[ListedPair]) -> tuple[tuple[ListedPair, ...], ...]:
    """Return ten folds: the k-th tenth of the genuine and the k-th tenth of the impostor pairs.

    Where every tenth of the list holds as many of each kind, these are the tenths of the list.
    Raises InvalidRequestError for fewer than ten pairs of a kind.
    """
    folds: list[list[ListedPair]] = [[] for _ in range(FOLDS)]
    for genuine in (True, False):
        kind = [pair for pair in pairs if pair.genuine == genuine]
        if len(kind) < FOLDS:
            raise InvalidRequestError(
                f"{len(kind)} {'genuine' if genuine else 'impostor'} pairs are too few for "
                f"{FOLDS} folds"
            )
        for fold, part in zip(folds, np.array_split(np.arange(len(kind)), FOLDS), strict=True):
            fold.extend(kind[place] for place in part.tolist())
    return tuple(tuple(fold) for fold in folds)


def link_people(pairs: Sequence[ListedPair]) -> Mapping[str, Person]:
    """Return the number of each file's group: genuine pairs link the files of a group."""
    files = list(dict.fromkeys(file for pair in pairs for file in (pair.first, pair.second)))
    place = {file: index for index, file in enumerate(files)}
    first = [place[pair.first] for pair in pairs if pair.genuine]
    second = [place[pair.second] for pair in pairs if pair.genuine]
    links = coo_array((np.ones(len(first)), (first, second)), (len(files), len(files)))
    _, groups = connected_components(links, directed=False)
    digits = len(str(len(files)))
    return {
        file: Person(f"{group:0{digits}d}")
        for file, group in zip(files, groups.tolist(), strict=True)
    }


def read_name(file: str) -> str | None:
    """Return the person in a name like AgeDB's, 7_Ada_35_f.jpg, or LFW's, Ada_0001.jpg."""
    stem = PurePosixPath(file).stem
    match = _AGEDB_NAME.fullmatch(stem) or _LFW_NAME.fullmatch(stem)
    return match.group(1) if match else None


def parse_file(text: str) -> str:
    """Return a path below the protocol's folder; raise ValueError for one that leaves it."""
    path = PurePosixPath(text.replace("\\", "/"))
    if not path.parts or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{text} is no path below the folder")
    return str(path)


def _name_people(
    pairs: Sequence[ListedPair], read_person: PersonReader
) -> Mapping[str, Person] | None:
    names: dict[str, Person] = {}
    for pair in pairs:
        for file in (pair.first, pair.second):
            if (name := read_person(file)) is None:
                return None
            names[file] = Person(name)
        if (names[pair.first] == names[pair.second]) != pair.genuine:
            return None
    return names
