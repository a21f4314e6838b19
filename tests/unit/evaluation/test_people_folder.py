from __future__ import annotations

import tempfile
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.errors import InvalidRequestError
from mien.evaluation.people_folder import LAYOUT, list_people, read_protocol

FOLDS = 5
TEN = {f"person {number}": 3 for number in range(10)}


def make_photos(root: Path, people: Mapping[str, int], suffix: str = ".jpg") -> Path:
    """Make empty files, so many for each person."""
    for person, count in people.items():
        (root / person).mkdir()
        for number in range(count):
            (root / person / f"{number:02d}{suffix}").touch()
    return root


@st.composite
def populations(draw: st.DrawFn) -> dict[str, int]:
    several = draw(st.lists(st.integers(2, 7), min_size=5, max_size=15))
    single = draw(st.integers(max(0, 10 - len(several)), 10))
    return {f"P{n:02d}": count for n, count in enumerate([*several, *[1] * single])}


def test_every_folder_is_a_person(tmp_path: Path) -> None:
    protocol = read_protocol(make_photos(tmp_path, TEN))

    assert protocol.identified
    assert protocol.name == tmp_path.name
    assert protocol.layout == LAYOUT
    assert len(protocol.folds) == FOLDS
    assert {photo.person for photo in protocol.photos} == set(TEN)


@given(populations())
def test_nobody_is_in_two_folds_and_every_fold_has_pairs_of_both_kinds(
    people: dict[str, int],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        protocol = read_protocol(make_photos(Path(folder), people))

    assert protocol.people_in_several_folds == 0
    for fold in protocol.folds:
        assert any(pair.genuine for pair in fold.pairs)
        assert any(not pair.genuine for pair in fold.pairs)


@given(populations())
def test_pairs_say_whether_they_are_of_one_person_and_none_comes_twice(
    people: dict[str, int],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        protocol = read_protocol(make_photos(Path(folder), people))

    for pair in protocol.pairs:
        assert pair.genuine == (pair.first.person == pair.second.person)
        assert pair.first != pair.second
    unordered = [frozenset({pair.first, pair.second}) for pair in protocol.pairs]
    assert len(unordered) == len(set(unordered))


@given(populations())
def test_of_a_person_all_pairs_are_taken_or_ten(people: dict[str, int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        protocol = read_protocol(make_photos(Path(folder), people))

    for person, count in people.items():
        genuine = [p for p in protocol.pairs if p.genuine and p.first.person == person]
        assert len(genuine) == min(10, count * (count - 1) // 2)


def test_there_are_as_many_impostor_pairs_as_genuine_ones_where_people_suffice(
    tmp_path: Path,
) -> None:
    people = {f"P{number:02d}": 2 for number in range(40)}

    for fold in read_protocol(make_photos(tmp_path, people)).folds:
        genuine = sum(pair.genuine for pair in fold.pairs)
        assert genuine == len(fold.pairs) - genuine == 8


def test_two_people_a_fold_have_one_impostor_pair(tmp_path: Path) -> None:
    for fold in read_protocol(make_photos(tmp_path, TEN)).folds:
        assert sum(not pair.genuine for pair in fold.pairs) == 1


def test_a_folder_is_read_the_same_each_time(tmp_path: Path) -> None:
    make_photos(tmp_path, {**TEN, "somebody": 6})

    assert read_protocol(tmp_path) == read_protocol(tmp_path)


def test_photos_lie_where_they_are_said_to(tmp_path: Path) -> None:
    make_photos(tmp_path, TEN)
    (tmp_path / "person 0" / "00.jpg").write_bytes(b"a photo")
    protocol = read_protocol(tmp_path)

    (photo,) = (photo for photo in protocol.photos if photo.file == "person 0/00.jpg")
    assert protocol.source.read(photo) == b"a photo"


@pytest.mark.parametrize("suffix", [".jpg", ".JPEG", ".png", ".webp", ".bmp"])
def test_photos_are_known_by_their_suffix(tmp_path: Path, suffix: str) -> None:
    assert len(next(iter(list_people(make_photos(tmp_path, {"Ada": 2}, suffix)).values()))) == 2


def test_what_is_no_photo_is_passed_over(tmp_path: Path) -> None:
    make_photos(tmp_path, {"Ada": 2, "nobody": 0})
    make_photos(tmp_path, {"notes": 3}, ".txt")
    (tmp_path / "Ada" / "more").mkdir()
    (tmp_path / "list.jpg").touch()

    people = list_people(tmp_path)

    assert list(people) == ["Ada"]
    assert [photo.file for photo in next(iter(people.values()))] == ["Ada/00.jpg", "Ada/01.jpg"]


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ({f"P{n}": 2 for n in range(9)}, "9 people, 9 of them in two photos"),
        ({f"P{n:02d}": 2 if n < 4 else 1 for n in range(20)}, "20 people, 4 of them"),
        ({}, "0 people"),
    ],
)
def test_too_few_people_are_counted_and_refused(
    tmp_path: Path, people: dict[str, int], message: str
) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        read_protocol(make_photos(tmp_path, people))


def test_those_with_one_photo_are_somebody_else_to_the_others(tmp_path: Path) -> None:
    people = {f"P{n:02d}": 3 if n < 5 else 1 for n in range(15)}

    protocol = read_protocol(make_photos(tmp_path, people))

    single = {person for person, count in people.items() if count == 1}
    seen = {
        photo.person
        for pair in protocol.pairs
        if not pair.genuine
        for photo in (pair.first, pair.second)
    }
    assert seen & single
    for fold in protocol.folds:
        assert len(fold.people & single) <= 2
        assert all(len({*both}) == 2 for both in combinations(sorted(fold.people), 2))
