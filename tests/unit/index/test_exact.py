from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mien.core.matching import Floats, Reference
from mien.core.ports import SubjectKey
from mien.core.template import SubjectId, normalize
from mien.index.exact import ExactIndex

DIMENSION = 16

keys = st.integers(1, 200).map(SubjectKey)
sample_counts = st.integers(1, 9)
seeds = st.integers(0, 40)
"""Few, so that different subjects often have equal vectors."""


def direction(seed: int, dimension: int = DIMENSION) -> Floats:
    return normalize(np.random.default_rng(seed).normal(size=dimension).astype(np.float32))


def name(key: SubjectKey) -> SubjectId:
    """Name a subject so that the order of names is not that of keys."""
    return SubjectId(f"{key * 37 % 211:03d}")


def of(subject_id: SubjectId, direction: Floats, sample_count: int = 1) -> Reference:
    return Reference(subject_id, direction, np.zeros(1, np.float32), sample_count)


def reference(key: SubjectKey, seed: int, sample_count: int = 1) -> Reference:
    return of(name(key), direction(seed), sample_count)


def ranking(references: Iterable[Reference], probe: Floats) -> list[tuple[float, SubjectId]]:
    """Return what a search must find: best first, equals by name."""
    scores = {each.subject_id: float(probe @ each.direction) for each in references}
    return sorted(((score, id_) for id_, score in scores.items()), key=lambda s: (-s[0], s[1]))


class GalleryMachine(RuleBasedStateMachine):
    """Whatever is put, replaced and removed, the index is a dictionary that can be searched."""

    def __init__(self) -> None:
        super().__init__()
        self.index = ExactIndex(DIMENSION)
        self.model: dict[SubjectKey, Reference] = {}

    @rule(key=keys, seed=seeds, sample_count=sample_counts)
    def put(self, key: SubjectKey, seed: int, sample_count: int) -> None:
        self.model[key] = reference(key, seed, sample_count)
        self.index.put(key, self.model[key])

    @rule(first=st.integers(1, 100), count=st.integers(1, 100), seed=seeds)
    def put_many(self, first: int, count: int, seed: int) -> None:
        for key in map(SubjectKey, range(first, first + count)):
            self.put(key, (seed + key) % 41, 1)

    @rule(key=keys)
    def remove(self, key: SubjectKey) -> None:
        self.model.pop(key, None)
        self.index.remove(key)

    @rule(key=keys)
    def find(self, key: SubjectKey) -> None:
        assert self.index.find(name(key)) is self.model.get(key)

    @rule(seed=seeds, limit=st.integers(1, 250))
    def search(self, seed: int, limit: int) -> None:
        probe = direction(seed)

        found = self.index.search(probe, limit)

        expected = ranking(self.model.values(), probe)[:limit]
        assert [(each.product, each.reference.subject_id) for each in found] == expected
        by_name = {each.subject_id: each for each in self.model.values()}
        for each in found:
            assert each.reference is by_name[each.reference.subject_id]

    @invariant()
    def it_holds_as_many_subjects_as_were_put(self) -> None:
        assert len(self.index) == len(self.model)


GalleryMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestGallery = GalleryMachine.TestCase


@pytest.fixture
def index() -> ExactIndex:
    return ExactIndex(DIMENSION)


def test_an_empty_index_finds_nothing(index: ExactIndex) -> None:
    assert len(index) == 0
    assert index.find(SubjectId("ada")) is None
    assert index.search(direction(1), 10) == []


@pytest.mark.parametrize("size", [63, 64, 65, 128, 129, 1000])
def test_it_grows_without_forgetting_anybody(index: ExactIndex, size: int) -> None:
    everybody = [of(SubjectId(f"{n}"), direction(n)) for n in range(size)]

    for key, each in enumerate(everybody):
        index.put(SubjectKey(key), each)

    assert len(index) == size
    for each in everybody:
        assert index.find(each.subject_id) is each
        assert index.search(each.direction, 1)[0].reference.subject_id == each.subject_id


@pytest.mark.parametrize("dimension", [16, 128, 129])
@given(size=st.integers(2, 140), limit=st.integers(1, 140))
def test_equal_directions_are_listed_by_name_wherever_they_are_stored(
    dimension: int, size: int, limit: int
) -> None:
    # A matrix product rounds differently in different rows: that must not decide.
    index, twin = ExactIndex(dimension), direction(3, dimension)
    names = [name(SubjectKey(n)) for n in range(size)]
    for n, id_ in enumerate(names):
        index.put(SubjectKey(n), of(id_, twin))

    found = index.search(direction(4, dimension), limit)

    assert [each.reference.subject_id for each in found] == sorted(names)[:limit]


def test_a_subject_enrolled_anew_replaces_the_one_that_was_erased(index: ExactIndex) -> None:
    ada, old, new = SubjectId("ada"), SubjectKey(1), SubjectKey(2)
    index.put(old, of(ada, direction(1)))

    # Changes are followed in no particular order: the new one may come first.
    index.put(new, of(ada, direction(2), sample_count=3))
    index.remove(old)

    assert len(index) == 1
    found = index.find(ada)
    assert found is not None
    assert found.sample_count == 3
    assert index.search(direction(2), 5)[0].product == pytest.approx(1, abs=1e-6)


def test_what_was_removed_is_gone_from_memory(index: ExactIndex) -> None:
    for key in (1, 2, 3):
        index.put(SubjectKey(key), reference(SubjectKey(key), key))

    for key in (1, 3, 2):
        index.remove(SubjectKey(key))

    assert not index._rows[:3].any()


def test_a_probe_that_is_not_a_number_is_near_to_nobody(index: ExactIndex) -> None:
    for key in range(1, 9):
        index.put(SubjectKey(key), reference(SubjectKey(key), key))

    found = index.search(np.full(DIMENSION, np.nan, np.float32), 3)

    assert all(np.isnan(each.product) for each in found)


def test_threads_that_write_and_search_at_once_see_whole_subjects() -> None:
    index = ExactIndex(DIMENSION)
    residents = [SubjectKey(n) for n in range(1, 101)]
    visitors = [SubjectKey(n) for n in range(101, 201)]
    for key in residents:
        index.put(key, reference(key, key, sample_count=key))

    def come_and_go(key: SubjectKey) -> None:
        for _ in range(20):
            index.put(key, reference(key, key, sample_count=key))
            index.remove(key)

    def search(key: SubjectKey) -> None:
        for _ in range(20):
            probe = direction(key)
            nearest, *others = index.search(probe, 10)
            assert nearest.reference.subject_id == name(key)
            assert nearest.reference.sample_count == key
            assert nearest.product == pytest.approx(1, abs=1e-6)
            assert all(each.product <= nearest.product for each in others)
            assert index.find(name(key)) is not None

    with ThreadPoolExecutor(8) as pool:
        work = [
            pool.submit(task, key)
            for pair in zip(residents, visitors, strict=True)
            for task, key in zip((search, come_and_go), pair, strict=True)
        ]
        for each in work:
            each.result()

    assert len(index) == len(residents)
    for key in residents:
        assert index.find(name(key)) is not None
