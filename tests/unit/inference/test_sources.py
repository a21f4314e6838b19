from __future__ import annotations

import dataclasses
import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.errors import (
    InvalidRequestError,
    ModelMissingError,
    ModelUntrustedError,
    WeightsCorruptError,
)
from mien.inference import catalogue
from mien.inference.model import INSIGHTFACE, Download, Model
from mien.inference.sources import (
    Receipt,
    SourceFolder,
    SourceState,
    mending_command,
    parse_sha256,
)
from tests.model_server import DATA, OTHER, SHA256, model_of

TINY = model_of(DATA, "https://nobody.invalid/weights/tiny.onnx")
UNPUBLISHED = dataclasses.replace(TINY, sha256=None)
VOUCHED = Receipt(
    model="tiny",
    sha256=SHA256,
    state=SourceState.PULLED,
    origin="a test",
    license="MIT",
    accepted_license=None,
)

DAMAGED = [
    pytest.param(DATA[:-1], id="truncated"),
    pytest.param(DATA + b"\0", id="extended"),
    pytest.param(bytes([DATA[0] ^ 1]) + DATA[1:], id="one bit"),
    pytest.param(OTHER, id="swapped"),
    pytest.param(b"", id="emptied"),
]


@pytest.fixture
def folder(tmp_path: Path) -> SourceFolder:
    return SourceFolder(tmp_path)


class TestReading:
    def test_the_verified_bytes_are_handed_out(self, folder: SourceFolder) -> None:
        folder.path(TINY).write_bytes(DATA)

        assert folder.has(TINY)
        assert folder.read(TINY) == DATA
        assert folder.inspect(TINY) is SourceState.IMPORTED

    def test_a_missing_source_is_loud_and_names_the_command(self, folder: SourceFolder) -> None:
        with pytest.raises(ModelMissingError, match="is missing: mien models pull tiny"):
            folder.read(TINY)
        assert not folder.has(TINY)
        assert folder.inspect(TINY) is SourceState.MISSING

    @pytest.mark.parametrize("damaged", DAMAGED)
    def test_a_damaged_source_is_never_handed_out(
        self, folder: SourceFolder, damaged: bytes
    ) -> None:
        folder.path(TINY).write_bytes(damaged)

        with pytest.raises(WeightsCorruptError, match="mien models pull tiny"):
            folder.read(TINY)
        assert folder.inspect(TINY) is SourceState.CORRUPT

    def test_two_models_whose_files_are_called_the_same_lie_apart(
        self, folder: SourceFolder
    ) -> None:
        other = dataclasses.replace(TINY, name="other")

        assert folder.path(TINY) != folder.path(other)


class TestVouching:
    def test_without_a_hash_nothing_is_handed_out(self, folder: SourceFolder) -> None:
        folder.path(UNPUBLISHED).write_bytes(DATA)

        with pytest.raises(ModelUntrustedError, match="--model tiny --sha256 HASH"):
            folder.read(UNPUBLISHED)
        assert folder.inspect(UNPUBLISHED) is SourceState.UNTRUSTED
        assert folder.content(UNPUBLISHED) is None

    def test_the_operators_hash_counts_where_none_is_published(self, folder: SourceFolder) -> None:
        folder.path(UNPUBLISHED).write_bytes(DATA)
        folder.note(UNPUBLISHED, VOUCHED)

        assert folder.read(UNPUBLISHED) == DATA
        assert folder.inspect(UNPUBLISHED) is SourceState.PULLED

    @pytest.mark.parametrize("damaged", DAMAGED)
    def test_what_does_not_have_the_operators_hash_is_refused(
        self, folder: SourceFolder, damaged: bytes
    ) -> None:
        folder.path(UNPUBLISHED).write_bytes(damaged)
        folder.note(UNPUBLISHED, VOUCHED)

        with pytest.raises(WeightsCorruptError):
            folder.read(UNPUBLISHED)

    def test_a_receipt_cannot_replace_a_published_hash(self, folder: SourceFolder) -> None:
        folder.path(TINY).write_bytes(OTHER)
        found = "8" * 64
        folder.note(TINY, dataclasses.replace(VOUCHED, sha256=found))

        assert folder.trusted_sha256(TINY) == SHA256
        with pytest.raises(WeightsCorruptError):
            folder.read(TINY)

    def test_a_receipt_of_another_model_does_not_count(self, folder: SourceFolder) -> None:
        folder.note(UNPUBLISHED, dataclasses.replace(VOUCHED, model="other"))

        assert folder.receipt(UNPUBLISHED) is None

    @given(
        noted=st.one_of(
            st.text(),
            st.recursive(
                st.none() | st.integers() | st.text(),
                lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            ).map(json.dumps),
            st.dictionaries(
                st.sampled_from([field.name for field in dataclasses.fields(Receipt)]),
                st.none() | st.integers() | st.sampled_from([SHA256, "tiny", "pulled", "MIT"]),
            ).map(json.dumps),
        )
    )
    def test_a_receipt_that_is_not_one_vouches_for_nothing(
        self, tmp_path_factory: pytest.TempPathFactory, noted: str
    ) -> None:
        folder = SourceFolder(tmp_path_factory.mktemp("any"))
        path = folder.path(UNPUBLISHED)
        path.with_name(f"{path.name}.json").write_text(noted, "utf-8")

        receipt = folder.receipt(UNPUBLISHED)

        assert receipt is None or (receipt.sha256, receipt.model) == (SHA256, "tiny")

    def test_a_hash_is_64_hexadecimal_digits(self) -> None:
        assert parse_sha256(SHA256.upper()) == SHA256
        for text in ("", SHA256[:-1], SHA256 + "0", "g" * 64, f"{SHA256}\n"):
            with pytest.raises(InvalidRequestError, match="is not a SHA-256"):
                parse_sha256(text)


class TestMending:
    @pytest.mark.parametrize(
        ("model", "command"),
        [
            (TINY, "mien models pull tiny"),
            (UNPUBLISHED, "mien models pull tiny --sha256 HASH"),
            (
                dataclasses.replace(TINY, license=INSIGHTFACE),
                "mien models pull tiny --accept-license InsightFace-non-commercial",
            ),
            (catalogue.MMOD, "pip install --force-reinstall face_recognition_models"),
            (catalogue.EXPRESSION, "pip install --force-reinstall mien"),
        ],
    )
    def test_the_command_is_complete(self, model: Model, command: str) -> None:
        assert mending_command(model) == command


class TestPackage:
    def test_the_package_is_a_verified_source_too(self, folder: SourceFolder) -> None:
        assert folder.inspect(catalogue.FIVE_LANDMARKS) is SourceState.IN_PACKAGE
        assert folder.read(catalogue.FIVE_LANDMARKS)

    def test_mien_s_own_package_is_one_too(self, folder: SourceFolder) -> None:
        assert folder.inspect(catalogue.EXPRESSION) is SourceState.IN_PACKAGE
        assert folder.has(catalogue.EXPRESSION)
        assert folder.read(catalogue.EXPRESSION)

    def test_a_damaged_file_of_mien_s_own_is_never_handed_out(self, folder: SourceFolder) -> None:
        changed = dataclasses.replace(catalogue.EXPRESSION, sha256="0" * 64)

        assert folder.inspect(changed) is SourceState.CORRUPT
        with pytest.raises(WeightsCorruptError, match="pip install --force-reinstall mien"):
            folder.read(changed)

    def test_a_package_that_is_not_installed_is_missing(
        self, folder: SourceFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

        assert folder.inspect(catalogue.MMOD) is SourceState.MISSING
        with pytest.raises(ModelMissingError, match="pip install face_recognition_models"):
            folder.read(catalogue.MMOD)


class TestCatalogue:
    def test_names_and_files_are_each_used_once(self, folder: SourceFolder) -> None:
        names = [model.name for model in catalogue.MODELS]
        assert len(set(names)) == len(names)
        assert len({folder.path(model) for model in catalogue.MODELS}) == len(names)

    def test_every_hash_is_one_and_every_download_is_encrypted(self) -> None:
        for model in catalogue.MODELS:
            assert model.sha256 is None or parse_sha256(model.sha256) == model.sha256
            if isinstance(model.source, Download):
                assert model.source.url.startswith("https://")

    def test_every_license_says_what_it_asks(self) -> None:
        for model in catalogue.MODELS:
            assert model.license.terms
            assert model.license.url.startswith("https://")
