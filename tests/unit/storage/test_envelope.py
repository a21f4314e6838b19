"""Sealing: nothing opens but what was sealed, with its key and for its purpose."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mien.errors import TamperedError
from mien.storage.envelope import KEY_BYTES, context, new_key, seal, unseal

KEYS = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
NAMES = st.lists(TEXT, max_size=3)

KEY = bytes(range(KEY_BYTES))
ABOUT = context("test", "row")
OVERHEAD = 1 + 12 + 16


@given(KEYS, st.binary(max_size=200), NAMES)
def test_what_was_sealed_opens(key: bytes, secret: bytes, names: list[str]) -> None:
    about = context("test", *names)
    sealed = seal(key, secret, about)
    assert unseal(key, sealed, about) == secret
    assert len(sealed) == len(secret) + OVERHEAD


@given(st.binary(max_size=40), st.data())
def test_no_bit_can_be_flipped(secret: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, secret, ABOUT))
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(TamperedError):
        unseal(KEY, bytes(sealed), ABOUT)


def test_not_one_of_all_bits_can_be_flipped() -> None:
    sealed = seal(KEY, b"a template", ABOUT)
    for bit in range(8 * len(sealed)):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(TamperedError):
            unseal(KEY, bytes(flipped), ABOUT)


@given(st.integers(0, OVERHEAD + 9), st.binary(min_size=1, max_size=8))
def test_nothing_can_be_cut_off_or_added(length: int, more: bytes) -> None:
    sealed = seal(KEY, b"a template", ABOUT)
    assert length < len(sealed)
    for changed in (sealed[:length], sealed + more, more + sealed):
        with pytest.raises(TamperedError):
            unseal(KEY, changed, ABOUT)


@given(st.binary(max_size=80))
@example(b"")
@example(b"\x01")
@example(b"\x01" + bytes(12))
def test_nothing_that_was_not_sealed_opens(noise: bytes) -> None:
    with pytest.raises(TamperedError):
        unseal(KEY, noise, ABOUT)


@given(KEYS)
@example(bytes(KEY_BYTES))
def test_another_key_does_not_open_it(other: bytes) -> None:
    if other != KEY:
        with pytest.raises(TamperedError):
            unseal(other, seal(KEY, b"secret", ABOUT), ABOUT)


@given(TEXT, NAMES, TEXT, NAMES)
@example("a", ["b", "c"], "a", ["bc"])
@example("a", [], "a", [""])
@example("ab", [], "a", ["b"])
def test_contexts_are_one_only_where_all_names_are(
    purpose: str, names: list[str], other_purpose: str, other_names: list[str]
) -> None:
    same = (purpose, names) == (other_purpose, other_names)
    about, other = context(purpose, *names), context(other_purpose, *other_names)
    assert (about == other) == same
    if not same:
        with pytest.raises(TamperedError):
            unseal(KEY, seal(KEY, b"secret", about), other)


def test_the_same_secret_never_looks_the_same() -> None:
    assert len({seal(KEY, b"secret", ABOUT) for _ in range(1000)}) == 1000
    assert len({new_key() for _ in range(1000)}) == 1000


def test_a_refusal_tells_no_secret() -> None:
    sealed = seal(KEY, b"the secret itself", ABOUT)
    with pytest.raises(TamperedError) as refused:
        unseal(new_key(), sealed, ABOUT)
    told = f"{refused.value!r} {refused.value.__cause__!r}"
    assert not any(word in told for word in (KEY.hex(), sealed.hex(), "the secret itself"))
