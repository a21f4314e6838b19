"""What a client says on the stream of expressions, and what it is not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.api.stream.expressions import read_text
from mien.api.stream.messages import Bye, Hello, Shown
from mien.errors import InvalidRequestError

values = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
messages = st.dictionaries(
    st.sampled_from(["type", "frame", "session_id"]) | st.text(),
    values | st.sampled_from(["hello", "frame", "bye"]),
)


@given(st.text() | messages.map(json.dumps))
def test_whatever_comes_is_a_message_or_refused(text: str) -> None:
    try:
        said = read_text(text)
    except InvalidRequestError:
        return
    assert isinstance(said, Hello | Shown | Bye)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"type": "hello"}, Hello()),
        ({"type": "hello", "session_id": "of no session"}, Hello()),
        ({"type": "frame", "frame": "QUJD"}, Shown("QUJD")),
        ({"type": "bye"}, Bye()),
    ],
)
def test_a_message_is_understood(message: dict[str, str], said: Hello | Shown | Bye) -> None:
    assert read_text(json.dumps(message)) == said


def test_a_frame_is_decoded_only_when_it_is_looked_at() -> None:
    said = read_text('{"type": "frame", "frame": "QUJD"}')
    assert isinstance(said, Shown)
    assert said.image() == b"ABC"
