"""The built-in pack's figures, through the real command, on real photos.

The photos (LFW, deep-funneled, five folds of View 2) are no part of the repository: the test
looks for them in `$MIEN_SHARED/data/lfw_dev`, by default beside the repository, and is skipped
where they are absent, except in CI, where absence is a failure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mien.core.scoring import Calibration, FalseMatchRate
from mien.inference.calibration import load_builtin_calibration, parse_calibration
from mien.inference.pipeline import CONTRACT

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
SHARED = Path(os.environ.get("MIEN_SHARED", REPOSITORY / ".." / "shared"))
LFW = SHARED / "data" / "lfw_dev"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the command printed and wrote."""

    report: Any
    calibration: Calibration


@pytest.fixture(scope="module")
def evaluation(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    if not LFW.is_dir():
        message = f"the LFW photos are not in {LFW}: set MIEN_SHARED"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    file = tmp_path_factory.mktemp("calibration") / "builtin.json"
    command = [sys.executable, "-m", "mien", "evaluate", str(LFW), "--json"]
    options = ["--write-calibration", str(file), "--data-dir", str(models_dir.parent)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Evaluation(json.loads(done.stdout), parse_calibration(file.read_text("utf-8")))


def test_nearly_every_photo_shows_its_face(evaluation: Evaluation) -> None:
    assert evaluation.report["photos"] == 3811
    assert evaluation.report["failure_to_acquire"]["value"] <= 0.01


def test_pairs_are_told_apart(evaluation: Evaluation) -> None:
    accuracy = evaluation.report["accuracy"]
    assert accuracy["every_pairs"] == 3000
    assert accuracy["acquired"]["value"] >= 0.987
    assert accuracy["wrong"]["value"] >= 0.97


def test_few_are_rejected_at_one_false_match_in_a_thousand(evaluation: Evaluation) -> None:
    (point,) = (p for p in evaluation.report["verification"] if p["target_fmr"] == 1e-3)
    assert point["fnmr"]["value"] <= 0.07
    assert point["fmr"]["low"] <= 1e-3 <= point["fmr"]["high"]


def test_several_samples_reject_fewer(evaluation: Evaluation) -> None:
    by_count = {
        p["sample_count"]: p["fnmr"]["value"]
        for p in evaluation.report["enrolled"]
        if p["target_fmr"] == 1e-3
    }
    assert by_count[3] < by_count[2] < by_count[1]


def test_the_shipped_calibration_can_be_repeated(evaluation: Evaluation) -> None:
    shipped = load_builtin_calibration(CONTRACT)
    for count, curve in evaluation.calibration.curves.items():
        for rate in (1e-2, 1e-3, 1e-4):
            target = FalseMatchRate(rate)
            expected = shipped.curves[count].threshold(target)
            assert curve.threshold(target) == pytest.approx(expected, abs=5e-4)
