from __future__ import annotations

import pytest

from mien.core.profile import parse_line
from mien.errors import InvalidRequestError


@pytest.mark.parametrize("text", ["two\nlines", "a bell\x07", "x" * 129])
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="a name has up to 128 characters on one line"):
        parse_line(text, "name")


@pytest.mark.parametrize(
    ("text", "line"),
    [(None, None), ("", None), ("   ", None), (" Zoë O'Hara ", "Zoë O'Hara"), ("x" * 128,) * 2],
)
def test_a_line_is_what_is_left_without_the_spaces_around_it(
    text: str | None, line: str | None
) -> None:
    assert parse_line(text, "name") == line
