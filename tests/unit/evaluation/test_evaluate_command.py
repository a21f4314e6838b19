"""The command's own part: options, errors and what it needs; the figures are integration."""

from __future__ import annotations

import importlib.util
import json
import pickle
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from mien.cli.evaluate import evaluate

app = typer.Typer()
app.command("evaluate")(evaluate)


def test_a_folder_that_is_no_protocol_is_refused_with_all_that_is_known(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert result.exit_code == 2
    message = " ".join(result.stderr.split())
    for sign in ("pairs.txt and images/", "pairs_CALFW.txt", "Protocol/Split/FP/", "NAME.bin"):
        assert sign in message


def test_with_json_an_error_is_json(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(tmp_path), "--json"])
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "INVALID_REQUEST"


def _fail(*arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code != 0
    message = json.loads(result.stdout)["error"]["message"]
    assert isinstance(message, str)
    return message


@pytest.fixture
def bin_file(tmp_path: Path) -> Path:
    """Twenty pairs of nothing: enough to be read, not to be looked at."""
    path = tmp_path / "pairs.bin"
    photos = [bytes([number]) for number in range(40)]
    path.write_bytes(pickle.dumps((photos, [True, False] * 10)))
    return path


def test_a_report_needs_a_folder_that_can_be_made(bin_file: Path) -> None:
    assert "cannot be made" in _fail(str(bin_file), "--report", str(bin_file / "report"))


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
