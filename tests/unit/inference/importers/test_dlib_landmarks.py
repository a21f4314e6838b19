from __future__ import annotations

import numpy as np
import pytest

from mien.errors import WeightsCorruptError
from mien.inference.importers.dlib_landmarks import five_landmarks

SPLITS, LEAVES, LANDMARKS = 3, 4, 2


def integer(value: int) -> bytes:
    magnitude = abs(value).to_bytes((abs(value).bit_length() + 7) // 8, "little")
    return bytes([len(magnitude) | (0x80 if value < 0 else 0)]) + magnitude


def real(quarters: int) -> bytes:
    """Write a quarter of *quarters*: a mantissa and the exponent of two."""
    return integer(quarters) + integer(-2)


def column(quarters: list[int]) -> bytes:
    return integer(-len(quarters)) + integer(-1) + b"".join(map(real, quarters))


def tree(threshold: int) -> bytes:
    splits = [integer(left) + integer(left + 1) + real(threshold) for left in range(SPLITS)]
    leaves = [column([leaf] * 2 * LANDMARKS) for leaf in range(LEAVES)]
    return b"".join([integer(SPLITS), *splits, integer(LEAVES), *leaves])


def predictor(*, version: int = 1, cascades: int = 2, sampled: int = 2) -> bytes:
    """Write a shape predictor of *cascades* of two trees, sampled at five pixels each."""
    forest = integer(2) + tree(1) + tree(-6)
    anchors = integer(5) + b"".join(integer(n % LANDMARKS) for n in range(5))
    deltas = integer(5) + b"".join(real(n) + real(-n) for n in range(5))
    return b"".join(
        [
            integer(version),
            column([0, 1, 2, 3]),
            integer(cascades) + forest * cascades,
            integer(sampled) + anchors * sampled,
            integer(sampled) + deltas * sampled,
        ]
    )


def test_every_part_of_a_shape_predictor_is_read_in_its_order() -> None:
    read = five_landmarks(predictor())

    assert read["initial_shape"].tolist() == [[0, 0.25], [0.5, 0.75]]
    assert read["anchors"].tolist() == [[0, 1, 0, 1, 0]] * 2
    assert read["deltas"].shape == (2, 5, 2)
    assert read["deltas"][1, 3].tolist() == [0.75, -0.75]
    assert read["left"].tolist() == [[[0, 1, 2]] * 2] * 2
    assert read["right"].tolist() == [[[1, 2, 3]] * 2] * 2
    assert read["thresholds"][0].tolist() == [[0.25] * 3, [-1.5] * 3]
    assert read["leaves"].shape == (2, 2, LEAVES, 2 * LANDMARKS)
    assert read["leaves"][1, 1, 3].tolist() == [0.75] * 4


def test_another_version_is_refused() -> None:
    with pytest.raises(WeightsCorruptError, match="version: expected 1, found 2"):
        five_landmarks(predictor(version=2))


def test_cascades_without_their_samples_are_refused() -> None:
    with pytest.raises(WeightsCorruptError, match="do not match"):
        five_landmarks(predictor(cascades=2, sampled=1))


def test_a_predictor_that_ends_too_early_is_refused() -> None:
    whole = predictor()

    for end in range(len(whole)):
        with pytest.raises(WeightsCorruptError):
            five_landmarks(whole[:end])


def test_numbers_are_float32_so_that_trees_compare_as_dlib_does() -> None:
    read = five_landmarks(predictor())

    for name in ("initial_shape", "deltas", "thresholds", "leaves"):
        assert read[name].dtype == np.float32
