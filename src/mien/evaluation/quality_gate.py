"""What the quality gate would have refused, and whether those faces are harder to recognize."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.quality import Quality, QualityLimits, QualityReason
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.metrics import Estimate, Flags, estimate_proportion
from mien.evaluation.resampling import PeopleResampler
from mien.evaluation.verification import FoldOfPerson

PERCENTILES: Final = (0.1, 1.0, 5.0, 50.0, 95.0, 99.0, 99.9)

_TAIL_PERCENT: Final = (0.5, 1.0, 5.0)

_MIN_PEOPLE: Final = 10
"""Pairs of fewer people say something about those people, not about a condition."""

_Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Affected:
    """How many faces a condition holds for, and FNMR of the genuine pairs with such a face.

    fnmr: None where the pairs are of fewer than ten people.
    """

    faces: int
    share: Estimate
    genuine_comparisons: int
    fnmr: Estimate | None


@dataclass(frozen=True, slots=True)
class Tail:
    """The faces at one end of a measure: below or above a limit."""

    measure: str
    is_low: bool
    limit: float
    affected: Affected


@dataclass(frozen=True, slots=True)
class GateReport:
    """The gate's measures on all faces.

    distribution: for each measure its values at `PERCENTILES`. refused: by reason. passed: what
    the gate lets through. target_fmr: of the thresholds that FNMR is measured at.
    """

    target_fmr: float
    limits: QualityLimits
    distribution: Mapping[str, tuple[float, ...]]
    refused: Mapping[QualityReason, Affected]
    refused_for_any: Affected
    passed: Affected
    tails: tuple[Tail, ...]


def measure_gate(
    photos: EmbeddedPhotos,
    limits: QualityLimits,
    folds: FoldOfPerson,
    thresholds: Sequence[float],
    resampler: PeopleResampler,
    *,
    target_fmr: float,
) -> GateReport:
    """Return what the gate does to the acquired photos; thresholds: of single photos, by fold."""
    pairs = _GenuinePairs.of(photos, np.array(thresholds)[folds[photos.people]], resampler)
    reasons = [quality.reasons(limits) for quality in photos.qualities]
    is_refused = np.array([bool(found) for found in reasons])
    measures = _tabulate(photos.qualities)
    return GateReport(
        target_fmr=target_fmr,
        limits=limits,
        distribution={
            name: tuple(np.percentile(values, PERCENTILES).tolist())
            for name, values in measures.items()
        },
        refused={
            reason: pairs.with_either(np.array([reason in found for found in reasons]))
            for reason in QualityReason
        },
        refused_for_any=pairs.with_either(is_refused),
        passed=pairs.with_both(~is_refused),
        tails=tuple(_cut_tails(measures, pairs)),
    )


@dataclass(frozen=True, slots=True)
class _GenuinePairs:
    """Every two photos of one person: their places, whether they were rejected, and who it is."""

    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    is_rejected: Flags
    photos: EmbeddedPhotos
    resampler: PeopleResampler

    @classmethod
    def of(
        cls, photos: EmbeddedPhotos, thresholds: _Values, resampler: PeopleResampler
    ) -> _GenuinePairs:
        """Compare them; thresholds: one a photo."""
        same = np.triu(photos.people[:, None] == photos.people, k=1)
        first, second = np.nonzero(same)
        scores = photos.compare_rows(first, second)
        return cls(first, second, scores < thresholds[first], photos, resampler)

    def with_either(self, faces: Flags) -> Affected:
        """Measure the pairs of which at least one face is among those given."""
        return self._measure(faces, faces[self.first] | faces[self.second])

    def with_both(self, faces: Flags) -> Affected:
        """Measure the pairs of which both faces are among those given."""
        return self._measure(faces, faces[self.first] & faces[self.second])

    def _measure(self, faces: Flags, pairs: Flags) -> Affected:
        people = self.photos.people[self.first[pairs]]
        return Affected(
            faces=int(faces.sum()),
            share=estimate_proportion(int(faces.sum()), len(faces)),
            genuine_comparisons=int(pairs.sum()),
            fnmr=(
                self.resampler.estimate_rates([self.is_rejected[pairs]], people, people)[0]
                if len(np.unique(people)) >= _MIN_PEOPLE
                else None
            ),
        )


def _tabulate(qualities: Sequence[Quality]) -> dict[str, _Values]:
    """Return each measure's values, float64 [faces]."""
    return {
        "sharpness": np.array([quality.sharpness for quality in qualities]),
        "brightness": np.array([quality.brightness for quality in qualities]),
        "contrast": np.array([quality.contrast for quality in qualities]),
        "face_px": np.array([quality.face_px for quality in qualities]),
        "roll_deg": np.array([quality.pose.roll_deg for quality in qualities]),
        "yaw": np.array([quality.pose.yaw for quality in qualities]),
        "pitch": np.array([quality.pose.pitch for quality in qualities]),
        "visible_share": np.array([quality.visible_share for quality in qualities]),
    }


def _cut_tails(measures: Mapping[str, _Values], pairs: _GenuinePairs) -> Iterator[Tail]:
    """Yield the tails of each measure, the outermost first, where some face lies in them."""
    for name, values in measures.items():
        for is_low in (True, False):
            faces = 0
            for percent in _TAIL_PERCENT:
                limit = float(np.percentile(values, percent if is_low else 100 - percent))
                outside = values < limit if is_low else values > limit
                if outside.sum() > faces:
                    yield Tail(name, is_low, limit, pairs.with_either(outside))
                faces = int(outside.sum())
