"""Ninety days of an organization: what its people did, in the order in which they did it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from mien.core.attempt import AttemptId
from mien.core.audit import AuditAction, AuditEvent, Pseudonym
from mien.core.expression import Expression, ExpressionShares
from mien.core.expression_log import ExpressionRecord
from mien.core.policy import Reason
from mien.core.ports import UnitOfWork
from mien.core.scoring import FalseMatchRate
from web.e2e.people import Person

DAYS: Final = 89
"""One fewer than expressions are kept."""

_FRIDAY: Final = 4
_WEEKEND: Final = {"Operations": 0.45}
_REFUSED_FOR: Final[Mapping[Reason, float]] = {
    Reason.LOW_CONFIDENCE: 0.62,
    Reason.SPOOF_SUSPECTED: 0.24,
    Reason.IMAGE_REPLAYED: 0.08,
    Reason.LOCKED_OUT: 0.06,
}
_FRONT_DOOR, _WORKSTATIONS, _PAYROLL = range(3)

ADMIN: Final = "operator:ada"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done at a time. actor: for whom, where the use case puts it on record."""

    at: datetime
    do: Callable[[UnitOfWork], object]
    actor: str = ADMIN


@dataclass(frozen=True, slots=True)
class Employee:
    """A person with their name in the audit log, from their first day on."""

    person: Person
    pseudonym: Pseudonym
    since: datetime


def attempts(
    employees: Sequence[Employee], doors: Sequence[str], now: datetime, rng: np.random.Generator
) -> Iterator[Deed]:
    """Yield what was tried up to *now*. doors: the three callers, as the audit log names them."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for ago in range(DAYS, -1, -1):
        day = midnight - timedelta(days=ago)
        for employee in employees:
            yield from _day_of(employee, doors, day, rng)
        yield from _searches(employees, doors[_FRONT_DOOR], day, rng)


def _day_of(
    employee: Employee, doors: Sequence[str], day: datetime, rng: np.random.Generator
) -> Iterator[Deed]:
    person = employee.person
    weekend = day.weekday() > _FRIDAY
    likely = _WEEKEND.get(person.department, 0.03) if weekend else person.diligence
    if rng.random() > likely:
        return
    arrival = day + timedelta(hours=float(rng.normal(8.4, 0.6)))
    visits = [(arrival, doors[_FRONT_DOOR])]
    if rng.random() < 0.35:
        visits.append(
            (arrival + timedelta(minutes=float(rng.uniform(5, 500))), doors[_WORKSTATIONS])
        )
    if day.day > 25 and rng.random() < 0.2:
        visits.append((arrival + timedelta(hours=float(rng.uniform(1, 8))), doors[_PAYROLL]))
    for at, door in visits:
        if at >= employee.since:
            yield from _tries(employee, door, at, rng)


def _tries(employee: Employee, door: str, at: datetime, rng: np.random.Generator) -> Iterator[Deed]:
    """Yield the refusals before somebody is recognized, and that they are."""
    while rng.random() < employee.person.trouble:
        yield _attempt(employee, door, at, _why_refused(rng), rng)
        at += timedelta(seconds=float(rng.uniform(6, 40)))
    yield _attempt(employee, door, at, Reason.MATCH, rng)


def _searches(
    employees: Sequence[Employee], door: str, day: datetime, rng: np.random.Generator
) -> Iterator[Deed]:
    """Visitors at the desk, and names that nobody has."""
    for _ in range(rng.poisson(3 if day.weekday() > _FRIDAY else 14)):
        at = day + timedelta(hours=float(rng.uniform(7, 19)))
        whom = employees[int(rng.integers(len(employees)))]
        found = whom.since < at and rng.random() < 0.7
        reason = Reason.MATCH if found else Reason.LOW_CONFIDENCE
        yield _search(whom.pseudonym if found else None, door, at, reason, rng)
    if rng.random() < 0.5:
        at = day + timedelta(hours=float(rng.uniform(6, 22)))
        yield _attempt(None, door, at, Reason.UNKNOWN_SUBJECT, rng)


def _attempt(
    employee: Employee | None, door: str, at: datetime, reason: Reason, rng: np.random.Generator
) -> Deed:
    attempt = AttemptId(rng.bytes(16).hex())
    spoof = reason is Reason.SPOOF_SUSPECTED
    event = AuditEvent(
        AuditAction.AUTHENTICATE,
        at,
        door,
        None if employee is None else employee.pseudonym,
        accepted=reason is Reason.MATCH,
        reason=reason,
        false_match_rate=_rate(reason, rng),
        details={
            "attempt": attempt,
            "liveness": "active",
            "failed_checks": str(rng.choice(["passive", "demands"])) if spoof else "",
        },
    )
    record = None
    if employee and reason is Reason.MATCH and employee.person.shares_expressions:
        record = ExpressionRecord(at, _expression(employee.person.cheer, at, rng))

    def do(work: UnitOfWork) -> None:
        work.audit.append(event)
        if employee is not None and record is not None:
            work.expressions.add(employee.person.user_id, record, attempt)

    return Deed(at, do)


def _search(
    found: Pseudonym | None, door: str, at: datetime, reason: Reason, rng: np.random.Generator
) -> Deed:
    event = AuditEvent(
        AuditAction.IDENTIFY,
        at,
        door,
        found,
        accepted=reason is Reason.MATCH,
        reason=reason,
        false_match_rate=_rate(reason, rng),
    )

    def do(work: UnitOfWork) -> None:
        work.audit.append(event)

    return Deed(at, do)


def _why_refused(rng: np.random.Generator) -> Reason:
    reasons = list(_REFUSED_FOR)
    return reasons[int(rng.choice(len(reasons), p=list(_REFUSED_FOR.values())))]


def _rate(reason: Reason, rng: np.random.Generator) -> FalseMatchRate | None:
    match reason:
        case Reason.MATCH:
            return FalseMatchRate(10 ** -float(rng.uniform(4.5, 7)))
        case Reason.LOW_CONFIDENCE:
            return FalseMatchRate(10 ** -float(rng.uniform(0.3, 3)))
        case _:
            return None


def _expression(cheer: float, at: datetime, rng: np.random.Generator) -> ExpressionShares:
    """Draw a reading: mostly neutral; better on Fridays, and slowly better over the quarter."""
    friday = 0.25 if at.weekday() == _FRIDAY else 0.0
    weights = {
        Expression.NEUTRAL: 5.0,
        Expression.HAPPINESS: 2.2 * float(np.exp(cheer + friday + 0.15 * np.sin(at.month))),
        Expression.SADNESS: 0.9 * float(np.exp(-cheer)),
        Expression.SURPRISE: 0.4,
        Expression.ANGER: 0.3,
    }
    drawn = rng.dirichlet([weights.get(each, 0.08) for each in Expression])
    return ExpressionShares(tuple((drawn / drawn.sum()).tolist()))
