from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from mien.errors import (
    InvalidRequestError,
    LicenseNotAcceptedError,
    ModelUntrustedError,
    WeightsCorruptError,
)
from mien.inference import catalogue
from mien.inference.model import INSIGHTFACE, Model
from mien.inference.pull import Terms, import_file
from mien.inference.sources import SourceFolder, SourceState
from tests.model_server import (
    DATA,
    OTHER,
    SHA256,
    assert_good,
)


class TestImporting:
    @pytest.fixture
    def known(self, model: Model, monkeypatch: pytest.MonkeyPatch) -> Model:
        monkeypatch.setattr("mien.inference.pull.MODELS", (catalogue.MMOD, model))
        return model

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        (tmp_path / "stick.onnx").write_bytes(DATA)
        return tmp_path / "stick.onnx"

    def test_a_file_is_recognized_by_its_content(
        self, folder: SourceFolder, known: Model, file: Path
    ) -> None:
        assert import_file(file, folder) == known

        assert_good(folder, known)
        assert folder.inspect(known) is SourceState.IMPORTED

    def test_a_file_that_the_catalogue_does_not_know_is_refused(
        self, folder: SourceFolder, known: Model, file: Path
    ) -> None:
        file.write_bytes(OTHER)

        with pytest.raises(InvalidRequestError, match="no model of the catalogue"):
            import_file(file, folder)
        with pytest.raises(WeightsCorruptError, match=f"but tiny has {SHA256}"):
            import_file(file, folder, model=known)
        assert not folder.folder.exists()

    def test_an_unpublished_model_needs_its_name_and_a_hash(
        self, folder: SourceFolder, model: Model, file: Path
    ) -> None:
        unpublished = dataclasses.replace(model, sha256=None)
        terms = Terms(hashes={"tiny": SHA256})

        with pytest.raises(InvalidRequestError, match="--model NAME --sha256 HASH"):
            import_file(file, folder, terms=terms)
        with pytest.raises(ModelUntrustedError):
            import_file(file, folder, model=unpublished)
        import_file(file, folder, model=unpublished, terms=terms)

        assert folder.read(unpublished) == DATA

    def test_a_file_that_lies_at_its_place_can_be_vouched_for(
        self, folder: SourceFolder, model: Model
    ) -> None:
        unpublished = dataclasses.replace(model, sha256=None)
        path = folder.path(unpublished)
        path.parent.mkdir(parents=True)
        path.write_bytes(DATA)

        import_file(path, folder, model=unpublished, terms=Terms(hashes={"tiny": SHA256}))

        assert_good(folder, unpublished)

    def test_the_license_is_asked_for_as_by_a_pull(
        self, folder: SourceFolder, model: Model, file: Path
    ) -> None:
        research = dataclasses.replace(model, license=INSIGHTFACE)

        with pytest.raises(LicenseNotAcceptedError):
            import_file(file, folder, model=research)
        import_file(file, folder, model=research, terms=Terms(licenses=[INSIGHTFACE.name]))

    def test_a_model_of_a_package_is_not_imported(self, folder: SourceFolder) -> None:
        file = SourceFolder(Path("unused")).path(catalogue.MMOD)

        with pytest.raises(InvalidRequestError, match="pip install --force-reinstall"):
            import_file(file, folder)

    def test_a_file_that_cannot_be_read_is_named(
        self, folder: SourceFolder, tmp_path: Path
    ) -> None:
        with pytest.raises(InvalidRequestError, match=r"gone\.onnx cannot be read"):
            import_file(tmp_path / "gone.onnx", folder)
        with pytest.raises(InvalidRequestError, match="cannot be read"):
            import_file(tmp_path, folder)

    def test_a_file_that_is_too_large_is_not_copied(
        self, folder: SourceFolder, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mien.inference.pull.MAX_BYTES", 1000)

        with pytest.raises(InvalidRequestError, match="more than 1,000"):
            import_file(file, folder)
