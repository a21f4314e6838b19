"""Rates of groups beside each other: intervals, ratios, differentials and verdicts.

Differentials after P. Grother, Face Recognition Vendor Test Part 8: Summarizing Demographic
Differentials, NIST IR 8429 (draft, 2022): the largest rate over the smallest, and over the
geometric mean of all. The limit of `mien.core.fairness.TOLERATED` is NIST SP 800-63A-4's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from mien.core.fairness import Interval, Verdict, judge_ratio
from mien.evaluation.fairness.draws import Replicates
from mien.evaluation.metrics import CONFIDENCE, Estimate, estimate_proportion
from mien.evaluation.resampling import bootstrap_interval

FEW_ERRORS: Final = 30
"""Of fewer errors the rate is a guess (the rule of 30: G. R. Doddington et al., The NIST speaker
recognition evaluation, Speech Communication 31, 2000)."""


class Measure(StrEnum):
    """What went wrong with whom; stable words of the JSON."""

    FMR_WITHIN = "fmr_within"
    """Two people of one group who match."""
    FMR_EVERYBODY = "fmr_everybody"
    """Somebody of a group who matches anybody else."""
    FNMR = "fnmr"
    """Two photos of one person that do not match."""
    FTE = "fte"
    """Photos that mien would not enroll: no face, several, or refused by the quality gate."""
    BPCER = "bpcer"
    """Bona fide photos that passive detection takes for an attack."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Errors and trials, as counted and in each replicate, float64 [replicates].

    are_pairs: whether trials are pairs of people, which are not independent.
    """

    errors: int
    trials: int
    people: int
    drawn_errors: Replicates
    drawn_trials: Replicates
    are_pairs: bool


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One rate of one group.

    rate: with its 95 % interval. rule_of_three: 3 over the trials where no error was seen, the
    upper bound if all trials were independent. ratio: to the rate of everybody, with an interval
    that holds for all groups of the attribute at a time; None where nobody's rate is known.
    """

    group: str
    errors: int
    trials: int
    people: int
    rate: Estimate
    rule_of_three: float | None
    ratio: Interval | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Differential:
    """How far an attribute's groups are apart; None where a group shows no error.

    An interval has no high end where some replicate has a group without error.
    """

    max_over_min: Interval | None
    max_over_geometric_mean: Interval | None


@dataclass(frozen=True, slots=True)
class RateComparison:
    """One measure of all groups of an attribute.

    target_fmr: of the threshold, None for what has none. overall: of all groups together, which
    the ratios are to. verdict: outside if a group is, within if all are.
    """

    measure: Measure
    target_fmr: float | None
    overall: Estimate
    errors: int
    trials: int
    groups: tuple[GroupFigure, ...]
    differential: Differential
    verdict: Verdict


def compare_rates(
    measure: Measure,
    names: Sequence[str],
    tallies: Sequence[Tally],
    overall: Tally,
    *,
    target_fmr: float | None = None,
) -> RateComparison:
    """Compare the rates of groups with each other and with everybody's; groups without trials go.

    Raises ValueError where nothing at all was tried.
    """
    if not overall.trials:
        raise ValueError("a rate of no trials")
    kept = [(name, tally) for name, tally in zip(names, tallies, strict=True) if tally.trials]
    level = 1 - (1 - CONFIDENCE) / len(kept)
    groups = tuple(_figure(name, tally, overall, level) for name, tally in kept)
    return RateComparison(
        measure=measure,
        target_fmr=target_fmr,
        overall=estimate(overall),
        errors=overall.errors,
        trials=overall.trials,
        groups=groups,
        differential=_measure_differential([tally for _, tally in kept]),
        verdict=join_verdicts([figure.verdict for figure in groups]),
    )


def estimate(tally: Tally) -> Estimate:
    """Return a rate with its 95 % interval.

    Shares of photos: Clopper-Pearson. Pairs: bootstrap of people; where none or all are errors,
    which resampling sees no spread in, that of as many independent trials as there are people.
    """
    if not tally.are_pairs:
        return estimate_proportion(tally.errors, tally.trials)
    if tally.errors in (0, tally.trials):
        return estimate_proportion(tally.people if tally.errors else 0, tally.people)
    drawn = tally.drawn_trials > 0
    rates = tally.drawn_errors[drawn] / tally.drawn_trials[drawn]
    return bootstrap_interval(tally.errors / tally.trials, rates)


def join_verdicts(verdicts: Sequence[Verdict]) -> Verdict:
    """Return outside if one is, within if all are, undecidable otherwise."""
    if Verdict.OUTSIDE in verdicts:
        return Verdict.OUTSIDE
    return Verdict.WITHIN if set(verdicts) == {Verdict.WITHIN} else Verdict.UNDECIDABLE


def _figure(name: str, tally: Tally, overall: Tally, level: float) -> GroupFigure:
    ratio = _ratio(tally, overall, level)
    return GroupFigure(
        group=name,
        errors=tally.errors,
        trials=tally.trials,
        people=tally.people,
        rate=estimate(tally),
        rule_of_three=None if tally.errors else min(1.0, 3 / tally.trials),
        ratio=ratio,
        verdict=judge_ratio(ratio, tally.errors),
    )


def _ratio(tally: Tally, overall: Tally, level: float) -> Interval | None:
    if not overall.errors:
        return None
    everybody = overall.errors / overall.trials
    value = tally.errors / tally.trials / everybody
    if not tally.errors:
        return Interval(0.0, 0.0, (1 - ((1 - level) / 2) ** (1 / tally.people)) / everybody)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (tally.drawn_errors / tally.drawn_trials) / (
            overall.drawn_errors / overall.drawn_trials
        )
    return _interval(value, ratios, level)


def _measure_differential(tallies: Sequence[Tally]) -> Differential:
    rates = np.array([tally.errors / tally.trials for tally in tallies])
    if len(rates) < 2 or not rates.all():
        return Differential(None, None)
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.stack([tally.drawn_errors / tally.drawn_trials for tally in tallies])
        largest = drawn.max(axis=0)
        to_least, to_mean = (
            largest / drawn.min(axis=0),
            largest / np.exp(np.log(drawn).mean(axis=0)),
        )
    mean = math.exp(float(np.log(rates).mean()))
    return Differential(
        _interval(float(rates.max() / rates.min()), to_least, CONFIDENCE),
        _interval(float(rates.max()) / mean, to_mean, CONFIDENCE),
    )


def _interval(value: float, drawn: Replicates, level: float) -> Interval:
    """Return the middle of the replicates; those that divide by zero are beyond every bound."""
    tail = (1 - level) / 2
    bounded = np.where(np.isnan(drawn), np.inf, drawn)
    low, high = np.quantile(bounded, [tail, 1 - tail], method="nearest")
    return Interval(
        value, min(value, float(low)), max(value, float(high)) if math.isfinite(high) else None
    )
