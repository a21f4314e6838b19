"""Open-set identification: which of the enrolled people a photo shows, if any.

Terms after ISO/IEC 19795-1: the gallery holds one reference for each enrolled person; a mated
search is of an enrolled person's other photo, a non-mated one of a person who is not enrolled. A
search returns the most similar reference when its similarity is at least the threshold. FPIR is
the share of non-mated searches that return anybody; TPIR (1 - FNIR) is the share of mated
searches that return the right person, at rank 1 and above the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.metrics import Estimate, Flags, Scores, find_threshold
from mien.evaluation.resampling import People, PeopleResampler

TARGET_FPIRS: Final = (1e-1, 1e-2)
ENROLLED_PHOTOS: Final = (1, 3)
SPLITS: Final = 10

_MIN_PEOPLE: Final = 4
"""At least two enrolled, and two others: one whose searches set a threshold, one to test it."""

_Thresholds = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class IdentificationPoint:
    """TPIR at thresholds for a FPIR, over several random splits.

    photos: behind each reference. gallery: people enrolled. thresholds: from the lowest to the
    highest of the splits. rank_one: share of mated searches whose most similar reference is the
    right one, whatever its similarity.
    """

    photos: int
    gallery: int
    target_fpir: float
    thresholds: tuple[float, float]
    fpir: Estimate
    tpir: Estimate
    rank_one: Estimate
    mated_searches: int
    non_mated_searches: int


@dataclass(frozen=True, slots=True)
class Searches:
    """The searches of all splits, parallel: of whom, in which split, and the best candidate.

    group: the half of those not enrolled that a person belongs to, 0 or 1; -1 for mated searches.
    hit: whether the best candidate is the person; False for non-mated searches.
    """

    gallery: int
    probes: People
    split: npt.NDArray[np.int64]
    group: npt.NDArray[np.int64]
    scores: Scores
    hit: Flags

    @property
    def mated(self) -> Flags:
        """Whether the person is enrolled."""
        return np.asarray(self.group < 0)


def measure_identification(
    photos: EmbeddedPhotos, resampler: PeopleResampler, rng: np.random.Generator
) -> list[IdentificationPoint]:
    """Return a point for each of `ENROLLED_PHOTOS` and `TARGET_FPIRS` that the photos allow."""
    points: list[IdentificationPoint] = []
    for count in ENROLLED_PHOTOS:
        searches = search_splits(photos, count, rng)
        if searches is not None:
            points += measure_points(searches, resampler, photos=count)
    return points


def search_splits(photos: EmbeddedPhotos, count: int, rng: np.random.Generator) -> Searches | None:
    """Enroll half of those with more than *count* photos, search all others; repeat.

    Everybody else is not enrolled, so that mated and non-mated searches of a split share nobody.
    Returns None where too few people have that many photos.
    """
    owned = np.bincount(photos.people)
    eligible = np.flatnonzero(owned > count)
    if len(eligible) < _MIN_PEOPLE:
        return None
    size = len(eligible) // 2
    parts = [
        _search(photos, rng.permutation(eligible)[:size], count, split, rng)
        for split in range(SPLITS)
    ]
    return Searches(
        size,
        np.concatenate([part.probes for part in parts]),
        np.concatenate([part.split for part in parts]),
        np.concatenate([part.group for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.hit for part in parts]),
    )


def measure_points(
    searches: Searches, resampler: PeopleResampler, *, photos: int
) -> Iterator[IdentificationPoint]:
    """Yield a point for each of `TARGET_FPIRS`.

    The threshold that one half of those not enrolled sets is tested on the other half, and both
    thresholds of a split on its mated searches.
    """
    mated, other = searches.mated, ~searches.mated
    people = searches.probes[mated]
    (rank_one,) = resampler.estimate_rates([searches.hit[mated]], people, people)
    for target in TARGET_FPIRS:
        chosen = _choose_thresholds(searches, target)
        # Row: the half that set the threshold. A false positive is counted in the other half.
        applied = chosen[1 - searches.group[other], searches.split[other]]
        strangers = searches.probes[other]
        (fpir,) = resampler.estimate_rates(
            [searches.scores[other] >= applied], strangers, strangers
        )
        found = [
            searches.hit[mated] & (searches.scores[mated] >= row[searches.split[mated]])
            for row in chosen
        ]
        twice = np.concatenate([people, people])
        (tpir,) = resampler.estimate_rates([np.concatenate(found)], twice, twice)
        yield IdentificationPoint(
            photos=photos,
            gallery=searches.gallery,
            target_fpir=target,
            thresholds=(float(chosen.min()), float(chosen.max())),
            fpir=fpir,
            tpir=tpir,
            rank_one=rank_one,
            mated_searches=int(mated.sum()),
            non_mated_searches=int(other.sum()),
        )


def trace_curve(searches: Searches, fpirs: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return TPIR at thresholds for each FPIR on the same searches, float64 [n]: for plots."""
    mated = searches.mated
    strangers, known = searches.scores[~mated], searches.scores[mated]
    hit = searches.hit[mated]
    return np.array(
        [float((hit & (known >= find_threshold(strangers, fpir))).mean()) for fpir in fpirs]
    )


def _search(
    photos: EmbeddedPhotos,
    enrolled: npt.NDArray[np.int64],
    count: int,
    split: int,
    rng: np.random.Generator,
) -> Searches:
    """Enroll *count* random photos of each and search with every photo that is left."""
    chosen = [
        rng.choice(np.flatnonzero(photos.people == person), count, replace=False)
        for person in enrolled
    ]
    is_probe = np.ones(len(photos.people), dtype=np.bool_)
    is_probe[np.concatenate(chosen)] = False
    probed = photos.summarize(np.flatnonzero(is_probe)[:, None])
    similarities = photos.matcher.compare_all(probed, photos.summarize(np.stack(chosen)))
    best = similarities.argmax(axis=1)
    probes = photos.people[is_probe]
    is_mated = np.isin(probes, enrolled)
    strangers = rng.permutation(np.unique(probes[~is_mated]))
    is_first_half = np.isin(probes, strangers[: len(strangers) // 2])
    return Searches(
        gallery=len(enrolled),
        probes=probes,
        split=np.full(len(probes), split),
        group=np.where(is_mated, -1, np.where(is_first_half, 0, 1)),
        scores=similarities[np.arange(len(probes)), best],
        hit=enrolled[best] == probes,
    )


def _choose_thresholds(searches: Searches, target_fpir: float) -> _Thresholds:
    """Return one for each half of those not enrolled and each split, float64 [2, splits]."""
    return np.array(
        [
            [
                find_threshold(
                    searches.scores[(searches.group == group) & (searches.split == split)],
                    target_fpir,
                )
                for split in range(SPLITS)
            ]
            for group in (0, 1)
        ]
    )
