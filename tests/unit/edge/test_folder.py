from __future__ import annotations

import json
from pathlib import Path

import pytest

from mien.edge.export import PROGRAMS
from mien.edge.folder import replacing
from mien.edge.manifest import FORMAT
from mien.errors import InvalidRequestError, StorageError


def write_export(folder: Path, text: str = "first") -> None:
    with replacing(folder) as fresh:
        (fresh / "manifest.json").write_text(json.dumps({"format": FORMAT, "text": text}))
        (fresh / "models").mkdir()
        for name in PROGRAMS:
            (fresh / name).touch()


def text_of(folder: Path) -> str:
    return str(json.loads((folder / "manifest.json").read_text())["text"])


def test_a_new_and_an_empty_folder_are_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "deep" / "new"):
        write_export(folder)
        assert text_of(folder) == "first"
        assert [path.name for path in folder.parent.glob(".*")] == []


def test_an_older_export_is_replaced_and_keeps_who_is_enrolled(tmp_path: Path) -> None:
    write_export(tmp_path / "out")
    (tmp_path / "out" / "gallery").mkdir()
    (tmp_path / "out" / "gallery" / "ada.npz").write_bytes(b"ada")
    (tmp_path / "out" / "models" / "old.onnx").touch()

    write_export(tmp_path / "out", "second")

    assert text_of(tmp_path / "out") == "second"
    assert (tmp_path / "out" / "gallery" / "ada.npz").read_bytes() == b"ada"
    assert not (tmp_path / "out" / "models" / "old.onnx").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_on_an_error_all_stays_as_it_was(tmp_path: Path) -> None:
    write_export(tmp_path / "out")
    with pytest.raises(StorageError, match="cannot be written"), replacing(tmp_path / "out"):
        raise OSError(28, "No space left on device")
    assert text_of(tmp_path / "out") == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["holiday.jpg", "manifest.json", "models"])
def test_other_folders_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    with pytest.raises(InvalidRequestError, match="new or empty"), replacing(tmp_path):
        pass
    assert (tmp_path / name).read_text() == "{}"


def test_an_export_with_files_of_its_owner_is_left_alone(tmp_path: Path) -> None:
    write_export(tmp_path / "out")
    (tmp_path / "out" / "door.jpg").touch()
    with pytest.raises(InvalidRequestError), replacing(tmp_path / "out"):
        pass
    assert (tmp_path / "out" / "door.jpg").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(InvalidRequestError), replacing(tmp_path / "out"):
        pass
