"""Calibrates a pack: what a similarity is worth, by the number of samples behind a reference."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Final

import numpy as np

from mien.core.scoring import Calibration, Curve
from mien.core.template import EmbeddingContract
from mien.errors import InvalidRequestError
from mien.evaluation.comparisons import SUBSETS_PER_PERSON, Comparisons, compare_references
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.lfw import PairProtocol
from mien.evaluation.metrics import false_match_rate, false_non_match_rate, find_threshold

SAMPLE_COUNTS: Final = (1, 2, 3, 5)
"""Curves are made for references of these numbers of photos."""

RULE_OF_30: Final = 30
"""At least this many errors must be seen before a rate is believed within 30 %, at 90 %
confidence (G. R. Doddington et al., The NIST speaker recognition evaluation, Speech
Communication 31, 2000; ISO/IEC 19795-1)."""

_WEAKEST_FMR: Final = 0.99
_POINTS_PER_DECADE: Final = 10
_DIGITS: Final = 6


def calibrate(
    photos: EmbeddedPhotos,
    contract: EmbeddingContract,
    *,
    source: str,
    rng: np.random.Generator,
) -> Calibration:
    """Measure a curve for each of `SAMPLE_COUNTS`; raise InvalidRequestError for too few data."""
    curves = {
        count: measure_curve(compare_references(photos, count, rng)) for count in SAMPLE_COUNTS
    }
    return Calibration(contract.digest, source, curves)


def describe_source(protocol: PairProtocol, photos: EmbeddedPhotos, today: date) -> str:
    """Say what a calibration was measured on, how, when and by which command."""
    name = protocol.root.resolve().name
    seen = len(photos.acquired) + len(photos.missed)
    return (
        f"{name}: {len(photos.acquired)} of {seen} photos with a face, of "
        f"{len(np.unique(photos.people))} people; the face nearest to the center, without quality "
        "gate; every photo with every other, and centroids of several photos of a person (at "
        f"most {SUBSETS_PER_PERSON} random choices a person) with every photo not in them; "
        f"measured on {today.isoformat()} by  mien evaluate {name} --write-calibration FILE"
    )


def measure_curve(comparisons: Comparisons) -> Curve:
    """Return the error rates at thresholds for log-spaced false match rates.

    The rates end where `RULE_OF_30` impostor comparisons of a new person and photo are still
    above the threshold. Raises InvalidRequestError where that leaves no curve.
    """
    is_genuine = comparisons.genuine
    genuine = np.sort(comparisons.scores[is_genuine])
    impostor = np.sort(comparisons.scores[~is_genuine])
    points: list[tuple[float, float, float]] = []
    measurable = len(impostor) and len(genuine)
    for target in _target_rates(comparisons.distinct_impostors) if measurable else ():
        threshold = _round_up(find_threshold(impostor, target))
        fmr = _round(false_match_rate(impostor, threshold))
        if not points or (threshold > points[-1][0] and fmr < points[-1][1]):
            points.append((threshold, fmr, _round(false_non_match_rate(genuine, threshold))))
    if len(points) < 2:
        raise InvalidRequestError(
            f"{len(impostor)} impostor and {len(genuine)} genuine comparisons are too few to "
            "calibrate with"
        )
    similarities, fmrs, fnmrs = zip(*points, strict=True)
    return Curve(similarities, fmrs, fnmrs, len(impostor), len(genuine))


def format_calibration(calibration: Calibration) -> str:
    """Return the JSON that `mien.inference.calibration.parse_calibration` reads."""
    document = {
        "contract": calibration.contract,
        "source": calibration.source,
        "curves": {str(count): asdict(curve) for count, curve in calibration.curves.items()},
    }
    return json.dumps(document, indent=1) + "\n"


def _target_rates(distinct_impostors: int) -> Iterator[float]:
    """Yield false match rates from the weakest to the strictest that the data supports."""
    decades = math.log10(max(1.0, distinct_impostors / RULE_OF_30))
    yield _WEAKEST_FMR
    for step in range(1, math.floor(decades * _POINTS_PER_DECADE) + 1):
        yield 10 ** (-step / _POINTS_PER_DECADE)


def _round(rate: float) -> float:
    return float(f"{rate:.{_DIGITS}g}")


def _round_up(similarity: float) -> float:
    """Round so that no impostor that was below a threshold rises above it."""
    unit = 10.0**-_DIGITS
    return round(math.ceil(similarity / unit) * unit, _DIGITS)
