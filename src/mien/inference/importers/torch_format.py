"""Reads PyTorch's state dictionaries without PyTorch, and without running what is in them.

A pickle is a program. This one may say dictionary, tensor and the names of storages, nothing
else: every other name is refused before anything is called.

Formats: before PyTorch 1.6 a row of pickles with the storages' bytes behind them; since then a
zip archive with one pickle and a file per storage.
"""

from __future__ import annotations

import io
import math
import pickle
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
import numpy.typing as npt

from mien.errors import WeightsCorruptError
from mien.inference.importers.stand_in import StandIn

Array = npt.NDArray[np.generic]

_ZIP_START: Final = b"PK\x03\x04"
_LEGACY_START: Final = (0x1950A86A20F9469CFC6C, 1001)
_ELEMENTS: Final = {
    "HalfStorage": "<f2",
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "ByteStorage": "u1",
    "CharStorage": "i1",
    "ShortStorage": "<i2",
    "IntStorage": "<i4",
    "LongStorage": "<i8",
}
"""NumPy's types of the storages' elements."""


def read_state(data: bytes) -> dict[str, Array]:
    """Return the tensors by name; raise WeightsCorruptError for anything else."""
    try:
        state, storages = (_read_zip if data.startswith(_ZIP_START) else _read_legacy)(data)
        return dict(_named_array(name, tensor, storages) for name, tensor in state.items())
    except Exception as error:
        # Unpicklers and archives raise nearly every built-in exception on damaged files.
        raise WeightsCorruptError(f"this is no PyTorch state dictionary: {error}") from error


@final
class _Entries(dict[object, object]):
    """Stands in for OrderedDict; the version numbers that PyTorch attaches are dropped."""

    __slots__ = ()

    def __setstate__(self, state: object) -> None:
        """Ignore the metadata."""


@final
@dataclass(frozen=True, slots=True)
class _Storage:
    """Which bytes a tensor lies in: their key, their element type, how many elements."""

    key: str
    elements: str
    count: int


@final
@dataclass(frozen=True, slots=True)
class _Tensor:
    """A view of a storage, all in elements."""

    storage: _Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]


_Storages = Mapping[str, bytes]


def _rebuild_tensor(
    storage: object, offset: object, size: object, stride: object, *_gradient: object
) -> _Tensor:
    """Answer for torch._utils._rebuild_tensor_v2."""
    match storage, offset, size, stride:
        case _Storage(), int(), tuple(), tuple() if len(size) == len(stride):
            return _Tensor(storage, offset, _natural_numbers(size), _natural_numbers(stride))
        case _:
            raise pickle.UnpicklingError("a tensor must be a view of a storage")


def _natural_numbers(values: tuple[object, ...]) -> tuple[int, ...]:
    numbers = tuple(value for value in values if isinstance(value, int) and value >= 0)
    if len(numbers) != len(values):
        raise pickle.UnpicklingError("sizes and strides must be natural numbers")
    return numbers


@final
class _StateUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> StandIn | str:
        """Answer the names that state dictionaries need, refuse every other."""
        if (module, name) == ("collections", "OrderedDict"):
            return StandIn(_Entries)
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return StandIn(_rebuild_tensor)
        if module in {"torch", "torch.cuda"} and name in _ELEMENTS:
            return _ELEMENTS[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which may run code")

    def persistent_load(self, reference: object) -> _Storage:
        """Note which storage is meant; where it once lay (CPU, GPU) does not matter."""
        match reference:
            # Legacy files have a sixth entry for storages that are part of another one.
            case ("storage", str(elements), str(key), _, int(count), *views) if (
                views in ([], [None]) and elements in _ELEMENTS.values() and count >= 0
            ):
                return _Storage(key, elements, count)
            case _:
                raise pickle.UnpicklingError("a reference must be to a storage")


def _read_legacy(data: bytes) -> tuple[_Entries, _Storages]:
    """Read magic number, version, machine, state, the storages' keys, then their bytes."""
    stream = io.BytesIO(data)

    def load() -> object:
        return _StateUnpickler(stream).load()

    if (load(), load()) != _LEGACY_START:
        raise pickle.UnpicklingError("the first bytes are another format's")
    machine, state, keys = load(), load(), load()
    if not isinstance(machine, dict) or machine.get("little_endian") is not True:
        raise pickle.UnpicklingError("it was written on a big-endian machine")
    if not isinstance(keys, list):
        raise pickle.UnpicklingError("the storages are not listed")
    entries = _checked_entries(state)
    element_bytes = {
        tensor.storage.key: np.dtype(tensor.storage.elements).itemsize
        for tensor in entries.values()
        if isinstance(tensor, _Tensor)
    }
    storages = {}
    for key in keys:
        (count,) = struct.unpack("<q", stream.read(8))
        size = count * element_bytes[key]
        if not 0 <= size <= len(data) - stream.tell():
            raise EOFError("it is cut off")
        storages[key] = stream.read(size)
    return entries, storages


def _read_zip(data: bytes) -> tuple[_Entries, _Storages]:
    """Read ``<any name>/data.pkl`` and ``<the same name>/data/<key>``, stored uncompressed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
            raise zipfile.BadZipFile("PyTorch compresses nothing")
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    if files.get("byteorder", b"little") != b"little":
        raise pickle.UnpicklingError("it was written on a big-endian machine")
    state = _StateUnpickler(io.BytesIO(files["data.pkl"])).load()
    storages = {
        name.removeprefix("data/"): content
        for name, content in files.items()
        if name.startswith("data/")
    }
    return _checked_entries(state), storages


def _checked_entries(state: object) -> _Entries:
    if isinstance(state, dict):
        return _Entries(state)
    raise pickle.UnpicklingError("it holds no dictionary")


def _named_array(name: object, tensor: object, storages: _Storages) -> tuple[str, Array]:
    """Copy a tensor out of its storage, which it must not exceed."""
    if not isinstance(name, str) or not isinstance(tensor, _Tensor):
        raise pickle.UnpicklingError("it holds something else than tensors")
    storage = np.frombuffer(storages[tensor.storage.key], np.dtype(tensor.storage.elements))
    last = tensor.offset + sum(
        (size - 1) * stride for size, stride in zip(tensor.size, tensor.stride, strict=True)
    )
    fits = 0 <= tensor.offset <= last < len(storage) == tensor.storage.count
    # A stride of zero would make much out of little.
    if math.prod(tensor.size) > 0 and not (fits and math.prod(tensor.size) <= len(storage)):
        raise pickle.UnpicklingError(f"{name} exceeds its storage")
    if math.prod(tensor.size) == 0:
        return name, np.zeros(tensor.size, storage.dtype)
    view = np.lib.stride_tricks.as_strided(
        storage[tensor.offset :],
        tensor.size,
        tuple(stride * storage.itemsize for stride in tensor.stride),
    )
    return name, view.copy()
