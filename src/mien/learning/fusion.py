"""Learns how far to trust each model of a pack, from how clearly it saw the two faces.

A covered or blurred face gives short vectors, and then a low cosine says less: that is what the
perceptron learns beyond a weighted mean (docs/models.md has the table).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations_with_replacement
from typing import Final, final

import numpy as np
import numpy.typing as npt
from sklearn.neural_network import MLPClassifier

from mien.core.matching import Floats, Gist, LearnedFusion, Matcher
from mien.core.template import EmbeddingPart
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.resampling import People
from mien.evaluation.verification import number_folds

_MEMBERS: Final = 5
"""Perceptrons that are averaged: each starts elsewhere and errs elsewhere (L. Breiman, Bagging
predictors, Machine Learning 1996). Side by side they are one perceptron."""

_UNITS: Final = 8
"""Of each member."""

_DECAY: Final = 1.0
"""L2 penalty: there are a few thousand genuine pairs, and they share people."""

_HARD: Final = 4_000
_RANDOM: Final = 8_000
"""Impostor pairs that it learns from: the most alike, where thresholds lie, and any others."""

_LEAST_SPREAD: Final = 1e-3
"""Of an input: models whose vectors are all of one length differ in it by rounding alone."""

_SEED: Final = 20261121


def train_fusion(photos: EmbeddedPhotos, is_taught: npt.NDArray[np.bool_]) -> LearnedFusion:
    """Learn from all pairs of the photos that *is_taught*, bool [photos], selects."""
    places = np.flatnonzero(is_taught)
    first, second = np.triu_indices(len(places), 1)
    people = photos.people[places]
    same = people[first] == people[second]
    chosen = np.flatnonzero(same)
    impostors = np.flatnonzero(~same)
    gist = photos.summarize(places[:, None])
    alike = (gist.directions @ gist.directions.T)[first[impostors], second[impostors]]
    hard = impostors[np.argpartition(-alike, min(_HARD, len(alike) - 1))[:_HARD]]
    rng = np.random.default_rng(_SEED)
    chosen = np.concatenate([chosen, hard, rng.choice(impostors, min(_RANDOM, len(impostors)))])
    cosines, strengths = photos.matcher.inputs(
        photos.embeddings[places[first[chosen]]], photos.embeddings[places[second[chosen]]]
    )
    return _fit(np.concatenate([cosines, strengths], axis=1), same[chosen])


def _fit(inputs: Floats, same: npt.NDArray[np.bool_]) -> LearnedFusion:
    center, scale = inputs.mean(axis=0), np.maximum(inputs.std(axis=0), _LEAST_SPREAD)
    standardized = (inputs - center) / scale
    members = [_fit_member(standardized, same, _SEED + number) for number in range(_MEMBERS)]
    hidden = [member.coefs_[0] for member in members]
    output = [member.coefs_[1][:, 0] / _MEMBERS for member in members]
    return LearnedFusion(
        center=center.astype(np.float32),
        scale=scale.astype(np.float32),
        hidden=np.concatenate(hidden, axis=1).astype(np.float32),
        hidden_bias=np.concatenate([m.intercepts_[0] for m in members]).astype(np.float32),
        output=np.concatenate(output).astype(np.float32),
        output_bias=float(np.mean([member.intercepts_[1][0] for member in members])),
    )


def _fit_member(inputs: Floats, same: npt.NDArray[np.bool_], seed: int) -> MLPClassifier:
    network = MLPClassifier(
        (_UNITS,),
        activation="tanh",
        alpha=_DECAY,
        learning_rate_init=3e-3,
        max_iter=500,
        random_state=seed,
    )
    return network.fit(inputs, same)


@final
class CrossFitted:
    """Compares people of two folds by a fusion that has seen neither."""

    def __init__(
        self, parts: tuple[EmbeddingPart, ...], protocol: PairProtocol, photos: EmbeddedPhotos
    ) -> None:
        """Train one fusion for each two folds."""
        self._folds: Final = number_folds(protocol, photos)
        of_photo = self._folds[photos.people]
        pairs = combinations_with_replacement(range(len(protocol.folds)), 2)
        self._matchers: Final[Mapping[tuple[int, int], Matcher]] = {
            (a, b): Matcher(parts, train_fusion(photos, (of_photo != a) & (of_photo != b)))
            for a, b in pairs
        }

    @property
    def within_folds(self) -> tuple[Matcher, ...]:
        """The matcher for two people of the same fold, by fold."""
        return tuple(self._matchers[fold, fold] for fold in range(int(self._folds.max()) + 1))

    def __call__(
        self, first: Gist, first_people: People, second: Gist, second_people: People
    ) -> Floats:
        """Return the similarities, float32 [n, m]; see `CompareAll`."""
        rows_of, columns_of = self._folds[first_people], self._folds[second_people]
        scores = np.empty((len(first_people), len(second_people)), np.float32)
        for (a, b), matcher in self._matchers.items():
            for fold_of_rows, fold_of_columns in {(a, b), (b, a)}:
                rows = np.flatnonzero(rows_of == fold_of_rows)
                columns = np.flatnonzero(columns_of == fold_of_columns)
                scores[np.ix_(rows, columns)] = matcher.compare_all(
                    _take(first, rows), _take(second, columns)
                )
        return scores


def _take(gist: Gist, places: npt.NDArray[np.int64]) -> Gist:
    return Gist(gist.directions[places], gist.strengths[places])
