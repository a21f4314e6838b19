"""One face, from the bytes of a photo to the decision, beside the systems that mien replaces.

`make bench`, or in an environment with benchmarks/requirements*.txt: python -m benchmarks.pipeline
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import numpy as np

from benchmarks import portraits
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
from benchmarks.peers import LOADERS, MissingPeerError
from mien.core.image import ImageLimits
from mien.core.policy import DEFAULT_TARGET_FMR, decide
from mien.core.quality import QualityLimits
from mien.core.scoring import similarity
from mien.core.template import Embedding
from mien.inference import catalogue, weights
from mien.inference.calibration import load_builtin_calibration
from mien.inference.decoding import decode
from mien.inference.detection.mmod import MmodDetector
from mien.inference.embedding.resnet29 import ResNet29Embedder
from mien.inference.landmarks.regression_trees import RegressionTreeLandmarker
from mien.inference.pipeline import BuiltinPipeline
from mien.inference.runtime import Session
from mien.service.probe import ProbeReader

P = ParamSpec("P")
T = TypeVar("T")

_PORTRAITS: Final[Mapping[str, Callable[[], bytes]]] = {
    "face 200 px wide": portraits.near,
    "face 90 px wide": portraits.far,
}
_MIEN_THREADS: Final = {"mien, 1 thread": 1, "mien, 2 threads": 2}
_REFERENCE: Final = "face_recognition"
_STAGES: Final = ("decode", "detect", "landmarks", "chip, quality", "embed", "compare")


class Mien:
    """The product's own path from bytes to decision, with a stopwatch around its stages."""

    def __init__(self, models: Mapping[str, Path], *, threads: int) -> None:
        """Load the built-in pack."""
        with np.load(models[catalogue.FIVE_LANDMARKS.name], allow_pickle=False) as parameters:
            landmarker = RegressionTreeLandmarker(parameters)
        detector = MmodDetector(Session(models[catalogue.MMOD.name], threads=threads))
        embedder = ResNet29Embedder(Session(models[catalogue.RESNET29.name], threads=threads))
        pipeline = BuiltinPipeline(detector, landmarker, embedder)
        self._calibration = load_builtin_calibration(pipeline.contract)
        self._lap = Laps()
        self._reader = ProbeReader(
            self._timed(partial(decode, limits=ImageLimits()), "decode"), pipeline, QualityLimits()
        )
        # The stages are final and know no stopwatch: it is put around the methods of these three.
        for stage, method, name in (
            (detector, "detect", "detect"),
            (landmarker, "locate", "landmarks"),
            (embedder, "embed", "embed"),
        ):
            setattr(stage, method, self._timed(getattr(stage, method), name))

    def embed(self, photo: bytes) -> Embedding:
        """Return the embedding of a photo."""
        return self._reader.read(photo).embedding

    def run(self, probe: bytes, stored: Embedding, lap: Laps) -> None:
        """Verify a photo the way `Authenticate` does, without its store."""
        self._lap = lap
        score = similarity(self.embed(probe), stored)
        decision = decide(score, self._calibration.curve(1), DEFAULT_TARGET_FMR)
        lap("compare")
        if not decision.accepted:
            raise SystemExit(f"mien rejects the probe: {decision}")

    def _timed(self, stage: Callable[P, T], name: str) -> Callable[P, T]:
        def timed(*args: P.args, **kwargs: P.kwargs) -> T:
            self._lap("chip, quality")  # all that lies between the stages
            value = stage(*args, **kwargs)
            self._lap(name)
            return value

        return timed


@dataclass(frozen=True, slots=True)
class Field:
    """Everything that runs on one portrait, with a note on each, and why others do not run."""

    runs: Mapping[str, Run]
    notes: Mapping[str, str]
    missing: Mapping[str, str]


def assemble(probe: bytes, enrolled: bytes, models: Mapping[str, Path], *, peers: bool) -> Field:
    """Load every contender for one portrait."""
    runs: dict[str, Run] = {}
    notes: dict[str, str] = {}
    missing: dict[str, str] = {}
    for name, threads in _MIEN_THREADS.items():
        mien = Mien(models, threads=threads)
        runs[name] = partial(mien.run, probe, mien.embed(enrolled))
        notes[name] = "ONNX Runtime; built-in pack"
    for name, load in LOADERS.items() if peers else ():
        try:
            peer = load(probe, enrolled)
        except MissingPeerError as error:
            missing[name] = f"not installed: {error}"
            continue
        runs[name], notes[name] = peer.run, peer.note
    return Field(runs, notes, missing)


def show(portrait: str, field: Field, results: Mapping[str, Result]) -> None:
    """Print the two tables of one portrait."""
    reference = results.get(_REFERENCE)
    show_table(
        f"Bytes to decision, 640 x 480 JPEG, {portrait}",
        ["system", "median ms", "p95 ms", "best ms", "CPU ms", f"times faster than {_REFERENCE}"],
        [
            *(_row(name, result, reference) for name, result in results.items()),
            *([name, *["-"] * 5] for name in field.missing),
        ],
    )
    for name, note in {**field.notes, **field.missing}.items():
        print(f"  {name}: {note}")
    laps = [result.laps for result in results.values()]
    stages = [*_STAGES, *sorted({stage for found in laps for stage in found} - set(_STAGES))]
    show_table(
        f"The same by stage, median ms, {portrait}",
        ["stage", *results],
        [
            [stage, *(f"{found[stage].median_ms:.2f}" if stage in found else "" for found in laps)]
            for stage in stages
        ],
    )


def _row(name: str, result: Result, reference: Result | None) -> list[str]:
    total = result.total
    return [
        name,
        f"{total.median_ms:.1f}",
        f"{total.percentile_ms(95):.1f}",
        f"{total.best_ms:.1f}",
        f"{total.median_cpu_ms:.1f}",
        f"{reference.total.median_ms / total.median_ms:.1f}" if reference else "-",
    ]


def main() -> None:
    """Time every system on every portrait."""
    parser = argument_parser("Latency from the bytes of a photo to the decision.")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--no-peers", action="store_true", help="only mien")
    options = parser.parse_args()
    surroundings = Surroundings()
    report: dict[str, Json] = {}
    enrolled = portraits.enrolled()
    with tempfile.TemporaryDirectory() as folder:
        models = weights.ensure_builtin(Path(folder))
        for portrait, make in _PORTRAITS.items():
            field = assemble(make(), enrolled, models, peers=not options.no_peers)
            results = interleave(field.runs, rounds=options.rounds)
            show(portrait, field, results)
            report[portrait] = {
                "systems": {name: result.as_json() for name, result in results.items()},
                "missing": dict(field.missing),
            }
    finish(
        "pipeline",
        report,
        surroundings=surroundings,
        packages=_packages(),
        json_file=options.json,
    )


def _packages() -> Sequence[str]:
    return (
        *("onnxruntime", "opencv-python-headless", "pillow"),
        *("face_recognition", "dlib-bin", "facenet-pytorch", "torch"),
    )


if __name__ == "__main__":
    main()
