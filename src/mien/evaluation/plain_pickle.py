"""Reads pickles that hold nothing but lists, tuples, bytes, numbers and arrays of bytes or flags.

A pickle is a program: loading one from the net with `pickle.load` runs whatever its author
wanted. Here no name in it reaches a real function. Those few that arrays and Python 2 strings
need are answered by stand-ins that only put bytes together; every other name is refused.
"""

from __future__ import annotations

import io
import pickle
from typing import Final, NoReturn, final

from mien.errors import InvalidRequestError
from mien.inference.importers.stand_in import StandIn


def load_plain(data: bytes) -> object:
    """Return what the pickle holds, arrays and scalars of uint8 and bool as bytes.

    Raises InvalidRequestError for a damaged pickle and for one that asks for anything else.
    """
    try:
        return _PlainUnpickler(io.BytesIO(data), encoding="bytes").load()
    except RefusedNameError as error:
        raise InvalidRequestError(
            f"the file asks for {error}, which no photos need: do not load it with anything else "
            "either, it may run code"
        ) from error
    except Exception as error:
        # Unpicklers raise nearly every built-in exception on damaged files.
        raise InvalidRequestError("the file is no intact pickle") from error


class RefusedNameError(Exception):
    """A pickle asked for a name that it may not have."""


@final
class _ByteType:
    """Stands in for numpy.dtype: uint8 or bool, each one byte."""

    __slots__ = ()

    def __setstate__(self, state: object) -> None:
        """Ignore byte order and flags, which single bytes have none of."""


@final
class _ByteArray:
    """Stands in for numpy.ndarray, whose content arrives after its making."""

    __slots__ = ("content",)

    def __init__(self) -> None:
        self.content: bytes = b""

    def __setstate__(self, state: object) -> None:
        """Take the bytes of (version, shape, dtype, is_fortran, bytes)."""
        match state:
            case (int(), tuple(), _ByteType(), _, bytes(content)):
                self.content = content
            case _:
                raise pickle.UnpicklingError("an array must be of bytes")


def content_of(value: object) -> bytes | None:
    """Return the bytes that a value of a plain pickle stands for, None for other values."""
    match value:
        case bytes():
            return value
        case bytearray() | memoryview():
            return bytes(value)
        case _ByteArray():
            return value.content
        case _:
            return None


def _make_type(code: object, *_flags: object) -> _ByteType:
    if code not in {"u1", "b1", "|u1", "|b1", b"u1", b"b1", b"|u1", b"|b1"}:
        raise pickle.UnpicklingError("arrays must be of uint8 or bool")
    return _ByteType()


def _make_array(*_arguments: object) -> _ByteArray:
    return _ByteArray()


def _make_array_from(buffer: object, kind: object, *_layout: object) -> bytes:
    """Answer for numpy's _frombuffer, which protocol 5 uses."""
    content = content_of(buffer)
    if content is None or not isinstance(kind, _ByteType):
        raise pickle.UnpicklingError("an array must be of bytes")
    return content


def _make_scalar(kind: object, content: object = b"") -> bool:
    if not isinstance(kind, _ByteType) or not isinstance(content, bytes) or len(content) != 1:
        raise pickle.UnpicklingError("a scalar must be of one byte")
    return content != b"\0"


def _encode(text: object, encoding: object) -> bytes:
    """Answer for _codecs.encode, by which Python 3 writes bytes for Python 2."""
    if not isinstance(text, str) or encoding not in {"latin1", b"latin1"}:
        raise pickle.UnpicklingError("bytes must be written as latin1")
    return text.encode("latin1")


_NAMES: Final = {
    ("_codecs", "encode"): _encode,
    ("numpy", "dtype"): _make_type,
    ("numpy", "ndarray"): _make_array,
    **{
        (f"numpy.{core}.{module}", name): call
        for core in ("core", "_core")
        for module, name, call in (
            ("multiarray", "_reconstruct", _make_array),
            ("multiarray", "scalar", _make_scalar),
            ("numeric", "_frombuffer", _make_array_from),
        )
    },
}


@final
class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> StandIn:
        """Answer the names that arrays and byte strings need, refuse every other."""
        call = _NAMES.get((module, name))
        if call is None:
            raise RefusedNameError(f"{module}.{name}")
        return StandIn(call)

    def persistent_load(self, _pid: object) -> NoReturn:
        """Refuse references to what lies outside of the file."""
        raise pickle.UnpicklingError("nothing outside of the file may be referred to")
