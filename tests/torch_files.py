"""Writes state dictionaries as PyTorch does, byte by byte, without PyTorch."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]

_STORAGES = {"float32": "FloatStorage", "int64": "LongStorage", "float16": "HalfStorage"}
_LEGACY_HEAD = (
    0x1950A86A20F9469CFC6C,
    1001,
    {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2}},
)


def legacy_file(tensors: Mapping[str, Array]) -> bytes:
    """Return the file that PyTorch wrote before version 1.6."""
    head = b"".join(pickle.dumps(part, 2) for part in _LEGACY_HEAD)
    keys = [str(number) for number in range(len(tensors))]
    contents = (struct.pack("<q", array.size) + array.tobytes() for array in tensors.values())
    pickled = state_pickle(tensors, view_metadata=b"N")
    return b"".join([head, pickled, pickle.dumps(keys, 2), *contents])


def zip_file(tensors: Mapping[str, Array], *, compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return the file that PyTorch writes since version 1.6."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("weights/data.pkl", state_pickle(tensors))
        archive.writestr("weights/byteorder", "little")
        for number, array in enumerate(tensors.values()):
            archive.writestr(f"weights/data/{number}", array.tobytes())
        archive.writestr("weights/version", "3\n")
    return buffer.getvalue()


def state_pickle(tensors: Mapping[str, Array], view_metadata: bytes = b"") -> bytes:
    """Return the pickle of an OrderedDict of tensors, each in a storage of its own number."""
    entries = b"".join(
        _text(name) + tensor_opcodes(str(number), array, view_metadata)
        for number, (name, array) in enumerate(tensors.items())
    )
    # What torch.nn.Module.state_dict attaches to its dictionary.
    metadata = b"}" + _text("_metadata") + b"}s"
    return b"\x80\x02" + _empty_dictionary() + b"(" + entries + b"u" + metadata + b"b."


def tensor_opcodes(
    key: str,
    array: Array,
    view_metadata: bytes = b"",
    *,
    size: tuple[int, ...] | None = None,
    stride: tuple[int, ...] | None = None,
) -> bytes:
    """Return the opcodes of a tensor; *size* and *stride*, in elements, may lie about the array."""
    own_stride = tuple(step // array.itemsize for step in array.strides)
    storage = b"(" + _text("storage") + _name("torch", _STORAGES[array.dtype.name])
    storage += _text(key) + _text("cpu") + _integer(array.size) + view_metadata + b"tQ"
    shape = _tuple(array.shape if size is None else size)
    steps = _tuple(own_stride if stride is None else stride)
    call = _name("torch._utils", "_rebuild_tensor_v2")
    return (
        call + b"(" + storage + _integer(0) + shape + steps + b"\x89" + _empty_dictionary() + b"tR"
    )


def _empty_dictionary() -> bytes:
    return _name("collections", "OrderedDict") + b")R"


def _name(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode("ascii")


def _text(value: str) -> bytes:
    encoded = value.encode("utf-8")
    return b"X" + struct.pack("<I", len(encoded)) + encoded


def _integer(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def _tuple(values: tuple[int, ...]) -> bytes:
    return b"(" + b"".join(_integer(value) for value in values) + b"t"
