from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.errors import WeightsCorruptError
from mien.inference.importers.dlib_format import DlibReader


def integer(value: int) -> bytes:
    """Write an integer as dlib does: length and sign, then the magnitude."""
    magnitude = abs(value).to_bytes((abs(value).bit_length() + 7) // 8, "little")
    return bytes([len(magnitude) | (0x80 if value < 0 else 0)]) + magnitude


def tensor(values: np.ndarray[tuple[int, int, int, int], np.dtype[np.float32]]) -> bytes:
    return b"".join([integer(2), *map(integer, values.shape), values.astype("<f4").tobytes()])


integers = st.integers(-(2**63), 2**63)


@given(st.lists(integers, max_size=5))
def test_integers_of_any_length_and_sign_are_read(values: list[int]) -> None:
    reader = DlibReader(b"".join(map(integer, values)) + b"rest")

    assert reader.integers(len(values)) == values


@given(st.integers(-(2**24), 2**24), st.integers(-60, 60))
def test_a_real_is_a_mantissa_and_a_power_of_two(mantissa: int, exponent: int) -> None:
    reader = DlibReader(integer(mantissa) + integer(exponent))

    assert reader.real() == mantissa * 2.0**exponent


@given(st.tuples(*[st.integers(1, 4)] * 4), st.integers(0, 99))
def test_a_tensor_keeps_its_shape_and_its_bits(shape: tuple[int, ...], seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    data = tensor(values)
    reader = DlibReader(data)

    np.testing.assert_array_equal(reader.tensor(), values)
    assert reader.offset == len(data)


def test_a_column_is_read_and_a_matrix_is_refused() -> None:
    # dlib marks a matrix of floats by negative dimensions.
    column = DlibReader(integer(-2) + integer(-1) + (integer(3) + integer(-1)) * 2)
    matrix = DlibReader(integer(-2) + integer(-2) + bytes(8))

    assert column.matrix_column().tolist() == [1.5, 1.5]
    with pytest.raises(WeightsCorruptError, match="2x2"):
        matrix.matrix_column()


def test_a_layer_is_found_by_its_tag() -> None:
    data = b"before" + b"\x01\x05con_4" + integer(42) + b"\x01\x05con_4" + integer(43)

    first = DlibReader.after(data, "con_4")
    assert first is not None
    assert first.integer() == 42
    second = DlibReader.after(data, "con_4", start=first.offset)
    assert second is not None
    assert second.integer() == 43
    assert DlibReader.after(data, "con_4", start=second.offset) is None


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(WeightsCorruptError, match="tensor version: expected 2, found 3"):
        DlibReader(integer(3)).tensor()


@given(st.data())
def test_a_file_that_ends_too_early_is_refused(data: st.DataObject) -> None:
    whole = tensor(np.ones((1, 2, 2, 2), np.float32))
    end = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(WeightsCorruptError, match="the file ends"):
        DlibReader(whole[:end]).tensor()


@given(st.binary(max_size=60))
def test_random_bytes_are_read_or_refused(noise: bytes) -> None:
    for read in (DlibReader.integer, DlibReader.tensor):
        try:
            read(DlibReader(noise))
        except WeightsCorruptError:
            continue


def test_the_layout_is_the_documented_one() -> None:
    assert integer(300) == b"\x02\x2c\x01"
    assert integer(-1) == b"\x81\x01"
    assert DlibReader(b"\x02\x2c\x01\x81\x01").integers(2) == [300, -1]
    assert tensor(np.ones((1, 1, 1, 1), np.float32)).endswith(struct.pack("<f", 1.0))
