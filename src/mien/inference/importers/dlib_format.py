"""Reads dlib's serialization: just enough of it for the three CC0 files of the built-in pack.

Source: dlib 19.x/20.x ``serialize.h``, ``tensor.h``, ``shape_predictor.h``.
"""

from __future__ import annotations

from typing import Final, Self

import numpy as np
import numpy.typing as npt

from mien.errors import WeightsCorruptError

Float32Array = npt.NDArray[np.float32]

_LENGTH_MASK: Final = 0x0F
_NEGATIVE: Final = 0x80
_TENSOR_VERSION: Final = 2


class DlibReader:
    """A cursor over the bytes of a dlib file.

    Every read moves the cursor; reading past the end or an unknown version raises
    `WeightsCorruptError`, because such a file is not the one this importer knows.
    """

    def __init__(self, data: bytes, offset: int = 0) -> None:
        """Start reading at *offset*."""
        self._data = data
        self._offset = offset

    @classmethod
    def after(cls, data: bytes, tag: str, *, start: int = 0) -> Self | None:
        """Return a reader placed behind the next layer tag *tag*, or None when there is none."""
        encoded = bytes((1, len(tag))) + tag.encode()
        found = data.find(encoded, start)
        return None if found < 0 else cls(data, found + len(encoded))

    @property
    def offset(self) -> int:
        """Position of the next byte to be read."""
        return self._offset

    def integer(self) -> int:
        """Read one integer: a control byte (length and sign), then little-endian magnitude."""
        # Half a million of these are read at first start, so no helper is called.
        offset = self._offset
        if offset >= len(self._data):
            raise self._ended(offset + 1)
        control = self._data[offset]
        end = offset + 1 + (control & _LENGTH_MASK)
        if end > len(self._data):
            raise self._ended(end)
        magnitude = int.from_bytes(self._data[offset + 1 : end], "little")
        self._offset = end
        return -magnitude if control & _NEGATIVE else magnitude

    def integers(self, count: int) -> list[int]:
        """Read *count* integers in a row."""
        return [self.integer() for _ in range(count)]

    def real(self) -> float:
        """Read one portable float: mantissa * 2**exponent, both integers."""
        mantissa = self.integer()
        return float(mantissa) * 2.0 ** self.integer()

    def reals(self, count: int) -> Float32Array:
        """Read *count* portable floats into a float32 vector."""
        return np.array([self.real() for _ in range(count)], dtype=np.float32)

    def tensor(self) -> Float32Array:
        """Read a tensor as float32 of shape [num_samples, k, nr, nc]."""
        self.expect(_TENSOR_VERSION, "tensor version")
        shape = self.integers(4)
        size = int(np.prod(shape))
        return np.frombuffer(self._take(4 * size), dtype="<f4").reshape(shape)

    def matrix_column(self) -> Float32Array:
        """Read a column vector (a dlib ``matrix<float,0,1>``), float32 of shape [rows]."""
        rows, columns = -self.integer(), -self.integer()
        if columns != 1:
            raise WeightsCorruptError(f"expected a column vector, found {rows}x{columns}")
        return self.reals(rows)

    def expect(self, value: int, what: str) -> None:
        """Read one integer and insist on its value."""
        found = self.integer()
        if found != value:
            raise WeightsCorruptError(f"{what}: expected {value}, found {found}")

    def _take(self, count: int) -> bytes:
        end = self._offset + count
        if end > len(self._data):
            raise self._ended(end)
        chunk = self._data[self._offset : end]
        self._offset = end
        return chunk

    def _ended(self, expected: int) -> WeightsCorruptError:
        return WeightsCorruptError(
            f"the file ends at byte {len(self._data)}, byte {expected} was expected"
        )
