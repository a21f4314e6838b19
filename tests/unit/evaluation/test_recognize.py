from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from mien.errors import InvalidRequestError
from mien.evaluation.recognize import read_protocol

LINES = [f"P{n}_1.jpg P{n}_2.jpg 1" for n in range(10)] + [
    f"P{n}_1.jpg P{(n + 1) % 10}_2.jpg 0" for n in range(10)
]


def _touch_photos(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for person in range(10):
        for number in (1, 2):
            (folder / f"P{person}_{number}.jpg").touch()


def _write_list(root: Path) -> Path:
    _touch_photos(root)
    path = root / "agedb_30_pair.txt"
    path.write_text("\n".join(LINES), "utf-8")
    return path


def test_a_bin_file_is_recognized_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "lfw.bin"
    path.write_bytes(pickle.dumps(([bytes([n]) for n in range(40)], [True, False] * 10)))
    assert read_protocol(path).layout == "InsightFace .bin"


def test_a_list_is_recognized_itself_or_by_its_folder(tmp_path: Path) -> None:
    path = _write_list(tmp_path)
    assert read_protocol(path) == read_protocol(tmp_path)
    assert read_protocol(path).layout == "one pair a line"


def test_of_several_lists_one_must_be_named(tmp_path: Path) -> None:
    path = _write_list(tmp_path)
    (tmp_path / "lfw_ann.txt").touch()
    with pytest.raises(InvalidRequestError, match=r"agedb_30_pair\.txt, lfw_ann\.txt"):
        read_protocol(tmp_path)
    assert read_protocol(path).identified


def test_lfw_is_recognized_by_its_pairs(tmp_path: Path) -> None:
    (tmp_path / "pairs.txt").write_text("1\t1\n", "utf-8")
    (tmp_path / "images").mkdir()
    with pytest.raises(InvalidRequestError, match="at least 2"):
        read_protocol(tmp_path)


def test_calfw_is_recognized_by_its_list(tmp_path: Path) -> None:
    _touch_photos(tmp_path / "images")
    halves = [
        f"{file} {label}"
        for first, second, label in map(str.split, LINES)
        for file in (first, second)
    ]
    (tmp_path / "pairs_CALFW.txt").write_text("\n".join(halves), "utf-8")
    assert read_protocol(tmp_path).layout == "CALFW"


def test_cfp_is_recognized_by_its_splits(tmp_path: Path) -> None:
    (tmp_path / "Protocol" / "Split" / "FP").mkdir(parents=True)
    with pytest.raises(InvalidRequestError, match=r"Pair_list_F\.txt cannot be read"):
        read_protocol(tmp_path)


@pytest.mark.parametrize("name", [".", "missing", "photo.jpg"])
def test_anything_else_is_refused_with_what_is_known(tmp_path: Path, name: str) -> None:
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(InvalidRequestError) as caught:
        read_protocol(tmp_path / name)
    message = str(caught.value)
    assert ("does not exist" in message) == (name == "missing")
    for sign in ("NAME.bin", "NAME_ann.txt", "pairs.txt", "pairs_CPLFW.txt", "Protocol/Split/FP/"):
        assert sign in message
