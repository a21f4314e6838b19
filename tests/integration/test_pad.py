"""Presentation attack detection through the real commands.

The replays (480 face crops of four sources) are no part of the repository: the test looks for them
in `$MIEN_SHARED/data/replay_attack_dev` and is skipped where they are absent, except in CI.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mien.inference.catalogue import MINIFAS
from mien.inference.weights import WeightStore
from tests.golden.downloads import read_source
from tests.support import skip_without
from tests.unit.evaluation.pad.pad_folder import write_collection

SHARED = Path(os.environ.get("MIEN_SHARED", Path(__file__).parents[2] / ".." / "shared"))
REPLAYS = SHARED / "data" / "replay_attack_dev"


def _mien(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mien", *arguments, "--data-dir", str(data_dir)],
        env=os.environ | {"MIEN_PACK": "builtin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def data_dir(models_dir: Path, tmp_path: Path) -> Path:
    """A data folder of its own: the test writes into it."""
    shutil.copytree(models_dir, tmp_path / "data" / "models")
    return tmp_path / "data"


@pytest.fixture
def with_minifas(data_dir: Path) -> Path:
    source = WeightStore.of(data_dir).sources.path(MINIFAS)
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(read_source(MINIFAS))
    return data_dir


def test_without_a_network_the_command_says_how_to_get_one(data_dir: Path, tmp_path: Path) -> None:
    done = _mien(data_dir, "evaluate", str(write_collection(tmp_path / "pad")))
    assert done.returncode == 2
    assert "mien models pull minifas" in done.stderr


@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="PyTorch is the extra `train`")
def test_a_network_is_trained_measured_and_used(data_dir: Path, tmp_path: Path) -> None:
    collection = str(write_collection(tmp_path / "pad"))
    done = _mien(data_dir, "train", "liveness", collection, "--epochs", "1")
    assert done.returncode == 0, done.stderr
    assert "Sources held out" in done.stdout
    assert (data_dir / "models" / "liveness.onnx").is_file()

    done = _mien(data_dir, "evaluate", collection, "--json")
    assert done.returncode == 0, done.stderr
    assert "has seen pad" in done.stderr
    assert {"trained", "passive score"} <= {s["name"] for s in json.loads(done.stdout)["systems"]}


def test_what_is_no_collection_is_not_trained_on(data_dir: Path, tmp_path: Path) -> None:
    done = _mien(data_dir, "train", "liveness", str(tmp_path))
    assert done.returncode == 2
    assert "labels.csv" in done.stderr


def test_cues_help_a_network_on_replays_of_four_sources(with_minifas: Path, tmp_path: Path) -> None:
    if not REPLAYS.is_dir():
        skip_without(f"{REPLAYS} is absent")
    report = tmp_path / "report"
    done = _mien(with_minifas, "evaluate", str(REPLAYS), "--json", "--report", str(report))
    assert done.returncode == 0, done.stderr
    systems: dict[str, Any] = {s["name"]: s for s in json.loads(done.stdout)["systems"]}
    alone, fused = systems["minifas"], systems["passive score"]
    # APCER at BPCER 5 and 10 %: 73 and 66 % alone, 40 and 26 % with the cues.
    for place, most in ((1, 0.45), (2, 0.30)):
        apcer = fused["separation"]["at_bpcer"][place]["value"]
        assert apcer < most
        assert apcer < alone["separation"]["at_bpcer"][place]["value"] - 0.25
    # At its own threshold: 41 % of the attacks pass, 5 % of the bona fide are rejected.
    assert fused["shipped"]["pooled"]["bpcer"]["alone"]["value"] < 0.06
    assert fused["shipped"]["pooled"]["apcer"]["alone"]["value"] < 0.45
    # Thresholds from the other three sources.
    assert fused["unseen"]["acer"] < alone["unseen"]["acer"] - 0.15
    assert (report / "det.png").is_file()
