from __future__ import annotations

import unicodedata

import argon2
import pytest
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.access.passwords import MAX_BYTES, Argon2Passwords
from mien.core.operator import OperatorName
from mien.errors import InvalidRequestError

GOOD = "lantern quiet orbit seven"
ADA = OperatorName("ada")
cheap = Argon2Passwords(CHEAPEST)


@settings(max_examples=50)
@given(password=st.text(max_size=80), other=st.text(max_size=80))
def test_a_password_fits_its_own_hash_and_another_one_does_not(password: str, other: str) -> None:
    stored = cheap.hash(password)
    assert cheap.verify(password, stored)
    same = unicodedata.normalize("NFC", password) == unicodedata.normalize("NFC", other)
    assert cheap.verify(other, stored) == same


def test_a_composed_and_a_decomposed_letter_are_the_same_password() -> None:
    assert cheap.verify("caf\N{LATIN SMALL LETTER E WITH ACUTE}", cheap.hash("cafe\u0301"))


def test_two_hashes_of_a_password_differ() -> None:
    assert cheap.hash(GOOD) != cheap.hash(GOOD)


def test_hashes_are_argon2id_at_the_cost_that_rfc_9106_recommends() -> None:
    stored = Argon2Passwords().hash(GOOD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert argon2.extract_parameters(stored) == RFC_9106_LOW_MEMORY
    assert not Argon2Passwords().needs_rehash(stored)


def test_a_hash_of_another_cost_needs_to_be_made_anew() -> None:
    assert Argon2Passwords().needs_rehash(cheap.hash(GOOD))


def test_nobodys_password_is_hashed_too_and_never_right(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords, asked = Argon2Passwords(CHEAPEST), list[str]()
    verify = passwords._hasher.verify

    def watched(stored: str, password: str) -> bool:
        asked.append(stored)
        return verify(stored, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", lambda _self, *given: watched(*given))
    assert not passwords.verify(GOOD, None)
    # It was compared with a hash of the usual cost, not merely refused.
    assert [argon2.extract_parameters(stored) for stored in asked] == [CHEAPEST]


@pytest.mark.parametrize("damaged", ["", "plain", "$argon2id$v=19$m=8,t=1,p=1$bad", "$2b$12$x"])
def test_a_damaged_hash_fits_no_password(damaged: str) -> None:
    assert not cheap.verify(GOOD, damaged)


def test_an_endless_password_is_refused_before_it_is_hashed() -> None:
    assert not cheap.verify("x" * (MAX_BYTES + 1), cheap.hash("x" * (MAX_BYTES + 1)))


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "fifteen letters",
        "a" + "bcdefghijklmno pqr" * 3,
        "\N{SNOWMAN}\N{COMET}\N{UMBRELLA}\N{BLACK STAR}\N{BLACK TELEPHONE}" * 3,
        "z7 " * 20 + "lantern",  # 64 characters and more
    ],
)
def test_long_passwords_of_any_characters_are_accepted(password: str) -> None:
    cheap.require_strong(password, ADA)


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "\N{SNOWMAN}" * 5,  # characters count, not bytes
        "x9" * 600,
        "aaaaaaaaaaaaaaaaaaaa",
        "123412341234123412341234",
        "passwordpassword",
        "Password1234567890!",
        "correct horse battery staple",
        "adaadaadaada1234",
        "Ada password ada",
        "qwertyuiopasdfghjkl",
    ],
)
def test_short_and_common_passwords_and_the_operators_name_are_refused(password: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        cheap.require_strong(password, ADA)
    assert password not in str(refused.value)


@given(st.text())
def test_any_text_is_judged(password: str) -> None:
    try:
        cheap.require_strong(password, ADA)
    except InvalidRequestError:
        return
    assert len(password) >= 8


def test_a_lone_surrogate_is_no_crash() -> None:
    assert not cheap.verify("\ud800", None)
