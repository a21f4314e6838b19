"""The gallery in memory is what the store holds, whoever wrote it."""

from __future__ import annotations

import gc
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mien.core.matching import LearnedFusion
from mien.core.template import SubjectId
from mien.errors import AlreadyEnrolledError, ContractMismatchError, UnknownSubjectError
from mien.service.erase_subject import erase_subject
from mien.storage.database import Database
from mien.storage.engines import sqlite_url
from tests.databases import open_database
from tests.unit.service.conftest import PARTS, House, build_house, embedding_of

NAMES = ("ada", "bob", "cleo")


def test_a_second_process_sees_what_the_first_wrote(house: House, database: Database) -> None:
    other = build_house(database)
    with database.unit_of_work("test") as work:
        house.enroll(work, SubjectId("ada"), [b"ada:1"])
    with database.unit_of_work("test") as work:
        assert other.identify(work, b"ada:2").found
    with database.unit_of_work("test") as work:
        erase_subject(work, SubjectId("ada"), house.clock())
    with database.unit_of_work("test") as work:
        assert not other.identify(work, b"ada:2").found


def test_what_was_rolled_back_never_appears(house: House, database: Database) -> None:
    def enroll_and_crash() -> None:
        with database.unit_of_work("test") as work:
            house.enroll(work, SubjectId("ada"), [b"ada:1"])
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        enroll_and_crash()
    with database.unit_of_work("test") as work:
        assert house.identify(work, b"ada:2").subjects_checked == 0


def test_a_gallery_that_refuses_templates_disturbs_nobody_later(
    house: House, database: Database
) -> None:
    with database.unit_of_work("test") as work:
        house.enroll(work, SubjectId("ada"), [b"ada:1"])
    other = build_house(database, contract="another")
    with pytest.raises(ContractMismatchError) as caught, database.unit_of_work("test") as work:
        other.gallery.follow(work)
    # The next request has the same connection; what the error still held goes only now.
    with database.unit_of_work("test") as work:
        assert work.subjects.count() == 1
        del caught
        gc.collect()
        assert work.subjects.count() == 1


def test_a_gallery_never_mixes_contracts(house: House, database: Database) -> None:
    with database.unit_of_work("test") as work:
        house.enroll(work, SubjectId("ada"), [b"ada:1"])
    other = build_house(database, contract="another")
    with database.unit_of_work("test") as work, pytest.raises(ContractMismatchError):
        other.identify(work, b"ada:2")


def test_a_comparison_tells_what_each_model_said(house: House, database: Database) -> None:
    with database.unit_of_work("test") as work:
        house.enroll(work, SubjectId("ada"), [b"ada:1", b"ada:2"])
        house.gallery.follow(work)
    found = house.gallery.compare(embedding_of("ada:3"), SubjectId("ada"))
    assert found is not None
    assert found.reference.sample_count == 2
    by_model = found.comparison.by_model
    assert list(by_model) == ["one", "other"]
    assert found.comparison.similarity == pytest.approx(
        sum(part.weight * by_model[part.model] for part in PARTS)
    )


def test_nobody_is_compared_with_a_subject_that_there_is_not(house: House) -> None:
    assert house.gallery.compare(embedding_of("ada:1"), SubjectId("ada")) is None


def test_a_decoy_is_somebody_else_and_always_the_same(house: House, database: Database) -> None:
    probe, ghost = embedding_of("eva:1"), SubjectId("ghost")
    assert house.gallery.compare_decoy(probe, ghost) is None
    with database.unit_of_work("test") as work:
        for name in NAMES:
            house.enroll(work, SubjectId(name), [f"{name}:1".encode()])
        house.gallery.follow(work)
    decoys = [house.gallery.compare_decoy(probe, ghost) for _ in range(3)]
    assert decoys[0] is not None
    assert decoys[0].reference.subject_id in NAMES
    assert decoys == [decoys[0]] * 3
    others = {
        found.reference.subject_id
        for number in range(50)
        if (found := house.gallery.compare_decoy(probe, SubjectId(f"ghost{number}")))
    }
    assert others == set(NAMES)


def test_a_search_says_the_same_of_a_subject_as_a_comparison(
    house: House, database: Database
) -> None:
    with database.unit_of_work("test") as work:
        for name in NAMES:
            house.enroll(work, SubjectId(name), [f"{name}:1".encode()])
        house.gallery.follow(work)
    probe = embedding_of("ada:2")
    found = {each.reference.subject_id: each for each in house.gallery.search(probe, 1)}
    assert set(found) == set(NAMES)
    for name in NAMES:
        alone = house.gallery.compare(probe, SubjectId(name))
        assert alone is not None
        assert found[SubjectId(name)].comparison == alone.comparison


def test_a_learned_fusion_decides_who_is_more_alike(database: Database) -> None:
    """A fusion that listens to the smaller model alone finds another person."""
    other_alone = LearnedFusion(
        center=np.zeros(4, np.float32),
        scale=np.ones(4, np.float32),
        hidden=np.array([[0], [1], [0], [0]], np.float32),
        hidden_bias=np.zeros(1, np.float32),
        output=np.ones(1, np.float32),
        output_bias=0.0,
    )
    plain, fused = build_house(database), build_house(database, fusion=other_alone)
    with database.unit_of_work("test") as work:
        for name in NAMES:
            plain.enroll(work, SubjectId(name), [f"{name}:1".encode()])
        plain.gallery.follow(work)
        fused.gallery.follow(work)
    first = PARTS[0].dimension
    probe = np.concatenate([embedding_of("ada:2")[:first], embedding_of("bob:2")[first:]])
    best = [
        max(house.gallery.search(probe, 1), key=lambda found: found.comparison.similarity)
        for house in (plain, fused)
    ]
    assert [found.reference.subject_id for found in best] == ["ada", "bob"]


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
    folder = tmp_path_factory.mktemp("history")
    with open_database(sqlite_url(folder / "mien.db"), folder) as database:
        _follow_history(database, history)


def _follow_history(database: Database, history: list[tuple[str, str]]) -> None:
    house = build_house(database)
    enrolled: set[str] = set()
    for step, name in history:
        with (
            suppress(AlreadyEnrolledError, UnknownSubjectError),
            database.unit_of_work("test") as work,
        ):
            if step == "enroll":
                house.enroll(work, SubjectId(name), [f"{name}:1".encode()])
                enrolled.add(name)
            elif step == "erase":
                erase_subject(work, SubjectId(name), house.clock())
                enrolled.discard(name)
            elif step == "restart":
                house = build_house(database)
            else:
                house.gallery.follow(work)
    with database.unit_of_work("test") as work:
        house.gallery.follow(work)
    known = {name for name in NAMES if house.gallery.compare(embedding_of(name), SubjectId(name))}
    assert known == enrolled
    assert house.gallery.size() == len(enrolled)
