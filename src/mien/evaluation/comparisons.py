"""Which embeddings are compared: the protocol's pairs, all photos, or references with photos."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.matching import Gist, Matcher
from mien.errors import InvalidRequestError
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.metrics import Flags, Scores
from mien.evaluation.protocol import Pair
from mien.evaluation.resampling import People

SUBSETS_PER_PERSON: Final = 10
"""At most: more of the same few photos would add comparisons, not knowledge."""

_Similarities = npt.NDArray[np.float32]
"""Float32 [references, photos]."""

CompareAll = Callable[[Gist, People, Gist, People], _Similarities]
"""Compares every reference with every photo, told whose they are."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Similarities, who was compared and whether it is one person, all parallel.

    distinct_impostors: how many impostor comparisons are of a new person and photo; references
    that share photos repeat each other.
    """

    scores: Scores
    references: People
    probes: People
    genuine: Flags
    distinct_impostors: int

    def select_genuine(self) -> Comparisons:
        """Return those of one person."""
        kept = self.genuine
        return Comparisons(
            self.scores[kept], self.references[kept], self.probes[kept], self.genuine[kept], 0
        )


def compare_pairs(photos: EmbeddedPhotos, pairs: Sequence[Pair]) -> Comparisons:
    """Compare the pairs whose photos both show a face."""
    place = {photo: index for index, photo in enumerate(photos.acquired)}
    known = [pair for pair in pairs if pair.first in place and pair.second in place]
    first = np.array([place[pair.first] for pair in known], dtype=np.int64)
    second = np.array([place[pair.second] for pair in known], dtype=np.int64)
    scores = photos.compare_rows(first, second)
    genuine = np.array([pair.genuine for pair in known], dtype=np.bool_)
    references, probes = photos.people[first], photos.people[second]
    return Comparisons(scores, references, probes, genuine, int((~genuine).sum()))


def compare_references(
    photos: EmbeddedPhotos,
    sample_count: int,
    rng: np.random.Generator,
    compare: CompareAll | None = None,
) -> Comparisons:
    """Compare references of *sample_count* photos of a person with all photos not in them.

    With one sample, every photo with every other, once. With more, up to ten random choices of
    photos a person. compare: instead of the photos' own matcher. Raises InvalidRequestError when
    nobody has that many photos.
    """
    compare = compare or _by_matcher(photos.matcher)
    every = photos.summarize(np.arange(len(photos.people))[:, None])
    if sample_count == 1:
        similarities = compare(every, photos.people, every, photos.people)
        is_new = np.triu(np.ones(similarities.shape, dtype=np.bool_), k=1)
        scores, references, probes = _collect(similarities, photos.people, photos.people, is_new)
        genuine = references == probes
        return Comparisons(scores, references, probes, genuine, int((~genuine).sum()))
    choices = _choose_photos(photos.people, sample_count, rng)
    if not len(choices):
        raise InvalidRequestError(f"nobody has {sample_count} photos with a face")
    is_new = np.ones((len(choices), len(photos.people)), dtype=np.bool_)
    np.put_along_axis(is_new, choices, values=False, axis=1)
    people = photos.people[choices[:, 0]]
    similarities = compare(photos.summarize(choices), people, every, photos.people)
    scores, references, probes = _collect(similarities, people, photos.people, is_new)
    own = np.bincount(photos.people)[np.unique(people)]
    distinct = int((len(photos.people) - own).sum())
    return Comparisons(scores, references, probes, references == probes, distinct)


def _by_matcher(matcher: Matcher) -> CompareAll:
    return lambda first, _first_people, second, _second_people: matcher.compare_all(first, second)


def _collect(
    similarities: _Similarities, references: People, probes: People, kept: Flags
) -> tuple[Scores, People, People]:
    rows, columns = np.nonzero(kept)
    return similarities[kept], references[rows], probes[columns]


def _choose_photos(
    people: People, sample_count: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return choices of photos of one person each, int64 [choices, sample_count]."""
    numbers, counts = np.unique(people, return_counts=True)
    choices: list[tuple[int, ...]] = []
    for number, count in zip(numbers, counts.tolist(), strict=True):
        wanted = min(SUBSETS_PER_PERSON, math.comb(count, sample_count))
        own = np.flatnonzero(people == number)
        chosen: set[tuple[int, ...]] = set()
        while len(chosen) < wanted:
            chosen.add(tuple(sorted(rng.choice(own, sample_count, replace=False).tolist())))
        choices.extend(sorted(chosen))
    return np.array(choices, dtype=np.int64).reshape(-1, sample_count)
