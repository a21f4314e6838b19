"""Calibrates a pack: what a similarity is worth, by the number of samples behind a reference."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Final

import numpy as np

from mien.core.matching import LearnedFusion
from mien.core.scoring import Calibration, Curve
from mien.evaluation.calibration_curve import measure_curve
from mien.evaluation.comparisons import SUBSETS_PER_PERSON, CompareAll, compare_references
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.resampling import PeopleResampler

SAMPLE_COUNTS: Final = (1, 2, 3, 5)
"""Curves are made for references of these numbers of photos."""

_DIGITS: Final = 6


def calibrate(
    photos: EmbeddedPhotos,
    contract: str,
    *,
    source: str,
    rng: np.random.Generator,
    compare: CompareAll | None = None,
) -> Calibration:
    """Measure a curve for each of `SAMPLE_COUNTS`; raise InvalidRequestError for too few data.

    contract: digest of the embedding contract that the calibration is of. compare: instead of
    the photos' own matcher.
    """
    resampler = PeopleResampler(int(photos.people.max()) + 1, rng)
    curves: dict[int, Curve] = {}
    for count in SAMPLE_COUNTS:
        if np.bincount(photos.people).max() <= count:
            break  # nobody has a photo left to be recognized by
        curves[count] = measure_curve(compare_references(photos, count, rng, compare), resampler)
    return Calibration(contract, source, curves)


def describe_source(
    protocol: PairProtocol, photos: EmbeddedPhotos, *, today: date, command: str
) -> str:
    """Say what a calibration was measured on, how, when and by which command."""
    return (
        f"{protocol.name}: {len(photos.acquired)} of {photos.seen} photos with a face, of "
        f"{len(np.unique(photos.people))} people; the face nearest to the center, without quality "
        "gate; every photo with every other, and centroids of several photos of a person (at "
        f"most {SUBSETS_PER_PERSON} random choices a person) with every photo not in them; "
        f"measured on {today.isoformat()} by  {command}"
    )


def format_calibration(calibration: Calibration, fusion: LearnedFusion | None = None) -> str:
    """Return the JSON that `mien.inference.calibration` reads."""
    document = {
        "contract": calibration.contract,
        "source": calibration.source,
        "fusion": None if fusion is None else _plain(fusion),
        "curves": {str(count): asdict(curve) for count, curve in calibration.curves.items()},
    }
    return json.dumps(document, indent=1) + "\n"


def _plain(fusion: LearnedFusion) -> dict[str, object]:
    return {
        name: np.round(np.asarray(value, np.float64), _DIGITS).tolist()
        for name, value in asdict(fusion).items()
    }
