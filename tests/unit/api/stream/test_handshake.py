"""Who opens a stream, and from which page."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from mien.api.stream.handshake import credentials_of, is_from_here, require_client_id
from mien.errors import InvalidRequestError, UnauthorizedError
from mien.settings import Settings

APP = "https://app.example.org"


def headers(*pairs: tuple[str, str]) -> Headers:
    return Headers(raw=[(name.lower().encode(), value.encode()) for name, value in pairs])


def in_protocol(key: str) -> str:
    return "mien.key." + base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("origin", "host", "passes"),
    [
        ("https://mien.example.org", "mien.example.org", True),
        ("http://mien.example.org", "mien.example.org", True),
        ("https://mien.example.org:443", "mien.example.org", True),
        ("https://MIEN.example.org", "mien.example.org", True),
        ("http://localhost:8000", "localhost:8000", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        (APP, "mien.example.org", True),
        ("https://evil.example", "mien.example.org", False),
        ("https://mien.example.org.evil.example", "mien.example.org", False),
        ("http://localhost:9000", "localhost:8000", False),
        ("chrome-extension://mien.example.org", "mien.example.org", False),
        ("https://mien.example.org@evil.example", "mien.example.org", False),
        ("null", "mien.example.org", False),
        ("null", "", False),
        ("", "", False),
        ("https://", "", False),
        ("http://[", "[", False),
        ("http://a:b", "a:b", False),
    ],
)
def test_a_stream_is_opened_by_our_own_page_or_one_that_is_named(
    origin: str, host: str, *, passes: bool
) -> None:
    settings = Settings(cors_origins=(APP,))
    assert is_from_here(headers(("origin", origin), ("host", host)), settings) is passes


def test_programs_send_no_origin_and_nobody_sends_two() -> None:
    settings = Settings(cors_origins=(APP,))
    assert is_from_here(headers(("host", "any")), settings)
    assert not is_from_here(headers(("origin", APP), ("origin", APP)), settings)
    assert is_from_here(headers(("origin", "null")), Settings(cors_origins=("*",)))


def test_a_key_comes_in_a_header_or_as_a_subprotocol() -> None:
    assert credentials_of(headers(("X-API-Key", "k")), []) == "k"
    assert credentials_of(headers(("Authorization", "Bearer k")), []) == "k"
    assert credentials_of(headers(), ["mien.v1", in_protocol("mien_key-1.2")]) == "mien_key-1.2"
    assert credentials_of(headers(), ["mien.v1"]) == ""


@pytest.mark.parametrize(
    ("sent", "protocols"),
    [
        ([("Authorization", "Basic abc")], []),
        ([], ["mien.key.!"]),
        ([], ["mien.key.a"]),
        ([], ["mien.key._w"]),
        ([], [in_protocol("a"), in_protocol("b")]),
    ],
)
def test_what_is_no_key_is_refused_not_ignored(
    sent: list[tuple[str, str]], protocols: list[str]
) -> None:
    with pytest.raises(UnauthorizedError):
        credentials_of(headers(*sent), protocols)


@given(st.text(max_size=80))
def test_any_subprotocol_is_a_key_or_refused(text: str) -> None:
    try:
        credentials_of(headers(), ["mien.key." + text])
    except UnauthorizedError:
        return


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65, "a\nb", "\u00e4"])
def test_a_client_is_named_by_a_plain_word(name: str) -> None:
    require_client_id("kiosk-7.hall_B")
    with pytest.raises(InvalidRequestError):
        require_client_id(name)
