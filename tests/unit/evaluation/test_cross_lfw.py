from __future__ import annotations

from pathlib import Path

import pytest

from mien.errors import InvalidRequestError
from mien.evaluation.cross_lfw import parse_pairs, read_protocol


def _lines(*, fold_labels: bool) -> list[str]:
    """Ten people with one genuine pair each, then each with the next, as the authors list them."""
    lines: list[str] = []
    for person in range(10):
        label = person + 1 if fold_labels else 1
        lines += [f"P_{person}_0001.jpg {label}", f"P_{person}_0002.jpg {label}"]
    for person in range(10):
        lines += [f"P_{person}_0001.jpg 0", f"P_{(person + 1) % 10}_0002.jpg 0"]
    return lines


def _write(root: Path, name: str, images: str) -> Path:
    (root / name).write_text("\n".join(_lines(fold_labels="CALFW" in name)) + "\n", "utf-8")
    (root / images).mkdir(parents=True)
    for person in range(10):
        for number in (1, 2):
            (root / images / f"P_{person}_{number:04d}.jpg").touch()
    return root


@pytest.mark.parametrize(
    ("name", "images", "layout"),
    [
        ("pairs_CALFW.txt", "images", "CALFW"),
        ("pairs_CALFW.txt", "images&landmarks/images&landmarks/images", "CALFW"),
        ("pairs_CPLFW.txt", "aligned images", "CPLFW"),
    ],
)
def test_both_sets_are_read_from_the_folders_they_unpack_to(
    tmp_path: Path, name: str, images: str, layout: str
) -> None:
    protocol = read_protocol(_write(tmp_path, name, images))
    assert protocol.layout == layout
    assert protocol.identified
    assert len(protocol.folds) == 10
    assert [pair.genuine for pair in protocol.folds[3].pairs] == [True, False]
    assert protocol.folds[3].people == {"P_3", "P_4"}
    assert protocol.people_in_several_folds == 10
    assert len(protocol.photos) == 20


def test_photos_as_they_were_taken_are_preferred(tmp_path: Path) -> None:
    root = _write(tmp_path, "pairs_CALFW.txt", "aligned images")
    (root / "images").mkdir()
    for file in (root / "aligned images").iterdir():
        (root / "images" / file.name).write_bytes(b"as taken")
    protocol = read_protocol(root)
    assert protocol.source.read(protocol.photos[0]) == b"as taken"


def test_any_label_but_zero_is_one_person() -> None:
    pairs = parse_pairs("a_1.jpg 7\na_2.jpg 7\na_1.jpg 0\nb_1.jpg 0\n", "list")
    assert [pair.genuine for pair in pairs] == [True, False]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "two lines a pair"),
        ("a_1.jpg 1\n", "it has 1"),
        ("a_1.jpg 1\na_2.jpg 0\n", "lines 1 and 2 .* labels are 1 and 0"),
        ("a_1.jpg 1\na_2.jpg\n", "line 2 of list"),
        ("a_1.jpg one\na_2.jpg 1\n", "line 1 of list"),
        ("../a_1.jpg 1\na_2.jpg 1\n", "line 1 of list"),
    ],
)
def test_a_bad_list_is_refused_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(InvalidRequestError, match=complaint):
        parse_pairs(text, "list")


def test_a_folder_without_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match=r"neither pairs_CALFW\.txt nor pairs_CPLFW"):
        read_protocol(tmp_path)


def test_missing_photos_are_named(tmp_path: Path) -> None:
    root = _write(tmp_path, "pairs_CPLFW.txt", "images")
    (root / "images" / "P_4_0002.jpg").unlink()
    with pytest.raises(InvalidRequestError, match=r"1 of 20 photos are missing: .*P_4_0002\.jpg"):
        read_protocol(root)


def test_a_missing_folder_of_photos_is_told_with_where_it_was_looked_for(tmp_path: Path) -> None:
    root = _write(tmp_path, "pairs_CPLFW.txt", "images")
    (root / "images" / "P_0_0001.jpg").unlink()
    with pytest.raises(InvalidRequestError, match=r"P_0_0001\.jpg.*the folder itself, images"):
        read_protocol(root)
