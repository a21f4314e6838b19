"""The standard pack's embedders: what a smaller variant or a larger batch gains.

python -m benchmarks.precision; accuracy is measured by `mien train fusion` (docs/models.md).
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.measure import (
    Json,
    Laps,
    Run,
    Surroundings,
    argument_parser,
    finish,
    interleave,
    show_table,
)
from mien.inference.embedding.embedder import EMBEDDERS, EmbedderFacts
from mien.inference.mirrors import parse_mirror
from mien.inference.model import Precision
from mien.inference.packs import STANDARD, Weights
from mien.inference.pull import pull
from mien.inference.runtime import Session
from mien.inference.weights import WeightStore

_BATCHES: Final = (1, 2, 4, 8)


def contenders(facts: EmbedderFacts, store: WeightStore) -> tuple[dict[str, Run], dict[str, float]]:
    """Return what runs by name, and each variant's size in megabytes."""
    runs: dict[str, Run] = {}
    sizes: dict[str, float] = {}
    side = facts.frame.side_px
    chips = np.random.default_rng(1).integers(0, 256, (max(_BATCHES), side, side, 3), np.uint8)
    for precision in Precision:
        weights = Weights(facts.model, precision)
        path = store.ensure([weights])[facts.model.name]
        sizes[precision] = path.stat().st_size / 1e6
        session = Session(path, threads=1)
        for batch in _BATCHES:
            runs[f"{precision}, batch {batch}"] = partial(_run, session, chips[:batch])
    return runs, sizes


def _run(session: Session, chips: np.typing.NDArray[np.uint8], lap: Laps) -> None:
    session.run(chips)
    lap("run")


def main() -> None:
    """Time every embedder in every variant and batch."""
    parser = argument_parser("Embedders by precision and batch.")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--mirror", default="../shared/models", help="where the pack's files lie")
    options = parser.parse_args()
    surroundings = Surroundings()
    report: dict[str, Mapping[str, Json]] = {}
    with tempfile.TemporaryDirectory() as folder:
        store = WeightStore.of(Path(folder))
        models = [weights.model for weights in STANDARD.weights()]
        pull(models, store.sources, mirror=parse_mirror(options.mirror))
        for name in STANDARD.embedders:
            runs, sizes = contenders(EMBEDDERS[name], store)
            results = interleave(runs, rounds=options.rounds)
            per_chip = {
                run: result.total.median_ms / int(run.rpartition(" ")[2])
                for run, result in results.items()
            }
            show_table(
                f"{name}: median ms for each chip, 1 thread",
                ["precision", "MB", *(f"batch {batch}" for batch in _BATCHES)],
                [
                    [
                        precision,
                        f"{size:.1f}",
                        *(f"{per_chip[f'{precision}, batch {batch}']:.2f}" for batch in _BATCHES),
                    ]
                    for precision, size in sizes.items()
                ],
            )
            report[name] = {run: round(value, 3) for run, value in per_chip.items()}
    finish(
        "precision",
        report,
        surroundings=surroundings,
        packages=("onnxruntime",),
        json_file=options.json,
    )


if __name__ == "__main__":
    main()
