from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.errors import InvalidRequestError
from mien.evaluation.plain_pickle import content_of, load_plain

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.binary(),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple),
)


class Malicious:
    """What an attacker would put in: a call of any function."""

    def __init__(self, call: Callable[..., object], *arguments: object) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call, self.arguments


@given(PLAIN, st.sampled_from(PROTOCOLS))
def test_plain_values_come_back(value: object, protocol: int) -> None:
    if protocol > 2:  # older ones write bytes by way of text
        assert load_plain(pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_bytes_and_arrays_of_bytes_come_back_from_every_protocol(protocol: int) -> None:
    photo = b"\xff\xd8photo"
    array = np.frombuffer(photo, dtype=np.uint8)
    held = load_plain(pickle.dumps([photo, array, array.reshape(-1, 1)], protocol))
    assert isinstance(held, list)
    assert [content_of(value) for value in held] == [photo] * 3


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_flags_come_back_from_every_protocol(protocol: int) -> None:
    flags = np.array([True, False])
    held = load_plain(pickle.dumps([flags, flags[0], flags[1]], protocol))
    assert isinstance(held, list)
    assert content_of(held[0]) == b"\1\0"
    assert held[1:] == [True, False]


def test_a_file_written_by_python_2_is_read() -> None:
    # As `pickle.dump(([b"ab"], [True]), file, 2)` and an old numpy write it.
    strings = b"\x80\x02]U\x02aba]\x88a\x86."
    assert load_plain(strings) == ([b"ab"], [True])
    array = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        b"(K\x01K\x03\x85cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xff"
        b"J\xff\xff\xff\xffK\x00tb\x89U\x03xyztb."
    )
    assert content_of(load_plain(array)) == b"xyz"


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("call", "name"),
    [(os.system, "system"), (eval, "eval"), (getattr, "getattr"), (np.load, "load")],
)
def test_no_other_name_is_ever_called(
    tmp_path: Path, call: Callable[..., object], name: str, protocol: int
) -> None:
    trace = tmp_path / "ran"
    data = pickle.dumps(Malicious(call, f"touch {trace}"), protocol)
    with pytest.raises(InvalidRequestError, match=name):
        load_plain(data)
    assert not trace.exists()


def test_arrays_of_objects_are_refused() -> None:
    with pytest.raises(InvalidRequestError, match="no intact pickle"):
        load_plain(pickle.dumps(np.array([Malicious], dtype=object)))


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.complex64])
def test_arrays_of_wider_numbers_are_refused(dtype: type[np.generic]) -> None:
    with pytest.raises(InvalidRequestError, match="no intact pickle"):
        load_plain(pickle.dumps(np.zeros(3, dtype)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no pickle",
        pickle.dumps([b"photo"])[:-3],
        b"cnumpy\nndarray\n(S'x'\nI1\ndb.",  # a name that is given a state
        b"cnumpy\ndtype\n(tR.",  # dtype() of nothing
        b"Pid\n.",  # a reference to something outside
        b"c_codecs\nencode\n(X\x01\x00\x00\x00aX\x05\x00\x00\x00utf-8tR.",
        b"cnumpy.core.multiarray\nscalar\n(I1\nI1\ntR.",
    ],
)
def test_damaged_and_odd_pickles_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidRequestError):
        load_plain(data)


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(InvalidRequestError):
        load_plain(data)
