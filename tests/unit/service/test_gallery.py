"""The gallery in memory is what the store holds, whoever wrote it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mien.core.template import SubjectId
from mien.errors import AlreadyEnrolledError, ContractMismatchError, UnknownSubjectError
from mien.service.erase_subject import erase_subject
from mien.storage.database import Database
from tests.unit.service.conftest import House, build_house

NAMES = ("ada", "bob", "cleo")


def test_a_second_process_sees_what_the_first_wrote(house: House, database: Database) -> None:
    other = build_house(database)
    with database.unit_of_work() as work:
        house.enroll(work, SubjectId("ada"), [b"ada:1"])
    with database.unit_of_work() as work:
        assert other.identify(work, b"ada:2").found
    with database.unit_of_work() as work:
        erase_subject(work, SubjectId("ada"))
    with database.unit_of_work() as work:
        assert not other.identify(work, b"ada:2").found


def test_what_was_rolled_back_never_appears(house: House, database: Database) -> None:
    def enroll_and_crash() -> None:
        with database.unit_of_work() as work:
            house.enroll(work, SubjectId("ada"), [b"ada:1"])
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        enroll_and_crash()
    with database.unit_of_work() as work:
        assert house.identify(work, b"ada:2").subjects_checked == 0


def test_a_gallery_never_mixes_contracts(house: House, database: Database) -> None:
    with database.unit_of_work() as work:
        house.enroll(work, SubjectId("ada"), [b"ada:1"])
    other = build_house(database, contract="another")
    with database.unit_of_work() as work, pytest.raises(ContractMismatchError):
        other.identify(work, b"ada:2")


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(("enroll", "erase", "restart", "look")), st.sampled_from(NAMES)),
        max_size=12,
    )
)
def test_memory_and_store_agree_after_any_history(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, str]]
) -> None:
    database = Database.open_in(tmp_path_factory.mktemp("history"))
    house = build_house(database)
    enrolled: set[str] = set()
    for step, name in history:
        with (
            suppress(AlreadyEnrolledError, UnknownSubjectError),
            database.unit_of_work() as work,
        ):
            if step == "enroll":
                house.enroll(work, SubjectId(name), [f"{name}:1".encode()])
                enrolled.add(name)
            elif step == "erase":
                erase_subject(work, SubjectId(name))
                enrolled.discard(name)
            elif step == "restart":
                house = build_house(database)
            else:
                house.gallery.follow(work)
    with database.unit_of_work() as work:
        house.gallery.follow(work)
    assert {name for name in NAMES if house.gallery.find(SubjectId(name))} == enrolled
    assert house.gallery.size() == len(enrolled)
    database.close()
