"""A fictional organization; only the two in the photos have lived."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from mien.core.groups import Group
from mien.core.template import SubjectId

COLLINS: Final = SubjectId("eileen.collins")
HOPPER: Final = SubjectId("grace.hopper")

_FIRST: Final = (
    "Ada Amir Anouk Bao Bruno Carmen Chidi Clara Dana Deniz Elif Emeka Farah Femi Greta Hana Hugo "
    "Ines Ivo Jada Jonas Kaito Kira Lars Leila Lucia Mads Malik Mara Mei Milan Nadia Nils Noor "
    "Oskar Paola Priya Rafael Rana Rosa"
)
_LAST: Final = (
    "Abara Amsel Bakker Barros Castell Danso Eklund Falk Ferro Garnier Haddad Halloran Ito Jansky "
    "Kalb Kovar Lindt Marek Mbeki Moreau Nakata Okoye Olsen Pavel Quist Rossi Sabel Tamm Uchida "
    "Vargas Wolff Zeman"
)

_TEAMS: Final = {
    Group("Engineering"): (17, ("Software engineer", "Test engineer", "Team lead")),
    Group("Operations"): (16, ("Shift lead", "Technician", "Dispatcher")),
    Group("Research"): (12, ("Scientist", "Laboratory assistant", "Analyst")),
    Group("Customer care"): (10, ("Agent", "Trainer", "Team lead")),
    Group("Leadership"): (4, ("Director",)),
    Group("Legal"): (4, ("Counsel",)),
}
"""The last two have too few people for any figure of them to be told; one alone would hide a third,
or the difference to everybody would tell."""

_AGES: Final = ("18-29", "30-49", "50-69")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here. age: None for whoever has not agreed to have it noted.

    diligence: share of the working days on which they come. trouble: share of their attempts that
    are refused. cheer: by how much they show more happiness than others, -1 to 1.
    """

    user_id: SubjectId
    name: str
    role: str
    department: Group
    age: Group | None
    shares_expressions: bool
    samples: int
    diligence: float
    trouble: float
    cheer: float


def invent_people(rng: np.random.Generator) -> list[Person]:
    """Return everybody; the two with photos come first."""
    known = [
        _person(rng, COLLINS, "Eileen Collins", "Flight commander", Group("Operations")),
        _person(rng, HOPPER, "Grace Hopper", "Principal engineer", Group("Engineering")),
    ]
    pairs = list(product(_LAST.split(), _FIRST.split()))
    names = (pairs[number] for number in rng.permutation(len(pairs)).tolist())
    for department, (count, roles) in _TEAMS.items():
        for number in range(count):
            last, first = next(names)
            user_id = SubjectId(f"{first}.{last}".lower())
            role = roles[number % len(roles)]
            known.append(_person(rng, user_id, f"{first} {last}", role, department))
    return known


def _person(
    rng: np.random.Generator, user_id: SubjectId, name: str, role: str, department: Group
) -> Person:
    age = int(rng.choice(len(_AGES), p=(0.28, 0.5, 0.22)))
    return Person(
        user_id,
        name,
        role,
        department,
        age=Group(_AGES[age]) if rng.random() < 0.85 else None,
        shares_expressions=bool(rng.random() < 0.75) or user_id in {COLLINS, HOPPER},
        samples=int(rng.choice((3, 5), p=(0.7, 0.3))),
        diligence=float(rng.uniform(0.6, 0.97)),
        trouble=float(rng.beta(1.2, 24) * (1 + 0.6 * age)),
        cheer=float(rng.normal(0, 0.35)),
    )
