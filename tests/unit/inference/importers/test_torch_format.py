from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.errors import WeightsCorruptError
from mien.inference.importers.torch_format import Array, read_state
from tests.torch_files import legacy_file, state_pickle, tensor_opcodes, zip_file

TENSORS: dict[str, Array] = {
    "conv.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2),
    "conv.bias": np.array([0.5, -0.5], np.float32),
    "half": np.array([[1.5, 2.5]], np.float16),
    "batches": np.array(7, np.int64),
}
WRITERS: list[Callable[[Mapping[str, Array]], bytes]] = [legacy_file, zip_file]

each_format = pytest.mark.parametrize("write", WRITERS)


class Malicious:
    """What an attacker would put in: a call of any function."""

    def __init__(self, call: Callable[..., object], *arguments: object) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call, self.arguments


def archived(pickled: bytes, content: bytes = b"") -> bytes:
    """Put any pickle into the place of a state's."""
    good = zip_file({"x": np.zeros(len(content) // 4, np.float32)})
    return _replaced(good, {"weights/data.pkl": pickled, "weights/data/0": content})


def _replaced(data: bytes, files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, files.get(name, old.read(name)))
    return buffer.getvalue()


@each_format
def test_tensors_come_back_by_name(write: Callable[[Mapping[str, Array]], bytes]) -> None:
    state = read_state(write(TENSORS))

    assert list(state) == list(TENSORS)
    for name, tensor in TENSORS.items():
        assert state[name].dtype == tensor.dtype
        np.testing.assert_array_equal(state[name], tensor)


def test_a_transposed_tensor_is_read_through_its_strides() -> None:
    stored = np.arange(6, dtype=np.float32)
    opcodes = tensor_opcodes("0", stored, size=(3, 2), stride=(1, 3))

    state = read_state(archived(one_tensor(opcodes), stored.tobytes()))

    np.testing.assert_array_equal(state["x"], stored.reshape(2, 3).T)


def one_tensor(opcodes: bytes) -> bytes:
    return b"\x80\x02}X\x01\x00\x00\x00x" + opcodes + b"s."


@pytest.mark.parametrize(
    ("size", "stride"),
    [
        ((7,), (1,)),
        ((2, 3), (4, 1)),
        ((1000, 1000), (0, 0)),
        ((2,), (-1,)),
        ((-2,), (1,)),
        ((2,), ()),
    ],
)
def test_a_tensor_that_exceeds_its_storage_is_refused(
    size: tuple[int, ...], stride: tuple[int, ...]
) -> None:
    stored = np.arange(6, dtype=np.float32)
    opcodes = tensor_opcodes("0", stored, size=size, stride=stride)

    with pytest.raises(WeightsCorruptError):
        read_state(archived(one_tensor(opcodes), stored.tobytes()))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_code_is_run(tmp_path: Path, protocol: int) -> None:
    trace = tmp_path / "trace"
    attack = pickle.dumps({"x": Malicious(Path.touch, trace)}, protocol)
    legacy = legacy_file({})
    start = legacy.index(state_pickle({}, view_metadata=b"N"))

    for data in (archived(attack), attack, legacy[:start] + attack + legacy[start:]):
        with pytest.raises(WeightsCorruptError):
            read_state(data)

    assert not trace.exists()


@pytest.mark.parametrize(
    "pickled",
    [
        b"cbuiltins\neval\n.",
        b"ctorch._utils\n_rebuild_parameter\n.",
        b"ctorch\nload\n.",
        b"ccollections\nOrderedDict\n}b.",  # a state for the name itself
        b"ctorch\nFloatStorage\n.",
        b"\x80\x02](K\x01e.",  # a list
        b"\x80\x02}K\x01K\x02s.",  # neither a name nor a tensor
        b"\x80\x02}X\x01\x00\x00\x00xK\x01s.",  # a name, but no tensor
        b"\x80\x02X\x03\x00\x00\x00abcQ.",  # a reference to something else
    ],
)
def test_anything_but_named_tensors_is_refused(pickled: bytes) -> None:
    with pytest.raises(WeightsCorruptError):
        read_state(archived(pickled))


def test_compressed_archives_are_refused() -> None:
    with pytest.raises(WeightsCorruptError, match="compresses"):
        read_state(zip_file(TENSORS, compression=zipfile.ZIP_DEFLATED))


def test_big_endian_files_are_refused() -> None:
    legacy = legacy_file(TENSORS).replace(b"little_endianq\x02\x88", b"little_endianq\x02\x89")
    for data in (legacy, _replaced(zip_file(TENSORS), {"weights/byteorder": b"big"})):
        with pytest.raises(WeightsCorruptError, match="big-endian"):
            read_state(data)


@each_format
def test_a_file_that_is_cut_off_anywhere_is_refused(
    write: Callable[[Mapping[str, Array]], bytes],
) -> None:
    data = write(TENSORS)
    for length in range(len(data)):
        with pytest.raises(WeightsCorruptError):
            read_state(data[:length])


@each_format
@settings(max_examples=300)
@given(position=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_damaged_file_never_raises_anything_else(
    write: Callable[[Mapping[str, Array]], bytes], position: int, value: int
) -> None:
    data = bytearray(write(TENSORS))
    data[position % len(data)] = value
    with suppress(WeightsCorruptError):
        read_state(bytes(data))


@given(st.binary(max_size=200))
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(WeightsCorruptError):
        read_state(data)
