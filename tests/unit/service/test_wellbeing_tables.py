"""Tables for other programs."""

from __future__ import annotations

import csv
import io
import sys
from datetime import date

import pytest

from mien.core.groups import DEPARTMENT, Group
from mien.core.wellbeing.periods import Period
from mien.core.wellbeing.release import Release
from mien.core.wellbeing.score import Figure, Interval, Point, Series
from mien.errors import ProviderMissingError
from mien.service.csv_text import write_csv
from mien.service.wellbeing_tables import (
    GROUP_COLUMNS,
    PERSON_COLUMNS,
    rows_of_groups,
    rows_of_person,
    write_parquet,
)

LINE = Series((Point(date(2026, 11, 2), Figure(58.0, Interval(51.0, 66.0), 9), 58.0),))
SINGLE = Series((Point(date(2026, 11, 2), Figure(50.0, None, 1), 50.0),))


def release_of(*names: str) -> Release:
    groups = {Group(name): LINE for name in names}
    return Release(DEPARTMENT, Period.WEEK, groups, LINE, 0)


def test_everybody_comes_first_and_has_no_name() -> None:
    rows = rows_of_groups(release_of("research", "archive"))
    assert [row["group"] for row in rows] == [None, "research", "archive"]
    assert all(tuple(row) == GROUP_COLUMNS for row in rows)


def test_what_there_is_none_of_is_empty() -> None:
    rows = rows_of_person(SINGLE, Period.DAY)
    (read,) = csv.DictReader(io.StringIO(write_csv(rows, PERSON_COLUMNS).decode()))
    assert (read["low"], read["high"], read["count"]) == ("", "", "1")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_no_spreadsheet_runs_the_name_of_a_group(name: str) -> None:
    written = write_csv(rows_of_groups(release_of(name)), GROUP_COLUMNS).decode()
    names = [row["group"] for row in csv.DictReader(io.StringIO(written))]
    assert names == ["", f"'{name}"]


def test_names_with_commas_and_quotes_come_back() -> None:
    written = write_csv(rows_of_groups(release_of('a, "b"')), GROUP_COLUMNS).decode()
    assert [row["group"] for row in csv.DictReader(io.StringIO(written))][1] == 'a, "b"'


def test_without_pyarrow_there_is_no_parquet_and_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ProviderMissingError, match=r"pip install 'mien\[export\]'"):
        write_parquet(rows_of_person(LINE, Period.WEEK), PERSON_COLUMNS)
