"""CSV for spreadsheets."""

from __future__ import annotations

import pytest

from mien.service.csv_text import write_csv


def test_rows_that_follow_others_come_without_the_names() -> None:
    rows, columns = [{"a": 1, "b": None}], ("a", "b")
    assert write_csv(rows, columns) == b"a,b\r\n1,\r\n"
    assert write_csv(rows, columns, with_names=False) == b"1,\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_text_is_run_as_a_formula(text: str) -> None:
    assert write_csv([{"a": text}], ["a"], with_names=False).startswith(b"'")


def test_a_number_below_zero_stays_one() -> None:
    assert write_csv([{"a": -1.5}], ["a"], with_names=False) == b"-1.5\r\n"
