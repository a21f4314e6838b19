"""mien train expression and mien evaluate, with real models, on a small collection."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mien.cli.console import Exit
from mien.cli.main import app
from tests.unit.evaluation.expression.small_ferplus import make_faces, write_collection

pytest.importorskip("torch", reason="PyTorch is the extra `train`")


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    return write_collection(tmp_path, make_faces(140), make_faces(6, seed=8))


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == Exit.OK, result.output
    return result.stdout


def test_it_trains_measures_and_writes_the_network_with_its_card(
    collection: Path, data_dir: Path, tmp_path: Path
) -> None:
    written = tmp_path / "written"
    words = ["--write", str(written), "--epochs", "1", "--data-dir", str(data_dir)]
    said = run("train", "expression", str(collection), *words)
    network, card = written / "expression.onnx", (written / "model_card.md").read_text("utf-8")
    assert "| majority | 6 " in " ".join(said.split())
    assert hashlib.sha256(network.read_bytes()).hexdigest() in card
    assert "--epochs 1" in card


def test_the_network_in_use_is_measured(collection: Path, data_dir: Path, tmp_path: Path) -> None:
    report = tmp_path / "report"
    words = ["--json", "--report", str(report), "--data-dir", str(data_dir)]
    figures = json.loads(run("evaluate", str(collection), *words))
    assert figures["majority"]["faces"] == 6
    assert {path.name for path in report.iterdir()} >= {"report.html", "confusion.png"}
