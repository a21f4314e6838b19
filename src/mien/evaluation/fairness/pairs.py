"""Compares every photo with every other, a block at a time, and keeps what can become an error.

Of pairs of different people those at or above the loosest threshold are kept, one by one; all
others only as histograms. Two thousand photos are two million pairs, and cost seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.matching import Gist, Matcher
from mien.evaluation.fairness.draws import Places
from mien.evaluation.fairness.protocol import Attribute
from mien.evaluation.metrics import Flags, Scores
from mien.evaluation.resampling import People

_PAIRS_AT_A_TIME: Final = 400_000
_BINS: Final = 400
_SAMPLED: Final = 50_000
_MARGIN: Final = 0.15
"""What is histogrammed reaches so far beyond a sample's range; the little beyond falls on the
outermost bins."""


@dataclass(frozen=True, slots=True)
class Histograms:
    """Similarities of two people of one group. counts: int64 [groups, bins]."""

    edges: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]

    def share_above(self) -> npt.NDArray[np.float64]:
        """Return the share of pairs from each bin on, float64 [groups, bins]."""
        from_here = np.cumsum(self.counts[:, ::-1], axis=1)[:, ::-1]
        return np.asarray(from_here / np.maximum(1, from_here[:, :1]))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Places of photos, first below second, and their similarities, parallel.

    The pairs of different people that are not below *loosest*, and all pairs of one person.
    histograms: one an attribute.
    """

    loosest: float
    first: Places
    second: Places
    scores: Scores
    genuine_first: Places
    genuine_second: Places
    genuine_scores: Scores
    histograms: tuple[Histograms, ...]


def compare_photos(
    embeddings: npt.NDArray[np.float32],
    matcher: Matcher,
    people: People,
    attributes: Sequence[Attribute],
    loosest: float,
) -> Pairs:
    """Compare references of single photos, float32 [photos, dimension], as the product does."""
    every = matcher.summarize(embeddings[:, None])
    edges = _choose_edges(matcher, embeddings)
    counts = [np.zeros((len(attribute.groups), _BINS), np.int64) for attribute in attributes]
    kept, genuine = _Gathered([], [], []), _Gathered([], [], [])
    rows = max(1, _PAIRS_AT_A_TIME // len(embeddings))
    for start in range(0, len(embeddings), rows):
        block = slice(start, start + rows)
        scores = matcher.compare_all(
            Gist(every.directions[block], every.strengths[block]),
            Gist(every.directions[start:], every.strengths[start:]),
        )
        below, above = np.nonzero(np.triu(np.ones(scores.shape, np.bool_), k=1))
        similarities, below, above = scores[below, above], below + start, above + start
        same = people[below] == people[above]
        genuine.add(same, below, above, similarities)
        kept.add(~same & (similarities >= loosest), below, above, similarities)
        bins = np.clip(np.digitize(similarities, edges) - 1, 0, _BINS - 1)
        for attribute, count in zip(attributes, counts, strict=True):
            one, other = attribute.member[below], attribute.member[above]
            within = (one == other) & ~same
            flat = np.bincount(one[within] * _BINS + bins[within], minlength=count.size)
            np.add(count, flat.reshape(count.shape), out=count)
    return Pairs(
        loosest=loosest,
        first=np.concatenate(kept.first),
        second=np.concatenate(kept.second),
        scores=np.concatenate(kept.scores),
        genuine_first=np.concatenate(genuine.first),
        genuine_second=np.concatenate(genuine.second),
        genuine_scores=np.concatenate(genuine.scores),
        histograms=tuple(Histograms(edges, count) for count in counts),
    )


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Pairs, block by block."""

    first: list[Places]
    second: list[Places]
    scores: list[Scores]

    def add(self, chosen: Flags, first: Places, second: Places, scores: Scores) -> None:
        """Add some of a block's pairs."""
        self.first.append(first[chosen])
        self.second.append(second[chosen])
        self.scores.append(scores[chosen])


def _choose_edges(matcher: Matcher, embeddings: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return edges of bins over what a sample of pairs spans, and a little more."""
    rng = np.random.default_rng(0)
    first, second = rng.integers(len(embeddings), size=(2, _SAMPLED))
    other = first != second
    scores = matcher.compare_rows(embeddings[first[other]], embeddings[second[other]])
    low, high = float(scores.min()), float(scores.max())
    margin = _MARGIN * (high - low) or 1.0
    return np.linspace(low - margin, high + margin, _BINS + 1)
