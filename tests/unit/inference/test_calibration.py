from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.policy import DEFAULT_TARGET_FMR
from mien.core.scoring import Calibration, Curve
from mien.errors import ContractMismatchError, InvalidRequestError
from mien.inference.calibration import load_builtin_calibration, parse_calibration
from mien.inference.pipeline import CONTRACT

STORED = {
    "contract": "0123456789abcdef",
    "source": "two people and a dog",
    "curves": {
        "1": {
            "similarities": [0.8, 0.9],
            "false_match_rates": [0.1, 0.001],
            "false_non_match_rates": [0.0, 0.05],
            "impostor_comparisons": 1000,
            "genuine_comparisons": 10,
        }
    },
}

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
        curves={1: Curve((0.8, 0.9), (0.1, 0.001), (0.0, 0.05), 1000, 10)},
    )


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "{}", "contract", '{"curves": {}}'])
def test_what_is_no_calibration_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="not a calibration"):
        parse_calibration(text)


@given(anything, st.sampled_from([("curves",), ("curves", "1"), ("curves", "1", "similarities")]))
def test_a_calibration_with_a_part_of_another_kind_is_read_or_refused(
    other: Json, place: tuple[str, ...]
) -> None:
    damaged = copy.deepcopy(STORED)
    part: dict[str, Json] = damaged  # type: ignore[assignment] # every inner value here is a dict
    for key in place[:-1]:
        part = part[key]  # type: ignore[assignment]
    part[place[-1]] = other

    try:
        read = parse_calibration(json.dumps(damaged))
    except InvalidRequestError:
        return
    assert isinstance(read, Calibration)


def test_the_built_in_calibration_is_of_the_built_in_models() -> None:
    calibration = load_builtin_calibration(CONTRACT)

    assert calibration.contract == CONTRACT.digest
    calibration.require(DEFAULT_TARGET_FMR)


def test_the_built_in_curves_are_monotone() -> None:
    for curve in load_builtin_calibration(CONTRACT).curves.values():
        assert list(curve.similarities) == sorted(set(curve.similarities))
        assert list(curve.false_match_rates) == sorted(set(curve.false_match_rates), reverse=True)
        assert list(curve.false_non_match_rates) == sorted(curve.false_non_match_rates)


def test_references_of_more_samples_have_higher_thresholds() -> None:
    curves = load_builtin_calibration(CONTRACT).curves

    thresholds = [curves[count].threshold(DEFAULT_TARGET_FMR) for count in sorted(curves)]

    assert thresholds == sorted(thresholds)


def test_a_calibration_of_other_models_is_refused() -> None:
    with pytest.raises(ContractMismatchError, match="mien evaluate"):
        load_builtin_calibration(replace(CONTRACT, embedder="another"))
