from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.matching import LearnedFusion
from mien.core.scoring import Calibration, Curve, FalseMatchRate
from mien.errors import ContractMismatchError, InvalidRequestError
from mien.inference.assembly import contract_of
from mien.inference.calibration import load_calibration, parse_calibration, parse_fusion
from mien.inference.packs import BUILTIN, STANDARD, Pack

CURVE = {
    "similarities": [0.8, 0.9],
    "false_match_rates": [0.1, 0.001],
    "fmr_intervals": [[0.1, 0.1], [0.0005, 0.002]],
    "false_non_match_rates": [0.0, 0.05],
    "measured": 2,
    "likelihood_ratio": [40.0, -34.0],
    "impostor_comparisons": 1000,
    "genuine_comparisons": 10,
}
STORED = {
    "contract": "0123456789abcdef",
    "source": "two people and a dog",
    "fusion": None,
    "curves": {"1": CURVE},
}

FUSION = {
    "center": [0.5, 2.0],
    "scale": [0.25, 4.0],
    "hidden": [[1.0], [0.5]],
    "hidden_bias": [-1.0],
    "output": [3.0],
    "output_bias": 0.5,
}

SHIPPED = [pytest.param(pack, id=pack.name) for pack in (BUILTIN, STANDARD)]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

anything: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def test_what_was_stored_is_read() -> None:
    calibration = parse_calibration(json.dumps(STORED))

    assert calibration == Calibration(
        contract="0123456789abcdef",
        source="two people and a dog",
        curves={
            1: Curve(
                similarities=(0.8, 0.9),
                false_match_rates=(0.1, 0.001),
                fmr_intervals=((0.1, 0.1), (0.0005, 0.002)),
                false_non_match_rates=(0.0, 0.05),
                measured=2,
                likelihood_ratio=(40.0, -34.0),
                impostor_comparisons=1000,
                genuine_comparisons=10,
            )
        },
    )


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "{}", "contract", '{"curves": {}}'])
def test_what_is_no_calibration_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="not a calibration"):
        parse_calibration(text)


@given(
    anything,
    st.sampled_from(
        [
            ("curves",),
            ("curves", "1"),
            *(("curves", "1", name) for name in CURVE),
        ]
    ),
)
def test_a_calibration_with_a_part_of_another_kind_is_read_or_refused(
    other: Json, place: tuple[str, ...]
) -> None:
    damaged = copy.deepcopy(STORED)
    part: dict[str, Json] = damaged  # type: ignore[assignment] # every inner value here is a dict
    for key in place[:-1]:
        part = part[key]  # type: ignore[assignment] # as above
    part[place[-1]] = other

    try:
        read = parse_calibration(json.dumps(damaged))
    except InvalidRequestError:
        return
    assert isinstance(read, Calibration)


class TestFusion:
    def test_what_was_stored_is_read(self) -> None:
        fusion = parse_fusion(json.dumps({**STORED, "fusion": FUSION}))

        assert fusion is not None
        for name, value in FUSION.items():
            np.testing.assert_array_equal(getattr(fusion, name), value)
        assert fusion.hidden.dtype == np.float32

    def test_a_pack_without_one_has_none(self) -> None:
        assert parse_fusion(json.dumps(STORED)) is None

    @pytest.mark.parametrize("name", FUSION)
    def test_one_that_misses_a_part_is_refused(self, name: str) -> None:
        rest = {each: value for each, value in FUSION.items() if each != name}

        with pytest.raises(InvalidRequestError, match="not a fusion"):
            parse_fusion(json.dumps({**STORED, "fusion": rest}))

    @pytest.mark.filterwarnings("ignore:overflow")  # numbers beyond float32
    @given(anything, st.sampled_from([None, *FUSION]))
    def test_one_with_a_part_of_another_kind_is_read_or_refused(
        self, other: Json, name: str | None
    ) -> None:
        damaged = other if name is None else {**FUSION, name: other}

        try:
            fusion = parse_fusion(json.dumps({**STORED, "fusion": damaged}))
        except InvalidRequestError:
            return
        assert fusion is None or isinstance(fusion, LearnedFusion)


class TestLoading:
    @pytest.mark.parametrize("pack", SHIPPED)
    def test_what_is_shipped_is_of_the_packs_models_and_keeps_its_rate(
        self, pack: Pack, tmp_path: Path
    ) -> None:
        contract = contract_of(pack)

        calibration, _ = load_calibration(pack.name, contract, tmp_path)

        assert calibration.contract == contract.digest
        calibration.require(FalseMatchRate(pack.default_fmr))

    def test_a_pack_of_one_model_has_nothing_to_fuse(self, tmp_path: Path) -> None:
        _, fusion = load_calibration("builtin", contract_of(BUILTIN), tmp_path)

        assert fusion is None

    def test_the_shipped_fusion_is_of_the_packs_models(self, tmp_path: Path) -> None:
        contract = contract_of(STANDARD)

        _, fusion = load_calibration("standard", contract, tmp_path)

        assert fusion is not None
        ones = np.ones((4, len(contract.parts)), np.float32)
        assert np.isfinite(fusion(ones, ones)).all()

    @pytest.mark.parametrize("pack", SHIPPED)
    def test_the_shipped_curves_are_monotone(self, pack: Pack, tmp_path: Path) -> None:
        calibration, _ = load_calibration(pack.name, contract_of(pack), tmp_path)

        for curve in calibration.curves.values():
            rates = list(curve.false_match_rates)
            assert list(curve.similarities) == sorted(set(curve.similarities))
            assert rates == sorted(set(rates), reverse=True)
            assert list(curve.false_non_match_rates) == sorted(curve.false_non_match_rates)
            assert 0 < curve.measured <= len(rates)
            for rate, (low, high) in zip(rates, curve.fmr_intervals, strict=True):
                assert low <= rate <= high
            assert curve.likelihood_ratio[0] > 0

    @pytest.mark.parametrize("pack", SHIPPED)
    def test_references_of_more_samples_have_higher_thresholds(
        self, pack: Pack, tmp_path: Path
    ) -> None:
        calibration, _ = load_calibration(pack.name, contract_of(pack), tmp_path)
        target = FalseMatchRate(pack.default_fmr)

        thresholds = [curve.threshold(target) for _, curve in sorted(calibration.curves.items())]

        assert thresholds == sorted(thresholds)

    def test_what_the_operator_measured_goes_before_what_is_shipped(self, tmp_path: Path) -> None:
        contract = contract_of(BUILTIN)
        own = {**STORED, "contract": contract.digest, "fusion": FUSION}
        (tmp_path / f"{contract.digest}.json").write_text(json.dumps(own))

        calibration, fusion = load_calibration("builtin", contract, tmp_path)

        assert calibration.source == "two people and a dog"
        assert fusion is not None

    def test_a_calibration_of_other_models_is_refused(self, tmp_path: Path) -> None:
        other = replace(contract_of(BUILTIN), landmarker="another")

        with pytest.raises(ContractMismatchError, match="mien calibrate"):
            load_calibration("builtin", other, tmp_path)

    def test_one_that_was_renamed_to_fit_is_refused_all_the_same(self, tmp_path: Path) -> None:
        contract = contract_of(BUILTIN)
        (tmp_path / f"{contract.digest}.json").write_text(json.dumps(STORED))

        with pytest.raises(ContractMismatchError, match="0123456789abcdef"):
            load_calibration("builtin", contract, tmp_path)

    def test_models_that_nobody_measured_say_how_to(self, tmp_path: Path) -> None:
        with pytest.raises(ContractMismatchError, match="mien calibrate FOLDER"):
            load_calibration("custom", contract_of(BUILTIN), tmp_path)
