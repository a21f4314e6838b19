from __future__ import annotations

from pathlib import Path

import pytest

from mien.errors import InvalidRequestError
from mien.evaluation.lfw import parse_pairs, read_protocol
from mien.evaluation.protocol import Person, Photo

PAIRS = """2\t1
Ada\t1\t2
Bob\t1\tCyd\t3
Dan\t2\t4
Eve\t1\tFay\t1
"""


def _write(root: Path, pairs: str = PAIRS, images: str = "images") -> Path:
    for name, number in [
        ("Ada", 1),
        ("Ada", 2),
        ("Bob", 1),
        ("Cyd", 3),
        ("Dan", 2),
        ("Dan", 4),
        ("Eve", 1),
        ("Fay", 1),
    ]:
        file = root / images / name / f"{name}_{number:04d}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (root / "pairs.txt").write_text(pairs, "utf-8")
    return root


def test_folds_hold_genuine_and_impostor_pairs() -> None:
    first, second = parse_pairs(PAIRS)
    assert [pair.genuine for pair in first.pairs] == [True, False]
    assert first.pairs[0].second == Photo(Person("Ada"), "Ada/Ada_0002.jpg")
    assert second.people == {"Dan", "Eve", "Fay"}


def test_every_photo_is_named_once_and_in_order(tmp_path: Path) -> None:
    protocol = read_protocol(_write(tmp_path))
    assert len(protocol.photos) == 8
    assert list(protocol.photos) == sorted(protocol.photos)
    assert all(protocol.source.read(photo) == b"" for photo in protocol.photos)


def test_people_are_known_and_the_protocol_is_named_by_its_folder(tmp_path: Path) -> None:
    protocol = read_protocol(_write(tmp_path))
    assert protocol.identified
    assert (protocol.name, protocol.layout) == (tmp_path.name, "LFW")
    assert protocol.people_in_several_folds == 0


@pytest.mark.parametrize("images", ["lfw", "lfw-deepfunneled", "lfw_funneled"])
def test_the_folders_of_the_official_archives_are_found(tmp_path: Path, images: str) -> None:
    assert len(read_protocol(_write(tmp_path, images=images)).photos) == 8


def test_the_official_header_announces_ten_folds_of_three_hundred() -> None:
    genuine = [f"P{fold}\t{n}\t{n + 1}" for fold in range(10) for n in range(1, 301)]
    impostor = [f"P{fold}\t{n}\tQ{fold}\t{n}" for fold in range(10) for n in range(1, 301)]
    lines = ["10\t300"]
    for fold in range(10):
        lines += genuine[300 * fold :][:300] + impostor[300 * fold :][:300]
    folds = parse_pairs("\n".join(lines) + "\n")
    assert [len(fold.pairs) for fold in folds] == [600] * 10
    assert folds[9].people == {"P9", "Q9"}


@pytest.mark.parametrize(
    ("pairs", "complaint"),
    [
        ("", "line 1"),
        ("two\tone\n", "line 1"),
        ("2\n", "line 1"),
        ("1\t1\nAda\t1\t2\nBob\t1\tCyd\t3\n", "at least 2"),
        ("2\t0\n", "2 x 0"),
        (PAIRS.replace("Eve\t1\tFay\t1\n", ""), "lists 3 pairs"),
        (PAIRS.replace("Dan\t2\t4", "Dan\t2\tx"), "line 4 of pairs.txt is no pair"),
        (PAIRS.replace("Dan\t2\t4", "Dan\t2"), "line 4 of pairs.txt is no pair"),
        (PAIRS.replace("Dan\t2\t4", "Dan\t0\t4"), "line 4 of pairs.txt is no pair"),
        (PAIRS.replace("Dan\t2\t4", "../Dan\t2\t4"), "line 4 of pairs.txt is no pair"),
        (PAIRS.replace("Dan\t2\t4", "..\t2\t4"), "line 4 of pairs.txt is no pair"),
        (PAIRS.replace("Eve\t1\tFay\t1", "Eve\t1\tEve\t1"), "line 5 of pairs.txt is no pair"),
        (PAIRS.replace("Dan\t2\t4", "Dan\t2\tEve\t1"), "line 4 of pairs.txt must be a genuine"),
        (PAIRS.replace("Bob\t1\tCyd\t3", "Bob\t1\t3"), "line 3 of pairs.txt must be an impostor"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(pairs: str, complaint: str) -> None:
    with pytest.raises(InvalidRequestError, match=complaint):
        parse_pairs(pairs)


def test_folds_must_not_share_people(tmp_path: Path) -> None:
    root = _write(tmp_path, PAIRS.replace("Eve\t1\tFay\t1", "Eve\t1\tBob\t1"))
    with pytest.raises(InvalidRequestError, match=r"fold 2 of pairs\.txt shows Bob again"):
        read_protocol(root)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match=r"pairs\.txt and images/ are missing"):
        read_protocol(tmp_path)
    (tmp_path / "images").mkdir()
    with pytest.raises(InvalidRequestError, match=r": pairs.txt is missing"):
        read_protocol(tmp_path)


def test_missing_photos_are_counted_and_named(tmp_path: Path) -> None:
    root = _write(tmp_path)
    (root / "images" / "Dan" / "Dan_0004.jpg").unlink()
    with pytest.raises(InvalidRequestError, match=r"1 of 8 photos are missing: .*Dan_0004\.jpg$"):
        read_protocol(root)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    root = _write(tmp_path)
    (root / "pairs.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InvalidRequestError, match="cannot be read"):
        read_protocol(root)
