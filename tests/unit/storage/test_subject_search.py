"""People by a part of their id, in both databases."""

from __future__ import annotations

import pytest

from mien.core.groups import DEPARTMENT, Group
from mien.core.subject_search import SubjectSearch
from mien.core.template import SubjectId
from mien.storage.database import Database
from tests.stored import enroll

RESEARCH = Group("research")
NAMES = ("Ada.Lovelace", "ada_byron", "adaXbyron", "bob", "grace hopper", "Émilie")


@pytest.fixture
def people(database: Database) -> Database:
    for seed, name in enumerate(NAMES):
        enroll(database, SubjectId(name), seed, seed + 100)
    with database.unit_of_work("test") as work:
        for name in NAMES[:2]:
            work.groups.put(SubjectId(name), DEPARTMENT, RESEARCH)
    return database


def find(people: Database, search: SubjectSearch) -> list[str]:
    with people.unit_of_work("test") as work:
        found = work.subjects.page(limit=100, offset=0, search=search)
        assert work.subjects.count(search) == len(found)
        assert all(subject.template_count == 2 for subject in found)
        return sorted(subject.id for subject in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", sorted(NAMES)),
        ("ada", ["Ada.Lovelace", "adaXbyron", "ada_byron"]),
        ("LOVE", ["Ada.Lovelace"]),
        ("a_b", ["ada_byron"]),
        ("%", []),
        ("/", []),
        ("e h", ["grace hopper"]),
        ("ÉMI", ["Émilie"]),
        ("émi", []),  # only letters of ASCII, as SQLite has it
        ("'; DROP TABLE subjects; --", []),
    ],
)
def test_a_part_is_found_as_it_is_written_small_or_capital(
    people: Database, text: str, expected: list[str]
) -> None:
    assert find(people, SubjectSearch(text)) == expected


def test_a_department_has_its_people(people: Database) -> None:
    assert find(people, SubjectSearch(department=RESEARCH)) == sorted(NAMES[:2])
    assert find(people, SubjectSearch("BYRON", RESEARCH)) == ["ada_byron"]
    assert find(people, SubjectSearch(department=Group("kitchen"))) == []


def test_the_total_is_of_what_is_found_and_the_page_is_a_part_of_it(people: Database) -> None:
    search = SubjectSearch("ada")
    with people.unit_of_work("test") as work:
        ids = [
            subject.id
            for offset in range(4)
            for subject in work.subjects.page(limit=1, offset=offset, search=search)
        ]
        assert work.subjects.count(search) == 3
    assert sorted(ids) == ["Ada.Lovelace", "adaXbyron", "ada_byron"]
