"""What an exported folder says of itself: the numbers that its programs follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from mien import __version__
from mien.core.landmarks import LandmarkScheme
from mien.core.matching import LearnedFusion
from mien.core.quality import QualityLimits
from mien.core.scoring import Calibration, FalseMatchRate
from mien.inference.alignment import ARCFACE_FRAME, DLIB_FRAME, ChipFrame
from mien.inference.embedding.embedder import EMBEDDERS
from mien.inference.model import Precision
from mien.inference.packs import Pack, Weights

Json = dict[str, object]

FORMAT: Final = "mien edge 1"
"""Raised with whatever an older program on a device would misread."""

RATES: Final = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)

_SCHEME: Final = LandmarkScheme.EYES_NOSE_MOUTH_CORNERS
_SECOND_LOOK_PX: Final = 256
_SECOND_LOOK_EYES_PX: Final = 88.0
"""As YuNet's landmarker has them."""


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


def file_name(weights: Weights) -> str:
    """Return where a network lies in an export."""
    return f"models/{weights.file}"


def describe(
    pack: Pack,
    contracts: Mapping[Precision, str],
    hashes: Mapping[Weights, str],
    worth: Worth,
    limits: QualityLimits,
) -> Json:
    """Return the manifest of an export.

    contracts: digests, by the precisions that are exported. hashes: SHA-256 of each network.
    """
    embedders = [EMBEDDERS[name] for name in pack.embedders]
    by_name = {weights: file_name(weights) for weights in hashes}
    return {
        "format": FORMAT,
        "made_by": f"mien {__version__}",
        "pack": pack.name,
        "contracts": dict(contracts),
        "files": {name: _file(weights, hashes[weights]) for weights, name in by_name.items()},
        "detector": next(n for w, n in by_name.items() if w.model.name == pack.detectors[0]),
        "second_look": _second_look(),
        "chips": {
            frame.name: {"side_px": frame.side_px, "points": _points(frame)}
            for frame in (DLIB_FRAME, *(facts.frame for facts in embedders))
        },
        "parts": [
            {
                "model": facts.model.name,
                "files": {w.precision: n for w, n in by_name.items() if w.model == facts.model},
                "chip": facts.frame.name,
                "dimension": facts.dimension,
                "weight": pack.embedders[facts.model.name],
            }
            for facts in embedders
        ],
        "fusion": None if worth.fusion is None else _fusion(worth.fusion),
        "thresholds": _thresholds(worth),
        "quality": {"chip": DLIB_FRAME.name, **asdict(limits)},
    }


def _file(weights: Weights, sha256: str) -> Json:
    model = weights.model
    return {
        "sha256": sha256,
        "precision": weights.precision,
        "summary": model.summary,
        "license": {
            "name": model.license.name,
            "terms": model.license.terms,
            "url": model.license.url,
        },
        "source": {"file": model.source.name, "sha256": model.sha256},
        "changes": "imported by mien to take uint8 RGB"
        + (", quantized to int8" if weights.precision is Precision.INT8 else ""),
    }


def _points(frame: ChipFrame) -> list[list[float]]:
    return [[float(x), float(y)] for x, y in frame.places[_SCHEME]]


def _second_look() -> Json:
    places = ARCFACE_FRAME.places[_SCHEME]
    eyes_px = np.ptp(places[:2, 0])
    # In the landmarker's order: what is rounded otherwise moves pixels.
    points = (places - places.mean(axis=0)) * _SECOND_LOOK_EYES_PX / eyes_px
    points = points + np.full(2, _SECOND_LOOK_PX / 2)
    return {"side_px": _SECOND_LOOK_PX, "points": points.astype(np.float32).tolist()}


def _fusion(fusion: LearnedFusion) -> Json:
    return {
        "center": fusion.center.tolist(),
        "scale": fusion.scale.tolist(),
        "hidden": fusion.hidden.tolist(),
        "hidden_bias": fusion.hidden_bias.tolist(),
        "output": fusion.output.tolist(),
        "output_bias": fusion.output_bias,
    }


def _thresholds(worth: Worth) -> Json:
    curves = worth.calibration.curves
    strictest = max(curve.strictest for curve in curves.values())
    rates = sorted({rate for rate in RATES if rate >= strictest} | {worth.target_fmr}, reverse=True)
    return {
        "precision": worth.precision,
        "source": worth.calibration.source,
        "default_fmr": worth.target_fmr,
        "false_positive_identification_rate": worth.target_fpir,
        "false_match_rates": rates,
        "by_samples": {
            str(count): [curve.threshold(FalseMatchRate(rate)) for rate in rates]
            for count, curve in sorted(curves.items())
        },
        "extrapolated_below": {
            str(count): curve.false_match_rates[curve.measured - 1]
            for count, curve in sorted(curves.items())
        },
    }
