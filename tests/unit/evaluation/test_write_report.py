from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from mien.core.quality import QualityLimits
from mien.errors import StorageError
from mien.evaluation.assess import Assessment
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.write_report import write_report

TODAY = date(2026, 11, 21)


def test_a_report_is_a_page_figures_and_plots(
    tmp_path: Path, protocol: PairProtocol, photos: EmbeddedPhotos, assessment: Assessment
) -> None:
    folder = tmp_path / "new" / "report"
    written = write_report(folder, protocol, photos, assessment, QualityLimits(), today=TODAY)
    assert {path.name for path in written} == {path.name for path in folder.iterdir()}
    assert {path.name for path in written} == {
        "report.html",
        "report.json",
        *(f"{name}.png" for name in ("det", "roc", "similarities", "identification", "discard")),
    }
    assert json.loads((folder / "report.json").read_text("utf-8"))["people"] == 80
    page = (folder / "report.html").read_text("utf-8")
    assert "TPIR at FPIR" in page
    assert "2026-11-21" in page


def test_without_known_people_the_report_says_so(
    tmp_path: Path,
    unidentified: PairProtocol,
    photos: EmbeddedPhotos,
    unidentified_assessment: Assessment,
) -> None:
    write_report(
        tmp_path, unidentified, photos, unidentified_assessment, QualityLimits(), today=TODAY
    )
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "does not tell who is in a photo" in page
    assert "TPIR at FPIR" not in page
    assert not (tmp_path / "identification.png").exists()


def test_a_folder_that_cannot_be_written_to_is_named(
    tmp_path: Path, protocol: PairProtocol, photos: EmbeddedPhotos, assessment: Assessment
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="file cannot be written to"):
        write_report(tmp_path / "file", protocol, photos, assessment, QualityLimits(), today=TODAY)
