"""What an exported folder says of itself: its files, what they are of, and the frames of chips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mien import __version__
from mien.core.landmarks import LandmarkScheme
from mien.core.matching import LearnedFusion
from mien.core.quality import ADVICE
from mien.core.scoring import Calibration, FalseMatchRate
from mien.edge.judging import JUDGED
from mien.inference.alignment import ARCFACE_FRAME, DLIB_FRAME, ChipFrame
from mien.inference.detection.yunet import UPRIGHT_EYES_PX, UPRIGHT_PX
from mien.inference.embedding.embedder import EMBEDDERS
from mien.inference.model import Precision
from mien.inference.packs import Pack, Weights

Json = dict[str, object]

FORMAT: Final = "mien edge 2"
"""Raised with whatever an older program on a device would misread."""

_RATES: Final = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
_SCHEME: Final = LandmarkScheme.EYES_NOSE_MOUTH_CORNERS


@dataclass(frozen=True, slots=True)
class Worth:
    """What similarities are made of and worth, and the rates to keep.

    precision: of the embedders that the calibration was measured with.
    """

    calibration: Calibration
    fusion: LearnedFusion | None
    precision: Precision
    target_fmr: FalseMatchRate
    target_fpir: float

    def rates(self) -> list[float]:
        """Return the false match rates that a device can be asked for, loosest first."""
        strictest = max(curve.strictest for curve in self.calibration.curves.values())
        return sorted({r for r in _RATES if r >= strictest} | {self.target_fmr}, reverse=True)


@dataclass(frozen=True, slots=True)
class ExportedNetwork:
    """A network for the device, as it will be hashed there. made_of: the models in it."""

    file: str
    data: bytes
    sha256: str
    made_of: tuple[Weights, ...]


def frames_of(pack: Pack) -> list[ChipFrame]:
    """Return the chips that a pack needs, each once; quality is judged on the first."""
    frames = [DLIB_FRAME, *(EMBEDDERS[name].frame for name in pack.embedders)]
    return [frame for at, frame in enumerate(frames) if frame not in frames[:at]]


def describe(
    pack: Pack,
    contracts: Mapping[Precision, str],
    networks: Mapping[Precision, Mapping[str, ExportedNetwork]],
    worth: Worth,
) -> Json:
    """Return the manifest of an export.

    contracts: digests; networks: by the names that the runner knows; both by precision.
    """
    files = {one.file: one for named in networks.values() for one in named.values()}
    return {
        "format": FORMAT,
        "made_by": f"mien {__version__}",
        "pack": pack.name,
        "precision": worth.precision,
        "contracts": dict(contracts),
        "networks": {
            precision: {name: network.file for name, network in named.items()}
            for precision, named in networks.items()
        },
        "second_look": _second_look(),
        "chips": [
            {"side_px": frame.side_px, "points": frame.places[_SCHEME].astype(float).tolist()}
            for frame in frames_of(pack)
        ],
        "refusals": _REFUSALS,
        "tips": [ADVICE[reason] for reason in JUDGED],
        "fmr": worth.target_fmr,
        "fmr_range": [min(worth.rates()), max(worth.rates())],
        "fpir": worth.target_fpir,
        "source": worth.calibration.source,
        "extrapolated_below": {
            str(count): curve.false_match_rates[curve.measured - 1]
            for count, curve in sorted(worth.calibration.curves.items())
        },
        "files": {
            file: {"sha256": network.sha256, "made_of": _origins(network.made_of)}
            for file, network in files.items()
        },
    }


_REFUSALS: Final = (
    ("NO_FACE", "no face was found: face the camera, closer and in even light"),
    None,
    ("MULTIPLE_FACES", "several faces of similar size: one person at a time, or step closer"),
)
"""By how many faces dominate a picture: 0, 1, more."""


def _origins(made_of: Iterable[Weights]) -> list[Json]:
    return [
        {
            "model": weights.model.name,
            "precision": weights.precision,
            "summary": weights.model.summary,
            "license": {
                "name": weights.model.license.name,
                "terms": weights.model.license.terms,
                "url": weights.model.license.url,
            },
            "source": {"file": weights.model.source.name, "sha256": weights.model.sha256},
            "changes": "imported by mien to take uint8 RGB"
            + (", quantized to int8" if weights.precision is Precision.INT8 else "")
            + ", joined with what is reckoned before and after it",
        }
        for weights in made_of
    ]


def _second_look() -> Json:
    places = ARCFACE_FRAME.places[_SCHEME]
    eyes_px = np.ptp(places[:2, 0])
    # In the landmarker's order: what is rounded otherwise moves pixels.
    points = (places - places.mean(axis=0)) * UPRIGHT_EYES_PX / eyes_px
    points = points + np.full(2, UPRIGHT_PX / 2)
    return {"side_px": UPRIGHT_PX, "points": points.astype(np.float32).tolist()}
