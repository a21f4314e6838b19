"""The command, with clips that are made up instead of read."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mien.cli.console import Exit
from mien.cli.main import app
from mien.learning.takes import Take
from tests.unit.learning.test_takes import filmed

pytest.importorskip("torch", reason="PyTorch is the extra `train`")


@pytest.fixture(autouse=True)
def clips(monkeypatch: pytest.MonkeyPatch) -> None:
    takes = [filmed(name, seed, for_s=4.0) for seed, name in enumerate("abc")]

    def load_takes(*_: object) -> tuple[list[Take], bool]:
        return takes, True

    monkeypatch.setattr("mien.learning.temporal_trained.load_takes", load_takes)
    monkeypatch.setattr("mien.learning.temporal._PARTS", 2)


def run(data_dir: Path, *options: str) -> tuple[int, str]:
    words = ["train", "temporal", str(data_dir), "--data-dir", str(data_dir / "data")]
    result = CliRunner().invoke(app, [*words, "--epochs", "1", "--width", "4", *options])
    return result.exit_code, result.output


def test_a_model_of_no_use_is_measured_and_not_kept(tmp_path: Path) -> None:
    code, said = run(tmp_path)

    assert code == Exit.REFUSED
    assert "BPCER" in said
    assert "not kept" in said
    assert not (tmp_path / "data" / "models" / "temporal.npz").exists()


def test_whoever_insists_gets_it(tmp_path: Path) -> None:
    code, said = run(tmp_path, "--keep")

    assert code == Exit.OK
    assert "written" in said
    assert (tmp_path / "data" / "models" / "temporal.npz").exists()
