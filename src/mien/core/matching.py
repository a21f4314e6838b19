"""From two embeddings to the one similarity that is decided on.

An embedding is what the models of a pack said of a face, one after another. Of each part the
direction tells who it is, and the length how clearly the model saw it: covered, blurred and
turned faces give short vectors (Q. Meng et al., MagFace, CVPR 2021). A gallery is searched by
directions alone, in one product; the best few are then scored with everything there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, final

import numpy as np
import numpy.typing as npt

from mien.core.scoring import Similarity
from mien.core.template import Embedding, EmbeddingPart, SubjectId, normalize

Floats = npt.NDArray[np.float32]

_ROWS_AT_A_TIME: Final = 256


class Unit(StrEnum):
    """What a similarity is measured in; stable words of the wire."""

    COSINE = "cosine"
    LOG_ODDS = "log_odds"


@dataclass(frozen=True, slots=True)
class Reference:
    """What a probe is compared with: one direction and the mean strengths of a subject's samples.

    direction: float32 [dimension], unit length; strengths: float32 [parts].
    """

    subject_id: SubjectId
    direction: Floats
    strengths: Floats
    sample_count: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """similarity: what is decided on; by_model: each model's cosine, -1 to 1."""

    similarity: Similarity
    by_model: dict[str, float]


@dataclass(frozen=True, slots=True)
class LearnedFusion:
    """A perceptron with one hidden layer over the models' cosines and strengths.

    center, scale: float32 [inputs], what the inputs are standardized with; hidden [inputs, units]
    and its bias [units], then tanh, then output [units] and its bias. The inputs are the cosines
    of the parts, then for each part the sum of both faces' strengths.
    """

    center: Floats
    scale: Floats
    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: float

    def __call__(self, cosines: Floats, strengths: Floats) -> Floats:
        """Return log-odds of one person, [n], of cosines and summed strengths, [n, parts] each."""
        inputs = (np.concatenate([cosines, strengths], axis=-1) - self.center) / self.scale
        units = np.tanh(inputs @ self.hidden + self.hidden_bias)
        return np.asarray(units @ self.output + self.output_bias, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Gist:
    """Of several faces or subjects the directions, [n, dimension], and strengths, [n, parts]."""

    directions: Floats
    strengths: Floats


@final
class Matcher:
    """Compares the embeddings of one contract."""

    def __init__(self, parts: Sequence[EmbeddingPart], fusion: LearnedFusion | None = None) -> None:
        """Without a fusion the similarity is the weighted mean of the models' cosines."""
        self._parts: Final = tuple(parts)
        self._fusion: Final = fusion
        ends = np.cumsum([part.dimension for part in parts]).tolist()
        self._slices: Final = tuple(
            slice(end - part.dimension, end) for part, end in zip(parts, ends, strict=True)
        )
        self._weights: Final = np.array([part.weight for part in parts], np.float32)

    @property
    def unit(self) -> Unit:
        """What its similarities are."""
        return Unit.COSINE if self._fusion is None else Unit.LOG_ODDS

    def directions(self, embeddings: Floats) -> Floats:
        """Return unit vectors [..., dimension] whose product is the weighted mean of cosines."""
        scaled = [
            np.sqrt(weight) * normalize(embeddings[..., part])
            for part, weight in zip(self._slices, self._weights, strict=True)
        ]
        return np.concatenate(scaled, axis=-1, dtype=np.float32)

    def strengths(self, embeddings: Floats) -> Floats:
        """Return the logarithm of the length of each part, [..., parts]."""
        lengths = [np.linalg.norm(embeddings[..., part], axis=-1) for part in self._slices]
        logs = np.log(np.maximum(np.stack(lengths, axis=-1), np.finfo(np.float32).tiny))
        return np.asarray(logs, dtype=np.float32)

    def summarize(self, samples: Floats) -> Gist:
        """Return what stands for each subject, of its samples, [subjects, samples, dimension].

        On LFW three samples averaged this way reject 1.1 % of genuine probes at FMR 1e-3 where
        the best of three rejects 1.6 % (docs/models.md), and a gallery stays one row a subject.
        """
        directions = normalize(self.directions(samples).mean(axis=1))
        return Gist(directions, self.strengths(samples).mean(axis=1))

    def reference(self, subject_id: SubjectId, embeddings: Sequence[Embedding]) -> Reference:
        """Return what a subject's probes are compared with."""
        (reference,) = self.references([subject_id], np.stack(embeddings)[None])
        return reference

    def references(self, subject_ids: Sequence[SubjectId], samples: Floats) -> list[Reference]:
        """Return what many subjects' probes are compared with.

        samples: [subjects, samples, dimension], of subjects that have equally many.
        """
        gist, count = self.summarize(samples), samples.shape[1]
        return [
            Reference(subject_id, direction, strengths, count)
            for subject_id, direction, strengths in zip(
                subject_ids, gist.directions, gist.strengths, strict=True
            )
        ]

    def compare(self, probe: Embedding, reference: Reference) -> Comparison:
        """Compare a probe with one subject."""
        first = self.summarize(probe[None, None])
        cosines = self._cosines(first.directions, reference.direction[None])[0]
        (score,) = self._score(cosines, first.strengths + reference.strengths)
        names = (part.model for part in self._parts)
        by_model = dict(zip(names, cosines[0].tolist(), strict=True))
        return Comparison(Similarity(float(score)), by_model)

    def compare_all(self, first: Gist, second: Gist) -> Floats:
        """Return the similarities of every first with every second, float32 [n, m]."""
        scores = np.empty((len(first.directions), len(second.directions)), np.float32)
        for start in range(0, len(scores), _ROWS_AT_A_TIME):
            rows = slice(start, start + _ROWS_AT_A_TIME)
            cosines = self._cosines(first.directions[rows], second.directions)
            strengths = first.strengths[rows, None] + second.strengths[None]
            scores[rows] = self._score(cosines, strengths)
        return scores

    def compare_opposite(self, first: Gist, second: Gist) -> Floats:
        """Return the similarity of each first with the second opposite, float32 [n]."""
        cosines = [
            (normalize(first.directions[:, part]) * normalize(second.directions[:, part])).sum(1)
            for part in self._slices
        ]
        return self._score(np.stack(cosines, axis=1), first.strengths + second.strengths)

    def compare_rows(self, first: Floats, second: Floats) -> Floats:
        """Return the similarity of each row of embeddings with the one opposite, float32 [n]."""
        return self._score(*self.inputs(first, second))

    def inputs(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Return what a fusion sees of opposite rows: cosines and summed strengths, [n, parts]."""
        cosines = [
            (normalize(first[:, part]) * normalize(second[:, part])).sum(axis=1)
            for part in self._slices
        ]
        return np.stack(cosines, axis=1), self.strengths(first) + self.strengths(second)

    def _cosines(self, first: Floats, second: Floats) -> Floats:
        """Return each model's cosines, [n, m, parts]."""
        products = [normalize(first[:, p]) @ normalize(second[:, p]).T for p in self._slices]
        return np.stack(products, axis=-1)

    def _score(self, cosines: Floats, strengths: Floats) -> Floats:
        if self._fusion is None:
            return np.asarray(cosines @ self._weights, dtype=np.float32)
        return self._fusion(cosines, strengths)
