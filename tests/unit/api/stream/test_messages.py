"""Whatever a client sends is a message, or is refused in one way."""

from __future__ import annotations

import base64
import json
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mien.api.stream.messages import Bye, Hello, Shown, read_binary, read_text
from mien.core.live.channel import Stamp
from mien.core.liveness import LivenessPolicy
from mien.errors import ImageUnreadableError, InvalidRequestError

NONCE = "0123456789abcdef" * 2
JPEG = b"\xff\xd8\xff and so on"
BASE64 = base64.b64encode(JPEG).decode()

words = st.sampled_from(["hello", "frame", "bye", NONCE, "ada", "active", BASE64, ""]) | st.text()
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
fields = st.sampled_from(
    ["type", "session_id", "user_id", "liveness", "nonce", "captured_ms", "frame"]
)
messages = st.dictionaries(fields | st.text(), values, max_size=7).flatmap(
    lambda message: st.just(message) | words.map(lambda word: {**message, "type": word})
)


@given(st.text() | values.map(json.dumps) | messages.map(json.dumps))
@example("[" * 100_000)
@example("9" * 100_000)
@example(f'{{"type":"frame","frame":"","nonce":"{NONCE}","captured_ms":1e999}}')
@example('{{"type":"frame","frame":"","nonce":"{}","captured_ms":{}}}'.format(NONCE, "9" * 400))
@example(f'{{"type":"frame","frame":"","nonce":"{NONCE}","captured_ms":Infinity}}')
@example('{"type":"hello","session_id":"\\ud800"}')
@example('{"type":"hello","user_id":"\\u0000"}')
def test_any_text_is_a_message_or_an_invalid_request(text: str) -> None:
    try:
        said = read_text(text)
    except InvalidRequestError:
        return
    assert isinstance(said, Hello | Shown | Bye)
    if isinstance(said, Shown):
        try:
            said.image()
        except ImageUnreadableError:
            return


@given(
    st.binary()
    | st.binary().map(lambda rest: b"MIEN\x01" + rest)
    | st.binary(min_size=24).map(lambda rest: b"MIEN\x01" + rest)
    | st.binary().map(lambda rest: b"\xff\xd8\xff" + rest)
)
def test_any_bytes_are_a_frame_or_an_invalid_request(data: bytes) -> None:
    try:
        said = read_binary(data)
    except InvalidRequestError:
        return
    assert said.image() in data


@given(st.binary(min_size=16, max_size=16), st.floats(-1e12, 1e12), st.binary(min_size=1))
def test_a_frame_in_bytes_and_in_json_say_the_same(
    nonce: bytes, captured_ms: float, image: bytes
) -> None:
    packed = read_binary(b"MIEN\x01" + nonce + struct.pack(">d", captured_ms) + image)
    written = read_text(
        json.dumps(
            {
                "type": "frame",
                "nonce": nonce.hex(),
                "captured_ms": captured_ms,
                "frame": base64.b64encode(image).decode(),
            }
        )
    )
    assert isinstance(written, Shown)
    assert packed.stamp == written.stamp == Stamp(nonce.hex(), captured_ms / 1000)
    assert packed.image() == written.image() == image


def test_a_bare_jpeg_carries_no_stamp() -> None:
    assert read_binary(JPEG) == Shown(JPEG, None, None)


def test_a_data_url_is_an_image_too() -> None:
    said = read_text(json.dumps({"type": "frame", "frame": "data:image/jpeg;base64," + BASE64}))
    assert isinstance(said, Shown)
    assert said.image() == JPEG


def test_a_frame_says_whose_it_is_if_it_likes() -> None:
    said = read_text(json.dumps({"type": "frame", "frame": BASE64, "user_id": "ada"}))
    assert said == Shown(BASE64, None, Hello(user_id="ada"))  # type: ignore[arg-type]  # a name as it is sent


def test_hello_says_which_session() -> None:
    begun = read_text('{"type":"hello","session_id":"abc_-1","nonce":"of-an-application"}')
    assert begun == Hello(session_id="abc_-1", nonce="of-an-application")
    new = read_text('{"type":"hello","user_id":"ada","liveness":"both"}')
    assert isinstance(new, Hello)
    assert (new.user_id, new.liveness) == ("ada", LivenessPolicy.BOTH)


@pytest.mark.parametrize(
    "message",
    [
        '{"type":"hello"}',
        '{"type":"hello","session_id":"a b"}',
        '{"type":"hello","session_id":"abc","liveness":"none"}',
        '{"type":"hello","user_id":"ada","liveness":"no"}',
        '{"type":"hello","user_id":"ada","nonce":"short"}',
        f'{{"type":"frame","frame":"","captured_ms":true,"nonce":"{NONCE}"}}',
        f'{{"type":"frame","frame":"","captured_ms":1,"nonce":"{NONCE.upper()}"}}',
        '{"type":"frame","frame":"","captured_ms":1}',
    ],
)
def test_what_is_half_right_is_refused(message: str) -> None:
    with pytest.raises(InvalidRequestError):
        read_text(message)


def test_secrets_are_not_shown() -> None:
    assert "token" not in repr(Hello(session_id="token"))
    assert "pixels" not in repr(Shown(b"pixels"))
