from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.errors import (
    ContractMismatchError,
    InstallationError,
    InvalidRequestError,
    ModelUnreachableError,
)
from mien.inference.assembly import contract_of
from mien.inference.catalogue import FACENET
from mien.inference.choice import Choice, Mixture, choose_pack
from mien.inference.embedding.embedder import EMBEDDERS
from mien.inference.model import Download, Precision
from mien.inference.packs import ACCURATE, BUILTIN, PACKS, STANDARD, Pack
from mien.inference.sources import Receipt, SourceFolder, SourceState

MIXTURE = Mixture(("yunet", "mmod"), "five_landmarks", {"sface": 1.0, "resnet29": 3.0})

Fetch = Callable[[], InstallationError | None]


@pytest.fixture
def empty(tmp_path: Path) -> SourceFolder:
    """No source but those in the package."""
    folder = tmp_path / "sources"
    folder.mkdir()
    return SourceFolder(folder)


@pytest.fixture
def stocked(empty: SourceFolder) -> SourceFolder:
    """Everything that the standard pack needs, by name: its bytes are not looked at."""
    for weights in STANDARD.weights():
        if isinstance(weights.model.source, Download):
            empty.path(weights.model).touch()
    return empty


def _choose(
    asked: str,
    sources: SourceFolder,
    *,
    mixture: Mixture = MIXTURE,
    precision: Precision | None = None,
    gallery_contract: str | None = None,
    fetch_standard: Fetch | None = None,
) -> Choice:
    return choose_pack(
        asked,
        mixture=mixture,
        precision=precision,
        gallery_contract=gallery_contract,
        sources=sources,
        fetch_standard=fetch_standard,
    )


def _never_fetch() -> InstallationError | None:
    raise AssertionError("nothing was to be fetched")


class TestAuto:
    def test_standard_is_chosen_when_its_files_are_there(self, stocked: SourceFolder) -> None:
        choice = _choose("auto", stocked, fetch_standard=_never_fetch)

        assert choice == Choice(STANDARD, "its files are there")

    def test_builtin_is_chosen_when_a_file_of_standard_is_not(self, stocked: SourceFolder) -> None:
        next(stocked.folder.iterdir()).unlink()

        assert _choose("auto", stocked).pack == BUILTIN

    def test_standard_is_fetched_where_that_may_be_tried(self, empty: SourceFolder) -> None:
        asked = []

        def fetch() -> None:
            asked.append("standard")

        choice = _choose("auto", empty, fetch_standard=fetch)

        assert choice == Choice(STANDARD, "its files could be fetched")
        assert asked == ["standard"]

    @pytest.mark.parametrize("fetch", [None, lambda: ModelUnreachableError("no network")])
    def test_builtin_comes_with_the_command_that_brings_the_better_one(
        self, empty: SourceFolder, fetch: Fetch | None
    ) -> None:
        choice = _choose("auto", empty, fetch_standard=fetch)

        assert choice.pack == BUILTIN
        assert choice.reason.endswith("mien models pull standard")

    @pytest.mark.parametrize("pack", [BUILTIN, STANDARD, ACCURATE], ids=lambda pack: pack.name)
    def test_a_gallery_keeps_the_pack_that_it_was_made_with(
        self, stocked: SourceFolder, pack: Pack
    ) -> None:
        _vouch_for_facenet(stocked)
        contract = contract_of(pack, stocked.trusted_sha256).digest

        choice = _choose("auto", stocked, gallery_contract=contract, fetch_standard=_never_fetch)

        assert choice == Choice(pack, "the gallery was made with it")

    @pytest.mark.parametrize(
        ("pack", "precision"),
        [
            (BUILTIN, Precision.INT8),
            (BUILTIN, Precision.FP16),
            (STANDARD, Precision.FP32),
            (STANDARD, Precision.FP16),
            (ACCURATE, Precision.FP16),
        ],
    )
    def test_a_gallery_keeps_its_precision_too(
        self, empty: SourceFolder, pack: Pack, precision: Precision
    ) -> None:
        made_with = replace(pack, precision=precision)
        contract = contract_of(made_with, empty.trusted_sha256).digest

        choice = _choose("auto", empty, gallery_contract=contract, precision=Precision.FP32)

        assert choice.pack == made_with

    def test_a_gallery_that_no_pack_made_is_refused_with_what_can_be_done(
        self, stocked: SourceFolder
    ) -> None:
        with pytest.raises(ContractMismatchError, match=r"0123.*MIEN_PACK=custom") as caught:
            _choose("auto", stocked, gallery_contract="0123", fetch_standard=_never_fetch)

        assert "enroll anew" in str(caught.value)

    def test_a_gallery_of_a_model_that_is_vouched_for_otherwise_now_is_refused(
        self, empty: SourceFolder
    ) -> None:
        _vouch_for_facenet(empty)
        contract = contract_of(ACCURATE, lambda _: "0" * 64).digest

        with pytest.raises(ContractMismatchError):
            _choose("auto", empty, gallery_contract=contract)

    @pytest.mark.parametrize("precision", Precision)
    def test_a_precision_that_is_asked_for_goes_before_the_packs_own(
        self, stocked: SourceFolder, precision: Precision
    ) -> None:
        assert _choose("auto", stocked, precision=precision).pack.precision is precision


class TestNamed:
    @pytest.mark.parametrize("name", PACKS)
    def test_it_is_that_pack_whatever_the_gallery_and_the_files_are(
        self, empty: SourceFolder, name: str
    ) -> None:
        choice = _choose(name, empty, gallery_contract="0123", fetch_standard=_never_fetch)

        assert choice == Choice(PACKS[name], f"MIEN_PACK={name}")

    def test_it_runs_in_the_precision_that_is_asked_for(self, empty: SourceFolder) -> None:
        choice = _choose("standard", empty, precision=Precision.FP32)

        assert choice.pack == replace(STANDARD, precision=Precision.FP32)

    @pytest.mark.parametrize("name", ["", "Standard", "best"])
    def test_one_that_does_not_exist_is_refused_with_those_that_do(
        self, empty: SourceFolder, name: str
    ) -> None:
        with pytest.raises(InvalidRequestError, match="auto, builtin, standard, accurate, custom"):
            _choose(name, empty)


class TestCustom:
    def test_it_is_made_of_what_the_settings_name(self, empty: SourceFolder) -> None:
        choice = _choose("custom", empty, precision=Precision.FP16)

        assert choice.reason == "MIEN_PACK=custom"
        assert choice.pack.name == "custom"
        assert choice.pack.detectors == ("yunet", "mmod")
        assert choice.pack.landmarker == "five_landmarks"
        assert choice.pack.embedders == {"sface": 0.25, "resnet29": 0.75}
        assert choice.pack.precision is Precision.FP16

    @given(
        st.dictionaries(
            st.sampled_from(sorted(EMBEDDERS)),
            st.floats(1e-6, 1e6),
            min_size=1,
        )
    )
    def test_its_shares_sum_to_one_and_keep_their_proportions(
        self, shares: Mapping[str, float]
    ) -> None:
        mixture = replace(MIXTURE, embedders=shares)

        found = _choose("custom", SourceFolder(Path("nowhere")), mixture=mixture).pack.embedders

        assert sum(found.values()) == pytest.approx(1)
        for name, share in shares.items():
            assert found[name] / found[next(iter(shares))] == pytest.approx(
                share / next(iter(shares.values()))
            )

    @pytest.mark.parametrize(
        "mixture",
        [
            replace(MIXTURE, detectors=("yunet", "hawkeye")),
            replace(MIXTURE, landmarker="hawkeye"),
            replace(MIXTURE, embedders={"resnet29": 0.5, "hawkeye": 0.5}),
        ],
        ids=["detector", "landmarker", "embedder"],
    )
    def test_a_part_that_nobody_knows_is_named(self, empty: SourceFolder, mixture: Mixture) -> None:
        with pytest.raises(InvalidRequestError, match=r"mien models list, not hawkeye$"):
            _choose("custom", empty, mixture=mixture)

    def test_all_of_them_are_named_at_once(self, empty: SourceFolder) -> None:
        mixture = Mixture(("owl",), "cat", {"dog": 1.0})

        with pytest.raises(InvalidRequestError, match=r"not owl, dog, cat$"):
            _choose("custom", empty, mixture=mixture)

    @pytest.mark.parametrize(
        "mixture", [replace(MIXTURE, detectors=()), replace(MIXTURE, embedders={})]
    )
    def test_one_without_detector_or_embedder_is_refused(
        self, empty: SourceFolder, mixture: Mixture
    ) -> None:
        with pytest.raises(InvalidRequestError, match="needs detectors"):
            _choose("custom", empty, mixture=mixture)


def _vouch_for_facenet(sources: SourceFolder) -> None:
    sha256 = hashlib.sha256(b"facenet").hexdigest()
    sources.note(
        FACENET,
        Receipt(FACENET.name, sha256, SourceState.IMPORTED, "a friend", "MIT", None),
    )
