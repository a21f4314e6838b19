from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.errors import InvalidRequestError
from mien.evaluation.pair_lists import (
    FOLDS,
    ListedPair,
    link_people,
    make_folds,
    parse_file,
    read_name,
    split_by_position,
)


def _same(first: str, second: str) -> ListedPair:
    return ListedPair(first, second, genuine=True)


def _other(first: str, second: str) -> ListedPair:
    return ListedPair(first, second, genuine=False)


def _pairs(kinds: str) -> list[ListedPair]:
    return [ListedPair(f"a{n}", f"b{n}", kind == "g") for n, kind in enumerate(kinds)]


def test_a_fold_is_a_tenth_of_each_kind() -> None:
    folds = split_by_position(_pairs("g" * 20 + "i" * 20))
    assert [pair.first for pair in folds[0]] == ["a0", "a1", "a20", "a21"]
    assert [pair.first for pair in folds[9]] == ["a18", "a19", "a38", "a39"]


def test_a_list_with_balanced_tenths_is_cut_as_the_field_does() -> None:
    pairs = _pairs("ggii" * 10)
    for number, fold in enumerate(split_by_position(pairs)):
        assert list(fold) == pairs[4 * number : 4 * number + 4]


@given(st.text("gi", min_size=40, max_size=90).filter(lambda t: min(map(t.count, "gi")) >= FOLDS))
def test_no_pair_is_lost_and_every_fold_has_both_kinds(kinds: str) -> None:
    pairs = _pairs(kinds)
    folds = split_by_position(pairs)
    assert Counter(pair for fold in folds for pair in fold) == Counter(pairs)
    assert all(len({pair.genuine for pair in fold}) == 2 for fold in folds)


@pytest.mark.parametrize(
    ("kinds", "complaint"), [("g" * 9 + "i" * 10, "9 genuine"), ("g" * 10, "0 impostor")]
)
def test_too_few_pairs_make_no_folds(kinds: str, complaint: str) -> None:
    with pytest.raises(InvalidRequestError, match=complaint):
        split_by_position(_pairs(kinds))


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Ada_0001.jpg", "Ada"),
        ("Ada_Lovelace_2.jpg", "Ada_Lovelace"),
        ("calfw_112x112/Ada_0001.jpg", "Ada"),
        ("12_MariaCallas_35_f.jpg", "MariaCallas"),
        ("17.jpg", None),
        ("Ada.jpg", None),
    ],
)
def test_names_of_files_tell_people(file: str, name: str | None) -> None:
    assert read_name(file) == name


def test_names_that_agree_with_every_label_are_people() -> None:
    pairs = [
        _same("Ada_1.jpg", "Ada_2.jpg"),
        _other("Ada_1.jpg", "Bob_1.jpg"),
    ]
    (fold,), identified = make_folds([pairs], read_name)
    assert identified
    assert fold.people == {"Ada", "Bob"}
    assert [pair.genuine for pair in fold.pairs] == [True, False]


@pytest.mark.parametrize(
    "pairs",
    [
        [_same("x_1.jpg", "x_2.jpg"), _other("x_1.jpg", "x_3.jpg")],
        [_same("1_1.jpg", "2_1.jpg"), _other("1_1.jpg", "3_1.jpg")],
        [_same("1.jpg", "2.jpg"), _other("1.jpg", "3.jpg")],
    ],
)
def test_without_telling_names_genuine_pairs_link_people(pairs: list[ListedPair]) -> None:
    (fold,), identified = make_folds([pairs], read_name)
    assert not identified
    same, other = fold.pairs
    assert same.first.person == same.second.person != other.second.person


@given(
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15), st.booleans()), min_size=1),
)
def test_links_go_through_other_photos(edges: list[tuple[int, int, bool]]) -> None:
    pairs = [ListedPair(str(a), str(b), genuine) for a, b, genuine in edges]
    people = link_people(pairs)
    groups = {file: {file} for file in people}
    for pair in pairs:
        if pair.genuine:
            merged = groups[pair.first] | groups[pair.second]
            for file in merged:
                groups[file] = merged
    for one in people:
        for other in people:
            assert (people[one] == people[other]) == (other in groups[one])


@pytest.mark.parametrize("text", ["/etc/passwd", "../secret.jpg", "a/../../b.jpg", "..\\b.jpg", ""])
def test_no_path_leaves_the_folder(text: str) -> None:
    with pytest.raises(ValueError, match="is no path below the folder"):
        parse_file(text)
