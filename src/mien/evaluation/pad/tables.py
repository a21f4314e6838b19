"""The tables of presentation attack detection, as words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mien.evaluation.pad.assess import (
    BPCERS,
    FITTED,
    PASSIVE,
    Outcome,
    PadAssessment,
    System,
)
from mien.evaluation.pad.metrics import Rate
from mien.evaluation.tables import DataTable, format_percent
from mien.inference.antispoof import minifas, trained

_INTERVALS: Final = (
    "Intervals: 95 %. Of one species or source: Clopper-Pearson, which takes its photos for "
    "independent; they are frames that look alike, so the truth is wider. Of all: bootstrap that "
    "draws sources."
)
_FEW: Final = (
    "{sources} sources are few: the bootstrap cannot know sources that are unlike all of them, and "
    "a camera of your own may lie outside of every interval. Measure on your own."
)
_ONE: Final = (
    "There is one source: every threshold was chosen on the photos that it is tried on, and the "
    "figures are too good. Sort the photos into a folder for each person or camera."
)
_WORST: Final = (
    "The species with the highest APCER governs (ISO/IEC 30107-3). ACER, the mean of that APCER "
    "and of BPCER, is told beside them only: it hides which of them is bad."
)


def make_tables(assessment: PadAssessment) -> Iterator[DataTable]:
    """Yield the tables in the order of reading."""
    yield _summarize(assessment)
    yield _tabulate_systems(assessment)
    main = list(_select(assessment))
    target = f"{100 * BPCERS[-1]:g} %"
    yield _tabulate_groups(f"APCER at BPCER {target}, one threshold for all, %", main)
    if any(system.unseen for system in main):
        yield _tabulate_unseen(
            f"Sources held out: thresholds for BPCER {target} of the others", main
        )
    passive = assessment.system(PASSIVE)
    if passive is not None and passive.shipped is not None:
        yield _tabulate_shipped(passive.shipped)


def make_notes(assessment: PadAssessment) -> Iterator[str]:
    """Yield what has to be known to read the tables."""
    yield _INTERVALS
    sources = len(assessment.source_names)
    if sources == 1:
        yield _ONE
    elif sources < 10:
        yield _FEW.format(sources=sources)
    yield _WORST


def _select(assessment: PadAssessment) -> Iterator[System]:
    """Yield what is told in detail: networks and fusions, not the single cues."""
    for name in (minifas.NAME, trained.NAME, PASSIVE, FITTED):
        system = assessment.system(name)
        if system is not None:
            yield system


def _summarize(assessment: PadAssessment) -> DataTable:
    return DataTable(
        f"{assessment.protocol} ({assessment.layout})",
        ("presentations", "count"),
        (
            ("bona fide", str(assessment.bona_fide)),
            *((f"attacks: {name}", str(count)) for name, count in assessment.attacks.items()),
            ("without a face that can be judged", str(assessment.unjudged)),
            ("sources", str(len(assessment.source_names))),
        ),
    )


def _tabulate_systems(assessment: PadAssessment) -> DataTable:
    return DataTable(
        "Everything together, the threshold chosen on the same photos, %",
        ("judged by", "EER", *(f"APCER at BPCER {100 * target:g} %" for target in BPCERS)),
        tuple(
            (
                system.name,
                format_percent(system.separation.equal_error_rate, 1),
                *(format_percent(estimate, 1) for estimate in system.separation.at_bpcer),
            )
            for system in assessment.systems
        ),
    )


def _tabulate_groups(title: str, systems: list[System]) -> DataTable:
    chosen = [system.chosen for system in systems]
    kinds = [
        *((f"species {group.name}", [o.species[n] for o in chosen])
          for n, group in enumerate(chosen[0].species)),
        *((f"source {group.name}", [o.sources[n] for o in chosen])
          for n, group in enumerate(chosen[0].sources)),
    ]  # fmt: skip
    return DataTable(
        title,
        ("of", *(system.name for system in systems)),
        (
            *((name, *(_alone(group.apcer) for group in groups)) for name, groups in kinds),
            ("worst species", *(_alone(outcome.worst.apcer) for outcome in chosen)),
            ("all attacks", *(_together(outcome.pooled.apcer) for outcome in chosen)),
        ),
    )


def _tabulate_unseen(title: str, systems: list[System]) -> DataTable:
    rows = []
    for system in systems:
        if system.unseen is None:
            continue
        rows += [
            (system.name, group.name, _alone(group.apcer), _alone(group.bpcer), "")
            for group in system.unseen.sources
        ]
        rows.append((system.name, "all", *_pooled(system.unseen)))
    return DataTable(
        title, ("judged by", "held out", "APCER, %", "BPCER, %", "ACER, %"), tuple(rows)
    )


def _tabulate_shipped(outcome: Outcome) -> DataTable:
    rows = [
        (f"species {group.name}", _alone(group.apcer), _alone(group.bpcer), "")
        for group in outcome.species
    ]
    rows += [
        (f"source {group.name}", _alone(group.apcer), _alone(group.bpcer), "")
        for group in outcome.sources
    ]
    return DataTable(
        f"{PASSIVE}, at its own threshold",
        ("of", "APCER, %", "BPCER, %", "ACER, %"),
        (*rows, ("all", *_pooled(outcome))),
    )


def _pooled(outcome: Outcome) -> tuple[str, str, str]:
    return (
        _together(outcome.pooled.apcer),
        _together(outcome.pooled.bpcer),
        f"{100 * outcome.average_error:.1f}",
    )


def _alone(rate: Rate | None) -> str:
    return "" if rate is None else format_percent(rate.alone, 1)


def _together(rate: Rate | None) -> str:
    if rate is None:
        return ""
    return format_percent(rate.by_source or rate.alone, 1)
