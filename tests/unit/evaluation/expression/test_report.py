"""An assessment of expression reading, as tables, plots and files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from mien.core.image import Image, Pixels
from mien.evaluation.expression.assess import (
    ExpressionAssessment,
    assess_expressions,
    enlarge,
)
from mien.evaluation.expression.report import to_json, write_expression_report
from mien.evaluation.expression.tables import make_notes, make_tables
from tests.unit.evaluation.expression.small_ferplus import HAPPY, SAD, make_faces


def judge(chips: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Tell happy from sad by which half is bright."""
    happy = chips[:, :24].mean(axis=(1, 2, 3)) > chips[:, 24:].mean(axis=(1, 2, 3))
    shares = np.full((len(chips), 8), 0.02, np.float32)
    shares[np.arange(len(chips)), np.where(happy, HAPPY, SAD)] = 0.86
    return shares


def assess(cut: Callable[[Image], Pixels | None] | None) -> ExpressionAssessment:
    return assess_expressions("small", make_faces(12), judge, cut, lambda _done, _total: None)


def test_every_face_is_judged_as_it_is() -> None:
    assessment = assess(None)
    assert assessment.majority.faces == assessment.plurality.faces == 12
    assert assessment.majority.accuracy.value == 1
    assert assessment.cut is None
    assert len(next(make_tables(assessment)).rows) == 2


def test_faces_that_are_not_found_are_left_out_of_what_mien_cuts() -> None:
    found: list[Image] = []

    def cut(image: Image) -> Pixels | None:
        found.append(image)
        margin = (image.width - 240) // 2
        inner = image.pixels[margin : margin + 240, margin : margin + 240]
        return inner[::5, ::5] if len(found) % 3 else None

    assessment = assess(cut)
    assert len(found) == 12
    assert assessment.cut is not None
    assert assessment.cut.faces == 8
    assert assessment.cut.accuracy.value == 1
    assert len(next(make_tables(assessment)).rows) == 3


def test_where_nobody_is_found_nothing_is_told_of_what_mien_cuts() -> None:
    assert assess(lambda _image: None).cut is None


def test_an_enlarged_face_is_a_photo_with_the_face_in_its_middle() -> None:
    gray = make_faces(1).images[0]
    image = enlarge(gray)
    assert image.width == image.height > 5 * 48
    assert image.pixels[image.height // 2, image.width // 2, 0] == pytest.approx(
        gray[24, 24], abs=40
    )


def test_tables_have_a_word_for_every_column() -> None:
    for table in make_tables(assess(None)):
        assert all(len(row) == len(table.columns) for row in table.rows)
    assert list(make_notes(assess(None)))


def test_the_report_is_a_page_values_and_plots(tmp_path: Path) -> None:
    assessment = assess(None)
    written = write_expression_report(tmp_path, assessment, today=date(2026, 11, 21))
    names = {path.name for path in written}
    assert names == {"report.html", "report.json", "confusion.png", "reliability.png"}
    assert json.loads((tmp_path / "report.json").read_text()) == json.loads(
        json.dumps(to_json(assessment))
    )
