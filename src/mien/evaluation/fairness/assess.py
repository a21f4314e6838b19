"""Everything that `mien fairness` measures on labelled photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.fairness import Verdict
from mien.core.matching import Matcher
from mien.core.scoring import Curve, FalseMatchRate, Similarity
from mien.errors import InvalidRequestError
from mien.evaluation.fairness.draws import PeopleDraws
from mien.evaluation.fairness.observe import Observed
from mien.evaluation.fairness.pairs import Histograms, Pairs, compare_photos
from mien.evaluation.fairness.protocol import Attribute, FairnessProtocol
from mien.evaluation.fairness.rates import (
    Measure,
    RateComparison,
    compare_rates,
    join_verdicts,
)
from mien.evaluation.fairness.tallies import MatchTallies, tally_genuine, tally_photos
from mien.evaluation.fairness.thresholds import GroupThreshold, find_thresholds
from mien.evaluation.metrics import Estimate
from mien.evaluation.resampling import People
from mien.inference.antispoof.passive import THRESHOLD

SEED: Final = 20261121
LOOSER: Final = (1e-2, 1e-3)
"""False match rates at which differences show where the operating one has too few errors."""

_LOOSEST: Final = 5e-2
"""Of what is kept of all pairs, so that a group's own threshold can be found below the others'."""


@dataclass(frozen=True, slots=True)
class MatchMatrix:
    """False match rates between groups at one threshold; rates[i][j] is rates[j][i].

    None where two groups have no pair.
    """

    target_fmr: float
    rates: tuple[tuple[Estimate | None, ...], ...]


@dataclass(frozen=True, slots=True)
class AttributeReport:
    """One attribute: its groups, their rates, and what cannot be told.

    photos: of each group; reasons: of those refused, by code, for each group.
    verdict: over the rates at the operating threshold. rates_unmeasured: measures that this
    collection or this installation cannot give.
    """

    attribute: str
    groups: tuple[str, ...]
    photos: tuple[int, ...]
    reasons: Mapping[str, tuple[int, ...]]
    rates: tuple[RateComparison, ...]
    matrices: tuple[MatchMatrix, ...]
    thresholds: tuple[GroupThreshold, ...]
    verdict: Verdict

    def rate(self, measure: Measure, target_fmr: float | None = None) -> RateComparison | None:
        """Return one comparison, None where it was not measured."""
        return next(
            (r for r in self.rates if (r.measure, r.target_fmr) == (measure, target_fmr)), None
        )


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """A pack on a collection.

    operating_fmr: the pack's target; thresholds: the similarity for each target. has_genuine:
    whether FNMR could be measured; has_passive: whether BPCER could. suspects: pairs of people
    who are said to be two, and are more alike than anything that the calibration has counted or
    continued to; many of them hint at people who are there twice, and every FMR is too high then.
    strictest_fmr: what share of pairs the calibration expects to be as alike.
    """

    protocol: str
    pack: str
    contract: str
    operating_fmr: float
    thresholds: Mapping[float, float]
    photos: int
    people: int
    usable: int
    has_genuine: bool
    has_passive: bool
    suspects: int
    strictest_fmr: float
    attributes: tuple[AttributeReport, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: a pack's name, matcher and contract, and the curve that decides."""

    pack: str
    contract: str
    matcher: Matcher
    curve: Curve
    operating_fmr: FalseMatchRate


def assess_fairness(
    protocol: FairnessProtocol, observed: Observed, subject: Subject
) -> tuple[FairnessReport, tuple[Histograms, ...]]:
    """Measure all attributes; return similarities within groups, too, one histogram each.

    Raises InvalidRequestError when fewer than two people could be compared.
    """
    everybody = _number([photo.person for photo in protocol.photos])
    used = np.flatnonzero(observed.usable)
    people = _number([protocol.photos[place].person for place in used])
    if len(used) < 2 or people.max() < 1:
        raise InvalidRequestError(
            f"of {len(protocol.photos)} photos {len(used)} can be compared: two people are needed"
        )
    targets = [fmr for fmr in LOOSER if fmr > subject.operating_fmr] + [subject.operating_fmr]
    limits = {fmr: float(subject.curve.threshold(FalseMatchRate(fmr))) for fmr in targets}
    loosest = min(*limits.values(), _loosest(subject.curve))
    usable = [replace(a, member=a.member[used]) for a in protocol.attributes]
    pairs = compare_photos(observed.embeddings, subject.matcher, people, usable, loosest)
    measured = _Measured(
        observed,
        pairs,
        limits,
        PeopleDraws(everybody, np.random.default_rng(SEED)),
        PeopleDraws(people, np.random.default_rng(SEED)),
        float(subject.operating_fmr),
    )
    report = FairnessReport(
        protocol=protocol.name,
        pack=subject.pack,
        contract=subject.contract,
        operating_fmr=float(subject.operating_fmr),
        thresholds=limits,
        photos=len(protocol.photos),
        people=int(everybody.max()) + 1,
        usable=len(used),
        has_genuine=len(pairs.genuine_scores) > 0,
        has_passive=observed.passive is not None,
        suspects=int((pairs.scores >= subject.curve.similarities[-1]).sum()),
        strictest_fmr=float(subject.curve.strictest),
        attributes=tuple(
            measured.report(whole, part)
            for whole, part in zip(protocol.attributes, usable, strict=True)
        ),
    )
    return report, pairs.histograms


@dataclass(frozen=True, slots=True)
class _Measured:
    """All photos and all pairs; limits: the threshold of each target."""

    observed: Observed
    pairs: Pairs
    limits: Mapping[float, float]
    draws: PeopleDraws
    usable_draws: PeopleDraws
    operating: float

    def report(self, whole: Attribute, usable: Attribute) -> AttributeReport:
        """Measure an attribute. whole: of all photos; usable: of those that were compared."""
        rates: list[RateComparison] = []
        matrices: list[MatchMatrix] = []
        for fmr, limit in self.limits.items():
            tallies = MatchTallies.of(usable, self.pairs, self.usable_draws, Similarity(limit))
            rates += tallies.compare(fmr)
            matrices.append(MatchMatrix(fmr, tallies.matrix()))
            rates += self._compare_genuine(usable, fmr, limit)
        rates += self._compare_photos(whole, usable)
        return AttributeReport(
            attribute=whole.name,
            groups=whole.groups,
            photos=tuple(np.bincount(whole.member, minlength=len(whole.groups)).tolist()),
            reasons=_count_reasons(whole, self.observed),
            rates=tuple(rates),
            matrices=tuple(matrices),
            thresholds=tuple(
                threshold
                for fmr in self.limits
                for threshold in find_thresholds(usable, self.pairs, self.usable_draws, fmr)
            ),
            verdict=join_verdicts(
                [rate.verdict for rate in rates if rate.target_fmr in {None, self.operating}]
            ),
        )

    def _compare_genuine(
        self, attribute: Attribute, fmr: float, limit: float
    ) -> Iterator[RateComparison]:
        if len(self.pairs.genuine_scores):
            tallies, overall = tally_genuine(attribute, self.pairs, self.usable_draws, limit)
            yield compare_rates(Measure.FNMR, attribute.groups, tallies, overall, target_fmr=fmr)

    def _compare_photos(self, whole: Attribute, usable: Attribute) -> Iterator[RateComparison]:
        def compare(
            measure: Measure, attribute: Attribute, errors: npt.NDArray[np.bool_], on: PeopleDraws
        ) -> RateComparison:
            tallies, overall = tally_photos(attribute, errors, on)
            return compare_rates(measure, attribute.groups, tallies, overall)

        yield compare(Measure.FTE, whole, ~self.observed.usable, self.draws)
        if self.observed.passive is not None:
            passed = self.observed.passive >= THRESHOLD  # NaN is not
            yield compare(Measure.BPCER, usable, ~passed, self.usable_draws)


def _number(names: Sequence[str]) -> People:
    return np.unique(names, return_inverse=True)[1].astype(np.int32)


def _loosest(curve: Curve) -> float:
    weakest = max(curve.false_match_rates)
    return float(curve.threshold(FalseMatchRate(min(_LOOSEST, weakest))))


def _count_reasons(attribute: Attribute, observed: Observed) -> dict[str, tuple[int, ...]]:
    """Count the photos of each group that were refused for each reason, the commonest first."""
    counts = Counter(
        (reason, int(group))
        for reasons, group in zip(observed.reasons, attribute.member, strict=True)
        for reason in reasons
    )
    totals = Counter(reason for reasons in observed.reasons for reason in reasons)
    return {
        reason: tuple(counts[reason, group] for group in range(len(attribute.groups)))
        for reason, _ in totals.most_common()
    }
