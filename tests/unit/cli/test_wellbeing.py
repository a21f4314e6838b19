"""`mien wellbeing`, `mien users consent` and `group`: what they write, ask and refuse."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from mien.bootstrap.clock import utc_now
from mien.cli.console import Exit
from mien.cli.main import app
from mien.core.attempt import new_attempt_id
from mien.core.consent import Purpose
from mien.core.expression import ExpressionShares
from mien.core.expression_log import ExpressionRecord
from mien.core.groups import DEPARTMENT, Group
from mien.core.template import SubjectId
from mien.storage.engines import sqlite_url
from tests.databases import open_database
from tests.stored import enroll

PURPOSE = "Your own trend is shown to you, and to nobody else."
DAYS = 24
PNG = b"\x89PNG\r\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with six people of the archive and four of the board, who have agreed."""
    monkeypatch.setenv("MIEN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MIEN_WELLBEING_PURPOSE", PURPOSE)
    rng = np.random.default_rng(1)
    with open_database(sqlite_url(tmp_path / "mien.db"), tmp_path) as database:
        for number in range(10):
            who = SubjectId(f"person-{number}")
            enroll(database, who, number)
            with database.unit_of_work("test") as work:
                work.groups.put(who, DEPARTMENT, Group("archive" if number < 6 else "board"))
                work.consents.give(who, Purpose.EXPRESSION, utc_now())
                for day in range(DAYS):
                    shares = ExpressionShares(tuple(rng.dirichlet(np.ones(8)).tolist()))
                    record = ExpressionRecord(utc_now() - timedelta(days=day), shares)
                    work.expressions.add(who, record, new_attempt_id())
        enroll(database, SubjectId("newcomer"), 99)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def ran(*words: str) -> str:
    done = run(*words)
    assert done.exit_code == Exit.OK, done.output
    return done.stdout


def test_groups_of_five_are_told_and_smaller_ones_are_not(tmp_path: Path) -> None:
    told = ran("wellbeing", "groups")
    assert "archive" in told
    assert "board" not in told
    assert "withheld" in told
    rows = list(csv.DictReader(io.StringIO(ran("wellbeing", "groups", "--format", "csv"))))
    assert {row["group"] for row in rows} == {"archive"}
    assert {row["count"] for row in rows} == {"6"}
    file = tmp_path / "figures.parquet"
    ran("wellbeing", "groups", "--format", "parquet", "--output", str(file))
    written = pq.read_table(file).to_pylist()
    assert [row["score"] for row in written] == [float(row["score"]) for row in rows]
    assert file.stat().st_mode & 0o077 == 0


def test_a_person_is_told_with_a_trend_and_a_picture(tmp_path: Path) -> None:
    picture = tmp_path / "trend.png"
    asked = ("wellbeing", "person", "person-1", "--period", "day", "--plot", str(picture))
    told = json.loads(ran(*asked, "--format", "json"))
    assert len(told["figures"]) == DAYS - 1, "today is not over"
    assert told["trends"]["person-1"]["per_week"] is not None
    assert picture.read_bytes().startswith(PNG)
    groups = tmp_path / "groups.png"
    ran("wellbeing", "groups", "--plot", str(groups))
    assert groups.read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("wellbeing", "person", "newcomer"), Exit.ERROR, "CONSENT_MISSING"),
        (("wellbeing", "person", "nobody"), Exit.ERROR, "UNKNOWN_SUBJECT"),
        (("wellbeing", "groups", "--attribute", "age"), Exit.USAGE, "another purpose"),
        (("wellbeing", "groups", "--period", "day"), Exit.USAGE, "MIEN_WELLBEING_PERIOD"),
        (("wellbeing", "groups", "--format", "parquet"), Exit.USAGE, "--output"),
        (("wellbeing", "groups", "--output", "x"), Exit.USAGE, "--format"),
        (("wellbeing", "groups", "--since", "2099-01-01", "--plot", "x"), Exit.USAGE, "nothing"),
        (("wellbeing", "erase-all"), Exit.USAGE, "--yes"),
        (("users", "consent", "newcomer", "--withdraw"), Exit.USAGE, "name the purpose"),
        (("users", "group", "newcomer", "age", "30-39"), Exit.ERROR, "CONSENT_MISSING"),
        (("users", "group", "newcomer", "--remove"), Exit.USAGE, "--remove"),
    ],
)
def test_what_cannot_be_done_says_why(words: tuple[str, ...], code: Exit, said: str) -> None:
    done = run(*words)
    assert done.exit_code == code, done.output
    assert said in done.stderr


def test_everything_is_erased_when_that_is_said() -> None:
    assert json.loads(ran("wellbeing", "erase-all", "--yes", "--json"))["erased"] == 10 * DAYS
    assert json.loads(ran("wellbeing", "erase-all", "--yes", "--json"))["erased"] == 0


def test_a_consent_is_given_shown_in_the_stated_words_and_withdrawn() -> None:
    given = json.loads(ran("users", "consent", "newcomer", "expression", "--json"))
    assert given["consents"]["expression"]["stated"] == PURPOSE
    assert given["consents"]["expression"]["given_at"] is not None
    assert given["consents"]["fairness"]["given_at"] is None
    assert "not agreed" in ran("users", "consent", "newcomer")
    ran("users", "consent", "person-1", "expression", "--withdraw")
    assert run("wellbeing", "person", "person-1").exit_code == Exit.ERROR


def test_nobody_agrees_where_no_purpose_is_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIEN_WELLBEING_PURPOSE")
    done = run("users", "consent", "newcomer", "expression")
    assert done.exit_code == Exit.USAGE
    assert "MIEN_WELLBEING_PURPOSE" in done.stderr


def test_a_group_is_noted_shown_and_removed() -> None:
    ran("users", "consent", "newcomer", "fairness")
    ran("users", "group", "newcomer", "age", "30-39")
    shown = json.loads(ran("users", "group", "newcomer", "department", "board", "--json"))
    assert shown["groups"] == {"department": "board"}
    assert "30-39" in ran("users", "group", "newcomer")
    ran("users", "group", "newcomer", "age", "--remove")
    assert json.loads(ran("users", "group", "newcomer", "--json"))["groups"] == {
        "department": "board"
    }


def test_an_export_holds_what_was_kept() -> None:
    document = json.loads(ran("users", "export", "person-1"))
    assert len(document["expressions"]) == DAYS
    assert document["groups"] == {"department": "archive"}
