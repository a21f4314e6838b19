"""mien calibrate and mien train fusion, on photos of ten people who do not exist."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from mien.bootstrap.application import Application
from mien.cli import console
from mien.cli.calibrate import calibrate
from mien.cli.train import train
from mien.core.image import Pixels
from mien.core.scoring import FalseMatchRate
from mien.inference.assembly import contract_of
from mien.inference.calibration import load_calibration, parse_calibration, parse_fusion
from mien.inference.packs import BUILTIN
from mien.settings import Settings
from tests.support import altered, jpeg

app = typer.Typer()
app.command("calibrate")(calibrate)
app.add_typer(train, name="train")

CONTRACT = contract_of(BUILTIN)
STRETCHES = (0.7, 0.85, 1.0, 1.18, 1.4)
PHOTOS_PER_PERSON = 4


@pytest.fixture(scope="module")
def people(
    tmp_path_factory: pytest.TempPathFactory, astronaut: Pixels, grace_hopper: Pixels
) -> Path:
    """Two faces, each stretched to five widths: nobody to be told apart well, which is the point.

    What is measured on them is no good, and is measured all the same.
    """
    root = tmp_path_factory.mktemp("people")
    for name, photo in (("E", astronaut[:280, 90:370]), ("G", grace_hopper[40:440, 60:460])):
        for number, stretch in enumerate(STRETCHES):
            size = (round(280 * stretch), 280)
            face = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)
            folder = root / f"{name}{number}"
            folder.mkdir()
            for take in range(PHOTOS_PER_PERSON):
                (folder / f"{take}.jpg").write_bytes(jpeg(altered(face, seed=10 * number + take)))
    return root


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    folder = tmp_path_factory.mktemp("calibrated") / "data"
    shutil.copytree(models_dir, folder / "models")
    return folder


@pytest.fixture(autouse=True)
def builtin_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_PACK", "builtin")


@pytest.fixture(scope="module")
def own(people: Path, data_dir: Path) -> Path:
    """What `mien calibrate` wrote, where it writes by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIEN_PACK", "builtin")
        _run("calibrate", str(people), "--data-dir", str(data_dir))
    return data_dir / "calibrations" / f"{CONTRACT.digest}.json"


def _run(*arguments: str) -> tuple[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        # A console takes its width when it is made, which may have been in another test.
        patch.setattr(console.out, "width", 160)
        result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


class TestCalibrate:
    def test_it_goes_before_what_is_shipped(self, own: Path, people: Path) -> None:
        calibration, fusion = load_calibration("builtin", CONTRACT, own.parent)

        assert calibration == parse_calibration(own.read_text("utf-8"))
        assert calibration.source.startswith(f"{people.name}: 40 of 40 photos with a face")
        assert "of 10 people" in calibration.source
        assert fusion is None

    def test_there_is_a_curve_for_as_many_samples_as_leave_a_photo(self, own: Path) -> None:
        calibration = parse_calibration(own.read_text("utf-8"))

        assert tuple(calibration.curves) == (1, 2, 3)
        curve = calibration.curves[1]
        assert curve.genuine_comparisons == 10 * 6
        assert curve.impostor_comparisons == 40 * 39 // 2 - 10 * 6

    def test_so_few_photos_say_little_of_strict_rates_and_it_says_so(self, own: Path) -> None:
        calibration = parse_calibration(own.read_text("utf-8"))

        for curve in calibration.curves.values():
            assert curve.is_extrapolated(FalseMatchRate(1e-3))
            assert not curve.is_extrapolated(FalseMatchRate(0.2))

    def test_from_the_next_start_on_it_is_what_thresholds_come_from(
        self, own: Path, data_dir: Path
    ) -> None:
        application = Application.build(Settings(data_dir=data_dir, pack="builtin"), threads=1)
        try:
            assert application.recognition.calibration == parse_calibration(own.read_text("utf-8"))
        finally:
            application.close()

    def test_it_can_be_written_elsewhere(
        self, people: Path, data_dir: Path, own: Path, tmp_path: Path
    ) -> None:
        file = tmp_path / "new" / "calibration.json"

        _, told = _run("calibrate", str(people), "--write", str(file), "--data-dir", str(data_dir))

        assert f"written: {file}" in told
        written, before = (json.loads(path.read_text("utf-8")) for path in (file, own))
        assert written["curves"] == before["curves"]


class TestTrainFusion:
    def test_the_table_compares_what_was_learned_with_the_model_alone(
        self, people: Path, data_dir: Path
    ) -> None:
        table, _ = _run("train", "fusion", str(people), "--data-dir", str(data_dir))

        rows = [line for line in table.splitlines() if " (" in line]
        assert [row.strip("│ ").split()[0] for row in rows] == ["resnet29", "learned"]
        assert "FNMR at FMR 0.001" in table

    def test_what_was_learned_is_written_with_its_calibration(
        self, people: Path, data_dir: Path, tmp_path: Path
    ) -> None:
        file = tmp_path / f"{CONTRACT.digest}.json"

        _run("train", "fusion", str(people), "--write", str(file), "--data-dir", str(data_dir))

        calibration, fusion = load_calibration("builtin", CONTRACT, tmp_path)
        assert fusion is not None
        assert fusion.hidden.shape[0] == 2
        assert "mien train fusion" in calibration.source
        assert parse_fusion(file.read_text("utf-8")) is not None
        # Log-odds, not cosines, and more of them means one person.
        assert all(curve.likelihood_ratio[0] > 0 for curve in calibration.curves.values())
