"""The committed description of the API, from which the dashboard's types are made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.write_openapi import OPENAPI, document, main


def test_the_committed_copy_is_what_the_server_says_of_itself() -> None:
    assert OPENAPI.read_text("utf-8") == document(), "run  python -m tools.write_openapi"


def test_a_stale_copy_is_told_with_the_command_that_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "openapi.json"
    assert main(stale, only_check=True) == 1
    stale.write_text(document().replace("mien", "main", 1), "utf-8")
    assert main(stale, only_check=True) == 1
    assert "python -m tools.write_openapi" in capsys.readouterr().out
    assert "main" in stale.read_text("utf-8")


def test_what_is_written_is_fresh_and_the_same_each_time(tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    assert main(path, only_check=False) == 0
    assert main(path, only_check=True) == 0
    assert path.read_text("utf-8") == document()
    assert path.read_text("utf-8").endswith("}\n")


def test_it_describes_sessions_and_problems_without_any_setting() -> None:
    described = json.loads(document())
    refusal = described["paths"]["/api/v1/session"]["post"]["responses"]["401"]
    assert list(refusal["content"]) == ["application/problem+json"]
