"""Compares ways to fuse a pack's models, each on people that it has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Console
from rich.table import Table

from mien.core.matching import Matcher
from mien.core.template import EmbeddingPart
from mien.evaluation.assess import SEED
from mien.evaluation.comparisons import CompareAll, compare_references
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.metrics import Estimate
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.resampling import PeopleResampler
from mien.evaluation.verification import (
    OperatingPoint,
    measure_accuracy,
    measure_operating_points,
    number_folds,
)
from mien.learning.fusion import CrossFitted


@dataclass(frozen=True, slots=True)
class FusionResult:
    """What a way to fuse reaches on single photos of held-out people."""

    name: str
    accuracy: Estimate
    points: Sequence[OperatingPoint]


def compare_fusions(
    protocol: PairProtocol,
    photos: EmbeddedPhotos,
    parts: Sequence[EmbeddingPart],
    cross_fitted: CrossFitted,
) -> Iterator[FusionResult]:
    """Yield every model alone, the plain mean, the pack's weighted mean, and what was learned."""
    folds = number_folds(protocol, photos)
    resampler = PeopleResampler(len(folds), np.random.default_rng(SEED))

    def measure(name: str, matchers: Sequence[Matcher], compare: CompareAll | None) -> FusionResult:
        views = [replace(photos, matcher=matcher) for matcher in matchers]
        compared = compare_references(views[0], 1, np.random.default_rng(SEED), compare)
        return FusionResult(
            name,
            measure_accuracy(protocol, views).acquired,
            measure_operating_points(compared, folds, resampler, sample_count=1),
        )

    shares = [
        *((part.model, {part.model: 1.0}) for part in parts),
        ("plain mean", dict.fromkeys((part.model for part in parts), 1 / len(parts))),
        ("weighted mean", {part.model: part.weight for part in parts}),
    ]
    for name, share in shares if len(parts) > 1 else shares[:1]:
        weighted = [replace(part, weight=share.get(part.model, 0.0)) for part in parts]
        yield measure(name, [Matcher(weighted)] * len(protocol.folds), None)
    yield measure("learned", cross_fitted.within_folds, cross_fitted)


def print_fusions(results: Iterator[FusionResult], console: Console) -> None:
    """Print one row a way, in percent with 95 % intervals, as it is measured."""
    rows = list(results)
    rates = [f"FNMR at FMR {point.target_fmr:g}" for point in rows[0].points]
    table = Table("fusion", "accuracy", *rates, title="On people of held-out folds, percent")
    for row in rows:
        estimates = [row.accuracy, *(point.fnmr for point in row.points)]
        table.add_row(row.name, *(_percent(estimate) for estimate in estimates))
    console.print(table)


def _percent(estimate: Estimate) -> str:
    return f"{100 * estimate.value:.2f} ({100 * estimate.low:.2f}-{100 * estimate.high:.2f})"
