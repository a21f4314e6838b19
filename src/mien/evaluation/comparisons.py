"""Which embeddings are compared: the protocol's pairs, all photos, or references with photos."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.template import centroid
from mien.errors import InvalidRequestError
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.lfw import Pair
from mien.evaluation.metrics import Flags, Scores
from mien.evaluation.resampling import People

SUBSETS_PER_PERSON: Final = 10
"""At most: more of the same few photos would add comparisons, not knowledge."""

_Similarities = npt.NDArray[np.float32]
"""Float32 [references, photos]."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Similarities and who was compared; scores, references and probes are parallel.

    distinct_impostors: how many impostor comparisons are of a new person and photo; references
    that share photos repeat each other.
    """

    scores: Scores
    references: People
    probes: People
    distinct_impostors: int

    @property
    def genuine(self) -> Flags:
        """Whether a comparison is of one person."""
        return np.asarray(self.references == self.probes)

    def select_genuine(self) -> Comparisons:
        """Return those of one person."""
        kept = self.genuine
        return Comparisons(self.scores[kept], self.references[kept], self.probes[kept], 0)


def compare_pairs(photos: EmbeddedPhotos, pairs: tuple[Pair, ...]) -> Comparisons:
    """Compare the pairs whose photos both show a face."""
    place = {photo: index for index, photo in enumerate(photos.acquired)}
    known = [pair for pair in pairs if pair.first in place and pair.second in place]
    first = np.array([place[pair.first] for pair in known], dtype=np.int64)
    second = np.array([place[pair.second] for pair in known], dtype=np.int64)
    scores = np.einsum("ij,ij->i", photos.embeddings[first], photos.embeddings[second])
    references, probes = photos.people[first], photos.people[second]
    return Comparisons(scores, references, probes, int((references != probes).sum()))


def compare_references(
    photos: EmbeddedPhotos, sample_count: int, rng: np.random.Generator
) -> Comparisons:
    """Compare centroids of *sample_count* photos of a person with all photos not in them.

    With one sample, every photo with every other, once. With more, up to ten random choices of
    photos a person. Raises InvalidRequestError when nobody has that many photos.
    """
    if sample_count == 1:
        similarities = photos.embeddings @ photos.embeddings.T
        is_new = np.triu(np.ones(similarities.shape, dtype=np.bool_), k=1)
        compared = _collect(similarities, photos.people, photos.people, is_new)
        return Comparisons(*compared, int((compared[1] != compared[2]).sum()))
    choices = _choose_photos(photos.people, sample_count, rng)
    if not len(choices):
        raise InvalidRequestError(f"nobody has {sample_count} photos with a face")
    vectors = np.stack([centroid(list(photos.embeddings[choice])) for choice in choices])
    is_new = np.ones((len(choices), len(photos.people)), dtype=np.bool_)
    np.put_along_axis(is_new, choices, values=False, axis=1)
    people = photos.people[choices[:, 0]]
    compared = _collect(vectors @ photos.embeddings.T, people, photos.people, is_new)
    own = np.bincount(photos.people)[np.unique(people)]
    return Comparisons(*compared, int((len(photos.people) - own).sum()))


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
