"""One face, from the bytes of a photo to the decision, beside the systems that mien replaces.

`make bench`, or in an environment with benchmarks/requirements*.txt: python -m benchmarks.pipeline
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

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
from mien.bootstrap.liveness import LivenessModels
from mien.bootstrap.recognition import Recognition, choose
from mien.core.face_mesh import FaceMesh
from mien.core.image import Image, ImageLimits
from mien.core.matching import Reference
from mien.core.policy import decide
from mien.core.quality import QualityLimits
from mien.core.template import Embedding, SubjectId
from mien.errors import ModelMissingError
from mien.inference.decoding import decode
from mien.inference.mirrors import parse_mirror
from mien.inference.packs import MODELS_OF, STANDARD
from mien.inference.pull import try_pull
from mien.inference.weights import WeightStore
from mien.service.probe import ProbeReader
from mien.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

_PORTRAITS: Final[Mapping[str, Callable[[], bytes]]] = {
    "face 200 px wide": portraits.near,
    "face 90 px wide": portraits.far,
}
_MIRROR: Final = "../shared/models" if Path("../shared/models").is_dir() else None
_PULL_WITHIN_S: Final = 120.0
_PACKS: Final = ("builtin", "standard")
_THREADS: Final = (1, 2)
_LIVE_PACK: Final = "standard"
"""Which is also run with attack detection and face mesh."""

_REFERENCE: Final = "face_recognition"
_STAGES: Final = (
    "decode",
    "detect",
    "landmarks",
    "chips, quality",
    "embed",
    "attack detection",
    "mesh",
    "compare",
)


class Mien:
    """The product's own path from bytes to decision, with a stopwatch around its stages."""

    def __init__(self, settings: Settings, *, threads: int, judges_life: bool = False) -> None:
        """Load the pack that the settings name.

        judges_life: whether to look for attacks and mark the face mesh, too.
        """
        self._models = Recognition.load(settings, choose(settings), threads=threads)
        pipeline = self._models.pipeline
        live = LivenessModels.load(settings, pipeline, threads=threads) if judges_life else None
        self._tracker = live.tracker if live else None
        self._mesh: FaceMesh | None = None
        self._judges_life = judges_life
        self._lap = Laps()
        self._image: Image | None = None
        self._reader = ProbeReader(
            self._timed(self._decode, "decode"),
            pipeline,
            QualityLimits(),
            live.attacks if live else None,
        )
        # The stages are final and know no stopwatch: it is put around their methods.
        for stage, method, name in (
            *((detector, "detect", "detect") for detector in pipeline.detectors),
            (pipeline.landmarker, "locate", "landmarks"),
            (pipeline, "embed", "embed"),
            *([(live.attacks, "assess", "attack detection")] if live else ()),
        ):
            setattr(stage, method, self._timed(getattr(stage, method), name))

    def embed(self, photo: bytes) -> Embedding:
        """Return the embedding of a photo."""
        return self._reader.read(photo, judge_pixels=self._judges_life).embedding

    def enroll(self, photo: bytes) -> Reference:
        """Return the reference of one photo."""
        return self._models.matcher.reference(SubjectId("ada"), [self.embed(photo)])

    def run(self, probe: bytes, stored: Reference, lap: Laps) -> None:
        """Verify a photo the way `Authenticate` does, without its store."""
        self._lap = lap
        embedding = self.embed(probe)
        if self._tracker is not None and self._image is not None:
            found = self._tracker.track(self._image, self._mesh)  # as from one frame to the next
            self._mesh = found[0] if found else None
            lap("mesh")
        comparison = self._models.matcher.compare(embedding, stored)
        curve = self._models.calibration.curve(1)
        decision = decide(comparison, curve, self._models.target_fmr)
        lap("compare")
        if not decision.accepted:
            raise SystemExit(f"mien rejects the probe: {decision}")

    def _decode(self, data: bytes, *, enough_px: int | None = None) -> Image:
        self._image = decode(data, ImageLimits(), enough_px=enough_px)
        return self._image

    def _timed(self, stage: Callable[P, T], name: str) -> Callable[P, T]:
        def timed(*args: P.args, **kwargs: P.kwargs) -> T:
            self._lap("chips, quality")  # all that lies between the stages
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


def assemble(probe: bytes, enrolled: bytes, packs: Mapping[str, Settings], *, peers: bool) -> Field:
    """Load every contender for one portrait."""
    runs: dict[str, Run] = {}
    notes: dict[str, str] = {}
    missing: dict[str, str] = {}
    variants = [*product(packs, (False,)), (_LIVE_PACK, True)]
    for (pack, alive), threads in product(variants, _THREADS):
        settings = packs[pack]
        threads_used = f"{threads} thread{'s' if threads > 1 else ''}"
        name = f"mien {pack}{', attacks, mesh' if alive else ''}, {threads_used}"
        try:
            mien = Mien(settings, threads=threads, judges_life=alive)
        except ModelMissingError as error:
            missing[name] = str(error)
            continue
        runs[name] = partial(mien.run, probe, mien.enroll(enrolled))
        notes[name] = f"ONNX Runtime; {choose(settings).pack.summary}"
    for name, load in LOADERS.items() if peers else ():
        try:
            peer = load(probe, enrolled)
        except MissingPeerError as error:
            missing[name] = f"not installed: {error}"
            continue
        runs[name], notes[name] = peer.run, peer.note
    return Field(runs, notes, missing)


def pull_standard(settings: Settings) -> None:
    """Bring what the standard pack misses; say so when that fails."""
    models = [weights.model for weights in STANDARD.weights()]
    models += [model for name in STANDARD.companions for model in MODELS_OF[name]]
    mirror = parse_mirror(settings.models_mirror) if settings.models_mirror else None
    sources = WeightStore.of(settings.data_dir).sources
    if error := try_pull(models, sources, mirror=mirror, time_limit_s=_PULL_WITHIN_S):
        print(f"the standard pack is left out: {error}")


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
    parser.add_argument(
        "--mirror", default=_MIRROR, help="where the standard pack's files lie; see docs/cli.md"
    )
    options = parser.parse_args()
    surroundings = Surroundings()
    report: dict[str, Json] = {}
    enrolled = portraits.enrolled()
    with tempfile.TemporaryDirectory() as folder:
        packs = {
            pack: Settings(data_dir=Path(folder), pack=pack, models_mirror=options.mirror)
            for pack in _PACKS
        }
        pull_standard(packs["standard"])
        for portrait, make in _PORTRAITS.items():
            field = assemble(make(), enrolled, packs, peers=not options.no_peers)
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
