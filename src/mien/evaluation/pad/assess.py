"""Assesses presentation attack detection: the fused score, what it is made of, and a fitted one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.evaluation.assess import SEED
from mien.evaluation.metrics import Flags
from mien.evaluation.pad.fusion import fit_held_out
from mien.evaluation.pad.metrics import (
    PadScores,
    Rate,
    Separation,
    draw_sources,
    find_bpcer_threshold,
    leave_one_source_out,
    measure_separation,
    passes,
    rate,
)
from mien.evaluation.pad.protocol import PadProtocol
from mien.evaluation.pad.scores import PadVotes
from mien.inference.antispoof.passive import THRESHOLD

BPCERS: Final = (0.01, 0.05, 0.1)
"""At which APCER is told; the last is also that of thresholds from other sources."""

PASSIVE: Final = "passive score"
FITTED: Final = "fitted on other sources"


@dataclass(frozen=True, slots=True)
class Group:
    """Errors among the presentations of a species or of a source.

    apcer, bpcer: None where it has no presentation of the kind.
    """

    name: str
    apcer: Rate | None
    bpcer: Rate | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Errors at thresholds of one kind, by species, by source, and of all together."""

    species: tuple[Group, ...]
    sources: tuple[Group, ...]
    pooled: Group

    @property
    def worst(self) -> Group:
        """The species with the highest APCER: it governs."""
        return max(self.species, key=lambda group: group.apcer.value if group.apcer else 0.0)

    @property
    def average_error(self) -> float:
        """ACER: the mean of the worst species' APCER and of BPCER."""
        worst, pooled = self.worst.apcer, self.pooled.bpcer
        return ((worst.value if worst else 0.0) + (pooled.value if pooled else 0.0)) / 2


@dataclass(frozen=True, slots=True)
class System:
    """One way to judge.

    chosen: at the threshold that rejects a tenth of all bona fide; unseen: at thresholds from
    other sources than those it is tried on, None where there is one source; shipped: at its own.
    """

    name: str
    separation: Separation
    chosen: Outcome
    unseen: Outcome | None
    shipped: Outcome | None


@dataclass(frozen=True, slots=True)
class PadAssessment:
    """Everything that is told of a collection."""

    protocol: str
    layout: str
    bona_fide: int
    attacks: Mapping[str, int]
    source_names: tuple[str, ...]
    unjudged: int
    systems: tuple[System, ...]

    def system(self, name: str) -> System | None:
        """Return a system by its name."""
        return next((system for system in self.systems if system.name == name), None)


def list_ways(protocol: PadProtocol, judged: PadVotes) -> dict[str, PadScores]:
    """Return the scores to measure by name: each vote alone, all together, and a fitted fusion.

    A vote that was not given, on a face that was judged, counts as 0 bits.
    """
    fitted = fit_held_out(judged, protocol.bona_fide, number_sources(protocol))
    silent = {
        name: np.where(np.isnan(bits) & ~np.isnan(judged.scores), 0.0, bits)
        for name, bits in judged.votes.items()
    }
    ways = {**silent, PASSIVE: judged.scores}
    return ways if fitted is None else {**ways, FITTED: fitted}


def assess_attacks(protocol: PadProtocol, ways: Mapping[str, PadScores]) -> PadAssessment:
    """Measure scores, float64 [presentations] by name, each alone."""
    bona_fide = protocol.bona_fide
    return PadAssessment(
        protocol=protocol.name,
        layout=protocol.layout,
        bona_fide=int(bona_fide.sum()),
        attacks={name: int(protocol.of_species(name).sum()) for name in protocol.species},
        source_names=protocol.sources,
        unjudged=int(min(np.isnan(scores).sum() for scores in ways.values())),
        systems=tuple(
            measure_system(protocol, name, scores, THRESHOLD if name == PASSIVE else None)
            for name, scores in ways.items()
        ),
    )


def measure_system(
    protocol: PadProtocol, name: str, scores: PadScores, threshold: float | None = None
) -> System:
    """Measure one score, float64 [presentations]; threshold: its own, where it has one."""
    bona_fide, sources = protocol.bona_fide, number_sources(protocol)
    weights = draw_sources(sources, np.random.default_rng(SEED))
    strictest = find_bpcer_threshold(scores[bona_fide], BPCERS[-1])

    def outcome(thresholds: PadScores | float) -> Outcome:
        return _tell(protocol, passes(scores, thresholds), weights)

    return System(
        name,
        measure_separation(scores, bona_fide, weights, BPCERS),
        chosen=outcome(strictest),
        unseen=(
            None
            if weights is None
            else outcome(leave_one_source_out(scores, bona_fide, sources, BPCERS[-1]))
        ),
        shipped=None if threshold is None else outcome(threshold),
    )


def number_sources(protocol: PadProtocol) -> npt.NDArray[np.int32]:
    """Return the number of each presentation's source, int32 [n]."""
    names = {name: number for number, name in enumerate(protocol.sources)}
    return np.array([names[shown.source] for shown in protocol.presentations], np.int32)


def _tell(protocol: PadProtocol, passed: Flags, weights: npt.NDArray[np.float64] | None) -> Outcome:
    every = np.ones(len(passed), np.bool_)

    def group(name: str, members: Flags) -> Group:
        attacks, living = members & ~protocol.bona_fide, members & protocol.bona_fide
        return Group(name, _rate(passed, attacks, weights), _rate(~passed, living, weights))

    return Outcome(
        tuple(group(name, protocol.of_species(name)) for name in protocol.species),
        tuple(group(name, protocol.of_source(name)) for name in protocol.sources),
        group("all", every),
    )


def _rate(errors: Flags, members: Flags, weights: npt.NDArray[np.float64] | None) -> Rate | None:
    if not members.any():
        return None
    return rate(errors[members], None if weights is None else weights[members])
