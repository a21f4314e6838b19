"""Reading folders whose people's groups are known."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from mien.errors import InvalidRequestError
from mien.evaluation.fairness.protocol import FairnessProtocol, read_protocol
from tests.support import skip_without
from tests.unit.evaluation.fairness.groups_folder import write_labels

SHARED = Path(os.environ.get("MIEN_SHARED", Path(__file__).parents[4] / ".." / "shared"))

FOUR = ("a.jpg,red,x", "b.jpg,red,y", "c.jpg,blue,x", "d.jpg,blue,y")


def groups_of(protocol: FairnessProtocol) -> dict[str, list[str]]:
    return {a.name: [a.groups[place] for place in a.member] for a in protocol.attributes}


def test_every_column_that_makes_groups_is_an_attribute(tmp_path: Path) -> None:
    rows = [f"{row},same,{number}" for number, row in enumerate([*FOUR] * 1)]
    protocol = read_protocol(write_labels(tmp_path, "file,color,side,constant,n", rows))
    assert groups_of(protocol) == {
        "color": ["red", "red", "blue", "blue"],
        "side": ["x", "y", "x", "y"],
        "n": ["0", "1", "2", "3"],
    }
    assert not protocol.repeats


def test_attributes_are_chosen_and_crossed(tmp_path: Path) -> None:
    folder = write_labels(tmp_path, "file,color,side", FOUR)
    assert list(groups_of(read_protocol(folder, ["side"]))) == ["side"]
    crossed = read_protocol(folder, cross=[("color", "side")])
    assert groups_of(crossed)["color x side"] == ["red x x", "red x y", "blue x x", "blue x y"]


def test_ages_become_decades(tmp_path: Path) -> None:
    rows = ["a.jpg,9", "b.jpg,20", "c.jpg,29", "d.jpg,101"]
    protocol = read_protocol(write_labels(tmp_path, "file,age", rows))
    assert groups_of(protocol)["age"] == ["0-9", "20-29", "20-29", "100-109"]


def test_codes_are_spelled_out_where_all_files_are_named_as_utkface_names_them(
    tmp_path: Path,
) -> None:
    names = ("30_0_2_20170117123456789.jpg.chip.jpg", "41_1_0_20170117123456780.jpg.chip.jpg")
    rows = [f"{names[0]},30,0,2", f"{names[1]},41,1,0"]
    protocol = read_protocol(write_labels(tmp_path / "utk", "file,age,gender,race", rows))
    assert groups_of(protocol) == {
        "age": ["30-39", "40-49"],
        "gender": ["male", "female"],
        "race": ["Asian", "White"],
    }
    other = write_labels(tmp_path / "own", "file,gender", ["a.jpg,0", "b.jpg,1"])
    assert groups_of(read_protocol(other))["gender"] == ["0", "1"]


def test_photos_of_one_person_make_genuine_pairs(tmp_path: Path) -> None:
    rows = ["a.jpg,ada,red,30", "b.jpg,ada,red,41", "c.jpg,bob,blue,30"]
    protocol = read_protocol(write_labels(tmp_path, "file,person,color,age", rows))
    assert protocol.repeats
    assert [photo.person for photo in protocol.photos] == ["ada", "ada", "bob"]
    assert groups_of(protocol)["age"] == ["30-39", "40-49", "30-39"]


@pytest.mark.parametrize(
    ("header", "rows", "by", "complaint"),
    [
        ("photo,color", FOUR, (), "needs one column file"),
        ("file,file", ["a.jpg,b"], (), "needs one column file"),
        ("file,color,side", [*FOUR, "e.jpg,,x"], (), "line 6: every row needs a value"),
        ("file,color,side", [*FOUR, "e.jpg,red"], (), "line 6: every row needs a value"),
        ("file,color,side", [*FOUR, "e.jpg,red,x,z"], (), "line 6: every row needs a value"),
        ("file,color,side", [*FOUR, FOUR[0]], (), "one of them twice"),
        ("file,color,side", FOUR[:1], (), "fewer than two photos"),
        ("file,color,side", FOUR, ("age",), "has no column age: there are color, side"),
        ("file,one", ["a.jpg,x", "b.jpg,x"], (), "no column that sorts"),
        ("file,one,two", ["a.jpg,x,1", "b.jpg,x,2"], ("one",), "are no groups"),
        ("file,person,color", ["a.jpg,ada,red", "b.jpg,ada,blue"], (), "has two values of color"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(
    tmp_path: Path, header: str, rows: Sequence[str], by: Sequence[str], complaint: str
) -> None:
    with pytest.raises(InvalidRequestError, match=complaint):
        read_protocol(write_labels(tmp_path, header, rows), by)


def test_a_name_for_each_photo_is_no_group(tmp_path: Path) -> None:
    rows = [f"{number}.jpg,n{number},{number % 2}" for number in range(41)]
    folder = write_labels(tmp_path, "file,name,side", rows)
    assert list(groups_of(read_protocol(folder))) == ["side"]
    with pytest.raises(InvalidRequestError, match="are no groups"):
        read_protocol(folder, ["name"])


def test_crossing_needs_two_attributes_and_makes_not_too_many_groups(tmp_path: Path) -> None:
    rows = [f"{number}.jpg,{number % 7},{number // 7}" for number in range(49)]
    folder = write_labels(tmp_path, "file,a,b", rows)
    with pytest.raises(InvalidRequestError, match="49 groups together, more than 40"):
        read_protocol(folder, cross=[("a", "b")])
    for names in [("a",), ("a", "c")]:
        with pytest.raises(InvalidRequestError, match="cannot be crossed"):
            read_protocol(folder, cross=[names])


def test_missing_photos_and_a_missing_table_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match=r"has no labels\.csv"):
        read_protocol(tmp_path)
    folder = write_labels(tmp_path, "file,color,side", FOUR)
    (folder / "c.jpg").unlink()
    with pytest.raises(InvalidRequestError, match=r"1 of 4 photos are missing: .*c\.jpg"):
        read_protocol(folder)


def test_utkface_balanced_is_read_as_its_readme_describes_it() -> None:
    folder = SHARED / "data" / "utkface_balanced"
    if not folder.is_dir():
        skip_without(f"{folder} is absent")
    protocol = read_protocol(folder, ["gender", "race"], cross=[("gender", "race")])
    crossed = protocol.attributes[-1]
    assert len(protocol.photos) == 2000
    assert crossed.groups[0] == "female x Asian"
    assert [int((crossed.member == place).sum()) for place in range(8)] == [250] * 8
