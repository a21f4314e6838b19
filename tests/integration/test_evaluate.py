"""The built-in pack's figures, through the real commands, on real photos.

Benchmarks of crops are made from the two public-domain faces.

The photos (LFW, deep-funneled, five folds of View 2) are no part of the repository: the test
looks for them in `$MIEN_SHARED/data/lfw_dev`, by default beside the repository, and is skipped
where they are absent, except in CI, where absence is a failure.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from mien.cli.calibrate import calibrate
from mien.cli.evaluate import evaluate
from mien.cli.measuring import Measured
from mien.core.image import Image, Pixels
from mien.core.ports import FaceAnalyzer
from mien.core.scoring import FalseMatchRate
from mien.evaluation.protocol import PairProtocol
from mien.inference.calibration import load_calibration, parse_calibration
from tests.support import altered, jpeg, skip_without

app = typer.Typer()
app.command("evaluate")(evaluate)
app.command("calibrate")(calibrate)

PAIRS = 20
REPOSITORY = Path(__file__).parents[2]
SHARED = Path(os.environ.get("MIEN_SHARED", REPOSITORY / ".." / "shared"))
LFW = SHARED / "data" / "lfw_dev"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the command printed and wrote."""

    report: Any
    folder: Path


@pytest.fixture(scope="module")
def lfw() -> Iterator[str]:
    """LFW, whose 3,811 photos are embedded once: for all commands, what is seen is the same."""
    if not LFW.is_dir():
        skip_without(f"the LFW photos are not in {LFW}")
    embedded: list[Measured] = []
    measure = Measured.embed

    def embed(protocol: PairProtocol, data_dir: Path | None) -> Measured:
        if not embedded:
            embedded.append(measure(protocol, data_dir))
        return embedded[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIEN_PACK", "builtin")
        patch.setattr(Measured, "embed", embed)
        yield str(LFW)


def _in_this_process(models_dir: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "--data-dir", str(models_dir.parent)])
    assert result.exit_code == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def evaluation(lfw: str, models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    folder = tmp_path_factory.mktemp("evaluation") / "report"
    told = _in_this_process(models_dir, "evaluate", lfw, "--json", "--report", str(folder))
    return Evaluation(json.loads(told), folder)


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


def test_the_face_that_is_found_is_the_labelled_one(evaluation: Evaluation) -> None:
    assert evaluation.report["detection"]["elsewhere"] <= 10
    assert evaluation.report["detection"]["found"]["value"] >= 0.99


def test_enrolled_people_are_identified_and_others_are_not(evaluation: Evaluation) -> None:
    points = {(p["photos"], p["target_fpir"]): p for p in evaluation.report["identification"]}
    assert points[1, 0.1]["tpir"]["value"] >= 0.88
    assert points[3, 0.01]["tpir"]["value"] >= 0.92
    for (_, target), point in points.items():
        assert point["fpir"]["low"] <= target <= point["fpir"]["high"]


def test_the_report_holds_the_same_figures(evaluation: Evaluation) -> None:
    written = json.loads((evaluation.folder / "report.json").read_text("utf-8"))
    assert written == evaluation.report
    assert len(list(evaluation.folder.glob("*.png"))) == 5
    assert "lfw_dev" in (evaluation.folder / "report.html").read_text("utf-8")


def test_the_shipped_calibration_can_be_repeated(
    lfw: str, models_dir: Path, tmp_path: Path, pipeline: FaceAnalyzer
) -> None:
    file = tmp_path / "calibration.json"
    _in_this_process(models_dir, "calibrate", lfw, "--write", str(file))
    repeated = parse_calibration(file.read_text("utf-8"))
    shipped, _ = load_calibration("builtin", pipeline.contract, tmp_path)
    assert repeated.contract == shipped.contract
    assert set(repeated.curves) == set(shipped.curves)
    for count, curve in repeated.curves.items():
        for rate in (1e-2, 1e-3, 1e-4):
            target = FalseMatchRate(rate)
            expected = shipped.curves[count].threshold(target)
            assert curve.threshold(target) == pytest.approx(expected, abs=5e-4)


def _crop(pixels: Pixels, pipeline: FaceAnalyzer) -> Pixels:
    """Return the face filling 112 x 112 pixels, about as ArcFace's alignment frames it."""
    box = pipeline.detect_dominant(Image(np.ascontiguousarray(pixels)), 40).box
    (x, y), side = box.center, 1.15 * box.width
    patch = cv2.getRectSubPix(pixels, (round(side), round(side)), (x, y))
    return np.asarray(cv2.resize(patch, (112, 112), interpolation=cv2.INTER_AREA))


@pytest.fixture(scope="module")
def crops(
    astronaut: Pixels, grace_hopper: Pixels, pipeline: FaceAnalyzer
) -> list[tuple[bytes, bytes]]:
    """Ten takes of each face."""
    return [
        (
            jpeg(_crop(altered(astronaut, take), pipeline)),
            jpeg(_crop(altered(grace_hopper, take), pipeline)),
        )
        for take in range(PAIRS // 2)
    ]


def test_a_bin_file_is_evaluated_and_reported(
    tmp_path: Path, models_dir: Path, crops: list[tuple[bytes, bytes]]
) -> None:
    photos: list[bytes] = []
    for (first, second), (third, _) in zip(crops, [*crops[1:], crops[0]], strict=True):
        photos += [first, third, first, second]
    (tmp_path / "two.bin").write_bytes(pickle.dumps((photos, [True, False] * (PAIRS // 2))))
    command = [sys.executable, "-m", "mien", "evaluate", str(tmp_path / "two.bin"), "--json"]
    done = subprocess.run(
        [*command, "--report", str(tmp_path / "report"), "--data-dir", str(models_dir.parent)],
        env=os.environ | {"MIEN_PACK": "builtin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert not report["identified"]
    assert report["photos"] == PAIRS
    assert report["failure_to_acquire"]["value"] <= 0.1
    assert report["accuracy"]["acquired"]["value"] == 1
    assert [point["target_fmr"] for point in report["verification"]] == [1e-2, 1e-3]
    assert report["identification"] == []
    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert "does not tell who is in a photo" in page
