"""The command's own part: options, errors and what it needs; the figures are integration."""

from __future__ import annotations

import importlib.util
import pickle
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from mien.cli.calibrate import calibrate
from mien.cli.train import train

app = typer.Typer()
app.command("calibrate")(calibrate)
app.add_typer(train, name="train")

BOTH = pytest.mark.parametrize("command", [["calibrate"], ["train", "fusion"]], ids=" ".join)


def _run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, " ".join(result.stderr.split())


@BOTH
def test_people_have_to_have_names(command: list[str], tmp_path: Path) -> None:
    file = tmp_path / "pairs.bin"
    photos = [bytes([number]) for number in range(40)]
    file.write_bytes(pickle.dumps((photos, [True, False] * 10)))
    code, message = _run(*command, str(file))
    assert code == 2
    assert "pairs does not tell who is in a photo" in message


@BOTH
def test_a_folder_that_is_no_protocol_is_refused(command: list[str], tmp_path: Path) -> None:
    code, message = _run(*command, str(tmp_path))
    assert code == 2
    assert "INVALID_REQUEST" in message


@BOTH
def test_without_the_extra_the_command_says_what_to_install(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find: Callable[[str], ModuleSpec | None] = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "sklearn" else find(name)
    )
    code, message = _run(*command, str(tmp_path))
    assert code == 1
    assert "pip install 'mien[evaluate]'" in message
