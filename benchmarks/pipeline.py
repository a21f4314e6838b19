"""One face, from the bytes of a photo to the decision, beside the systems that mien replaces.

`make bench`, or in an environment with benchmarks/requirements*.txt: python -m benchmarks.pipeline
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

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

from mien.core.detection import Search
from mien.core.face import DOMINANCE, Face, dominant
from mien.core.image import ImageLimits
from mien.core.policy import DEFAULT_TARGET_FMR, decide
from mien.core.pose import estimate_pose
from mien.core.quality import QualityLimits, measure_quality
from mien.core.scoring import Calibration, similarity
from mien.core.template import Embedding
from mien.inference import catalogue, weights
from mien.inference.alignment import extract_chip
from mien.inference.calibration import load_builtin_calibration
from mien.inference.decoding import decode
from mien.inference.detection.mmod import MmodDetector
from mien.inference.embedding.resnet29 import ResNet29Embedder
from mien.inference.landmarks.regression_trees import RegressionTreeLandmarker
from mien.inference.pipeline import BuiltinPipeline
from mien.inference.runtime import Session
from mien.service.probe import ProbeReader

_PORTRAITS: Final[Mapping[str, Callable[[], bytes]]] = {
    "face 200 px wide": portraits.near,
    "face 90 px wide": portraits.far,
}
_THREADS: Final = (1, 2)
_REFERENCE: Final = "face_recognition"
_STAGES: Final = ("decode", "detect", "landmarks", "chip, quality", "embed", "compare")


@dataclass(frozen=True, slots=True)
class Mien:
    """The product's own path and, beside it, the same stages one by one.

    The latter exist because a use case has no stopwatch in it; `check` holds them to the former.
    """

    detector: MmodDetector
    landmarker: RegressionTreeLandmarker
    embedder: ResNet29Embedder
    reader: ProbeReader
    calibration: Calibration

    @classmethod
    def load(cls, models: Mapping[str, Path], *, threads: int) -> Mien:
        """Load the built-in pack."""
        with np.load(models[catalogue.FIVE_LANDMARKS.name], allow_pickle=False) as parameters:
            landmarker = RegressionTreeLandmarker(parameters)
        detector = MmodDetector(Session(models[catalogue.MMOD.name], threads=threads))
        embedder = ResNet29Embedder(Session(models[catalogue.RESNET29.name], threads=threads))
        pipeline = BuiltinPipeline(detector, landmarker, embedder)
        reader = ProbeReader(partial(decode, limits=ImageLimits()), pipeline, QualityLimits())
        calibration = load_builtin_calibration(pipeline.contract)
        return cls(detector, landmarker, embedder, reader, calibration)

    def run(self, probe: bytes, stored: Embedding, lap: Laps) -> None:
        """Verify a photo the way `Authenticate` does, without its store."""
        self._require_match(self.reader.read(probe).embedding, stored)
        lap("total")

    def run_stages(self, probe: bytes, stored: Embedding, lap: Laps) -> None:
        """Do the same with a lap after each stage."""
        self._require_match(self._embed(probe, lap), stored)
        lap("compare")

    def check(self, probe: bytes) -> None:
        """Refuse to time stages that are not the product's."""
        if not np.array_equal(self.reader.read(probe).embedding, self._embed(probe, Laps())):
            raise SystemExit("benchmarks/pipeline.py no longer does what ProbeReader does")

    def _embed(self, probe: bytes, lap: Laps) -> Embedding:
        limits = QualityLimits()
        image = decode(probe, ImageLimits(), enough_px=720)
        lap("decode")
        seen = dominant(self.detector.detect(image, Search(limits.min_face_px, DOMINANCE)))
        lap("detect")
        landmarks = self.landmarker.locate(image, seen.box)
        lap("landmarks")
        chip = extract_chip(image, landmarks)
        quality = measure_quality(image, seen.box, estimate_pose(landmarks), chip)
        Face(seen.box, seen.score, landmarks, quality, chip).require_quality(limits)
        lap("chip, quality")
        (embedding,) = self.embedder.embed([chip])
        lap("embed")
        return embedding

    def _require_match(self, probe: Embedding, stored: Embedding) -> None:
        decision = decide(similarity(probe, stored), self.calibration.curve(1), DEFAULT_TARGET_FMR)
        if not decision.accepted:
            raise AssertionError(f"mien rejects the probe: {decision}")


@dataclass(frozen=True, slots=True)
class Field:
    """Everything that runs on one portrait: whole runs, runs in stages, notes, absentees."""

    whole: Mapping[str, Run]
    staged: Mapping[str, Run]
    notes: Mapping[str, str]
    missing: Mapping[str, str]


def assemble(probe: bytes, enrolled: bytes, models: Mapping[str, Path], *, peers: bool) -> Field:
    """Load every contender for one portrait."""
    whole: dict[str, Run] = {}
    staged: dict[str, Run] = {}
    notes: dict[str, str] = {}
    missing: dict[str, str] = {}
    for threads in _THREADS:
        mien, name = (
            Mien.load(models, threads=threads),
            f"mien, {threads} thread{'s'[: threads - 1]}",
        )
        mien.check(probe)
        stored = mien.reader.read(enrolled).embedding
        whole[name] = partial(mien.run, probe, stored)
        staged[f"{name}, by stage"] = partial(mien.run_stages, probe, stored)
        notes[name] = "ONNX Runtime; built-in pack"
    for name, load in LOADERS.items() if peers else ():
        try:
            peer = load(probe, enrolled)
        except MissingPeerError as error:
            missing[name] = f"not installed: {error}"
            continue
        whole[name] = staged[name] = peer.run
        notes[name] = peer.note
    return Field(whole, staged, notes, missing)


def show(portrait: str, field: Field, results: Mapping[str, Result]) -> None:
    """Print the two tables of one portrait."""
    reference = results.get(_REFERENCE)
    rows = [_row(name, results[name], reference, field.notes[name]) for name in field.whole]
    rows += [[name, *["-"] * 5, why] for name, why in field.missing.items()]
    show_table(
        f"Bytes to decision, 640 x 480 JPEG, {portrait} (ms)",
        ["system", "median", "p95", "best", "CPU", "times faster", "how"],
        rows,
    )
    laps = {name: results[name].laps for name in field.staged}
    stages = [*_STAGES, *sorted({s for found in laps.values() for s in found} - set(_STAGES))]
    show_table(
        f"The same by stage, median ms, {portrait}",
        ["stage", *laps],
        [
            [
                stage,
                *(
                    f"{found[stage].median_ms:.2f}" if stage in found else ""
                    for found in laps.values()
                ),
            ]
            for stage in stages
        ],
    )


def _row(name: str, result: Result, reference: Result | None, note: str) -> list[str]:
    total = result.total
    faster = f"{reference.total.median_ms / total.median_ms:.1f}" if reference else "-"
    return [
        name,
        f"{total.median_ms:.1f}",
        f"{total.percentile_ms(95):.1f}",
        f"{total.best_ms:.1f}",
        f"{total.median_cpu_ms:.1f}",
        faster,
        note,
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
            results = interleave({**field.whole, **field.staged}, rounds=options.rounds)
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
