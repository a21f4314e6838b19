"""The people of the organization as employees: enrolled long ago, with what they agreed to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from mien.access.passwords import Argon2Passwords
from mien.core.audit import AuditAction, AuditEvent
from mien.core.consent import Purpose
from mien.core.groups import DEPARTMENT, Attribute
from mien.core.ports import UnitOfWork
from mien.core.template import Consent, SubjectId, Template, Terms
from mien.service.consent import Statement, give_consent
from mien.service.groups import put_group
from mien.service.lockouts import put_lock
from mien.service.own_password import SignInByPassword
from mien.service.profile import put_profile
from web.e2e.accounts import ACCOUNTS
from web.e2e.history import ADMIN, DAYS, Deed, Employee
from web.e2e.people import Person

STATEMENT: Final = Statement(
    "To see whether the work on our shifts does people good; your own line is yours alone."
)
_ADMISSION: Final = "Access to the buildings and workstations"
_FOUNDERS: Final = 0.8
"""Share of the people who were there in the first week; the others came one by one."""


def hire(
    work: UnitOfWork,
    people: Mapping[SubjectId, tuple[Person, Sequence[Template]]],
    now: datetime,
    rng: np.random.Generator,
) -> Iterator[Employee]:
    """Enroll everybody, on their first day."""
    for person, templates in people.values():
        days_ago = DAYS - float(rng.uniform(0, 5 if rng.random() < _FOUNDERS else DAYS - 10))
        since = now - timedelta(days=days_ago)
        terms = Terms(Consent(_ADMISSION, since))
        yield Employee(person, work.subjects.add(person.user_id, templates, since, terms), since)


def first_days(employees: Sequence[Employee]) -> Iterator[Deed]:
    """Yield what is on record of everybody's first day."""
    for employee in employees:
        yield Deed(employee.since, _Arrival(employee))


def locked(employee: Employee, at: datetime) -> Deed:
    """Return that an operator locks somebody."""
    return Deed(at, lambda work: put_lock(work, employee.person.user_id, at))


def chose_password(who: SubjectId, at: datetime) -> Deed:
    """Return that somebody set a password, to sign in by when the face fails."""
    way = SignInByPassword(Argon2Passwords(), lambda: at)
    return Deed(at, lambda work: way.set(work, who, ACCOUNTS["person"].password))


@dataclass(frozen=True, slots=True)
class _Arrival:
    """Enrollment, profile, department, and what the person agreed to."""

    employee: Employee

    def __call__(self, work: UnitOfWork) -> None:
        person, since = self.employee.person, self.employee.since
        who = person.user_id
        work.audit.append(
            AuditEvent(
                AuditAction.ENROLL,
                since,
                ADMIN,
                self.employee.pseudonym,
                accepted=True,
                details={"images": person.samples, "templates": person.samples},
            )
        )
        put_profile(work, who, person.name, person.role, since)
        put_group(work, who, DEPARTMENT, person.department, since)
        if person.shares_expressions:
            give_consent(work, who, Purpose.EXPRESSION, since, STATEMENT)
        if person.age is not None:
            give_consent(work, who, Purpose.FAIRNESS, since, STATEMENT)
            put_group(work, who, Attribute("age"), person.age, since)
