"""The command's own part: options, errors and what it needs; the figures are integration."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from mien.cli.evaluate import evaluate

app = typer.Typer()
app.command("evaluate")(evaluate)


def test_a_folder_that_is_no_protocol_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert result.exit_code == 2
    assert "pairs.txt and images/ are missing" in result.stderr.replace("\n", " ")


def test_with_json_an_error_is_json(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(tmp_path), "--json"])
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "INVALID_REQUEST"


def test_a_calibration_needs_a_folder_before_an_hour_is_spent(tmp_path: Path) -> None:
    file = tmp_path / "missing" / "calibration.json"
    result = CliRunner().invoke(app, [str(tmp_path), "--write-calibration", str(file), "--json"])
    assert result.exit_code == 2
    assert "is no folder" in json.loads(result.stdout)["error"]["message"]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_without_the_extra_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    find: Callable[[str], ModuleSpec | None] = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "scipy" else find(name)
    )
    result = CliRunner().invoke(app, [str(tmp_path), *options])
    assert result.exit_code == 1
    assert "pip install 'mien[evaluate]'" in result.stdout + result.stderr
