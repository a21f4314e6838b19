from __future__ import annotations

from pathlib import Path

import pytest

from mien.errors import InvalidRequestError
from mien.evaluation.cfp import parse_photos, read_protocol


def _write(root: Path) -> Path:
    """Four people with two frontal photos and one profile each, in two splits."""
    lists: dict[str, list[str]] = {"F": [], "P": []}
    for person in range(1, 5):
        for kind, folder, count in (("F", "frontal", 2), ("P", "profile", 1)):
            for number in range(1, count + 1):
                path = f"Data/Images/{person:03d}/{folder}/{number:02d}.jpg"
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).touch()
                lists[kind].append(f"{len(lists[kind]) + 1} ../{path}")
    (root / "Protocol").mkdir()
    for kind, lines in lists.items():
        (root / "Protocol" / f"Pair_list_{kind}.txt").write_text("\n".join(lines) + "\n", "utf-8")
    for split, (same, diff) in {
        "01": ("1,1\n2,1\n", "1,2\n3,1\n"),
        "02": ("5,3\n", "5,4\n"),
    }.items():
        split_folder = root / "Protocol" / "Split" / "FP" / split
        split_folder.mkdir(parents=True)
        (split_folder / "same.txt").write_text(same, "utf-8")
        (split_folder / "diff.txt").write_text(diff, "utf-8")
    return root


def test_frontal_photos_meet_profiles_in_the_authors_splits(tmp_path: Path) -> None:
    protocol = read_protocol(_write(tmp_path))
    first, second = protocol.folds
    assert protocol.identified
    assert [pair.genuine for pair in first.pairs] == [True, True, False, False]
    assert first.pairs[1].first.file == "Data/Images/001/frontal/02.jpg"
    assert first.pairs[1].second.file == "Data/Images/001/profile/01.jpg"
    assert first.people == {"001", "002"}
    assert second.people == {"003", "004"}


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("Pair_list_F.txt", "1 ../../secret.jpg\n", r"line 1 of Pair_list_F\.txt"),
        ("Pair_list_P.txt", "one ../Data/Images/001/profile/01.jpg\n", r"of Pair_list_P\.txt"),
        ("Split/FP/02/same.txt", "5;3\n", r"line 1 of .*same\.txt"),
        ("Split/FP/02/diff.txt", "5,4\n99,1\n", r"line 2 of .*diff\.txt"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    root = _write(tmp_path)
    (root / "Protocol" / file).write_text(text, "utf-8")
    with pytest.raises(InvalidRequestError, match=complaint):
        read_protocol(root)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="Protocol/Split/FP/ is missing"):
        read_protocol(tmp_path)
    root = _write(tmp_path)
    (root / "Data/Images/001/profile/01.jpg").unlink()
    with pytest.raises(InvalidRequestError, match="1 of 8 photos are missing"):
        read_protocol(root)
    (root / "Protocol/Split/FP/01/same.txt").unlink()
    with pytest.raises(InvalidRequestError, match=r"same\.txt cannot be read"):
        read_protocol(root)


def test_one_split_is_too_few(tmp_path: Path) -> None:
    (tmp_path / "Protocol" / "Split" / "FP" / "01").mkdir(parents=True)
    for name in ("Pair_list_F.txt", "Pair_list_P.txt"):
        (tmp_path / "Protocol" / name).write_text("1 ../a/b/c.jpg\n", "utf-8")
    with pytest.raises(InvalidRequestError, match="at least 2 folders"):
        read_protocol(tmp_path)


def test_numbers_need_not_be_in_order() -> None:
    photos = parse_photos("2 ../Data/b.jpg\n1 ../Data/a.jpg\n", "list")
    assert photos == {1: "Data/a.jpg", 2: "Data/b.jpg"}
