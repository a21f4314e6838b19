"""Searching a gallery: `ExactIndex` beside the bare matrix-vector product that it cannot beat.

python -m benchmarks.search
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.measure import (
    Json,
    Laps,
    Result,
    Run,
    Surroundings,
    argument_parser,
    finish,
    interleave,
    show_table,
)
from mien.core.matching import Reference
from mien.core.ports import SubjectKey
from mien.core.template import SubjectId, normalize
from mien.index.exact import ExactIndex

_SUBJECTS = (1_000, 10_000, 100_000)
_DIMENSION = 128
_LIMIT = 5
_SEED = 1


@dataclass(frozen=True, slots=True)
class Gallery:
    """The same unit vectors, float32 [n, 128], in the index and bare."""

    vectors: npt.NDArray[np.float32]
    index: ExactIndex
    fill_ms: float


def make_gallery(subjects: int) -> Gallery:
    """Enroll that many random directions."""
    rng = np.random.default_rng(_SEED)
    vectors = normalize(rng.standard_normal((subjects, _DIMENSION), dtype=np.float32))
    index, strengths = ExactIndex(_DIMENSION), np.zeros(1, np.float32)
    start = time.perf_counter()
    for row, vector in enumerate(vectors):
        subject = Reference(SubjectId(f"subject-{row}"), vector, strengths, sample_count=1)
        index.put(SubjectKey(row + 1), subject)
    return Gallery(vectors, index, (time.perf_counter() - start) * 1e3)


def contenders(gallery: Gallery) -> dict[str, Run]:
    """Return the index and its peers, all searching for the same probe."""
    probe = normalize(gallery.vectors[len(gallery.vectors) // 2] + np.float32(0.01))

    def index(lap: Laps) -> None:
        gallery.index.search(probe, _LIMIT)
        lap("search")

    def product(lap: Laps) -> None:
        gallery.vectors @ probe
        lap("search")

    def sorted_product(lap: Laps) -> None:
        np.argsort(gallery.vectors @ probe)[::-1][:_LIMIT]
        lap("search")

    return {"ExactIndex": index, "product": product, "product, sorted": sorted_product}


def check(gallery: Gallery) -> None:
    """Refuse to time an index that does not find what is there."""
    row = len(gallery.vectors) // 3
    (best, *_) = gallery.index.search(gallery.vectors[row], _LIMIT)
    found = best.reference.subject_id
    if found != f"subject-{row}":
        raise SystemExit(f"the index returned {found} for subject-{row}")


def main() -> None:
    """Fill galleries, search them, print the table."""
    parser = argument_parser("Search latency of the embedded index.")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--subjects", type=int, nargs="+", default=_SUBJECTS)
    options = parser.parse_args()
    surroundings = Surroundings()
    rows: list[list[str]] = []
    report: list[Json] = []
    for subjects in options.subjects:
        gallery = make_gallery(subjects)
        check(gallery)
        results = interleave(contenders(gallery), rounds=options.rounds)
        rows.append(_row(gallery, results))
        report.append(
            {
                "subjects": subjects,
                "fill_ms": round(gallery.fill_ms, 1),
                "contenders": {name: result.as_json() for name, result in results.items()},
            }
        )
    show_table(
        f"Best {_LIMIT} of a gallery, 128-D float32, median ms (p95)",
        ["subjects", "ExactIndex", "product alone", "product, argsort", "matrix MiB", "fill ms"],
        rows,
    )
    finish("search", report, surroundings=surroundings, packages=(), json_file=options.json)


def _row(gallery: Gallery, results: dict[str, Result]) -> list[str]:
    return [
        f"{len(gallery.vectors):,}",
        *(
            f"{result.total.median_ms:.3f} ({result.total.percentile_ms(95):.3f})"
            for result in results.values()
        ),
        f"{gallery.vectors.nbytes / 2**20:.1f}",
        f"{gallery.fill_ms:.0f}",
    ]


if __name__ == "__main__":
    main()
