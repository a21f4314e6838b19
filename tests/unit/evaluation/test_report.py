from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from mien.core.quality import QualityLimits
from mien.evaluation.assess import Assessment, assess
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.lfw import PairProtocol
from mien.evaluation.report import print_report, to_json


@pytest.fixture(scope="module")
def assessment(protocol: PairProtocol, photos: EmbeddedPhotos) -> Assessment:
    return assess(protocol, photos, QualityLimits(), "0123abcd")


def test_json_holds_every_figure(assessment: Assessment) -> None:
    values = json.loads(json.dumps(to_json(assessment)))
    assert values["contract"] == "0123abcd"
    assert values["photos"] == 480
    assert values["acquired"] == 476
    assert set(values["failure_to_acquire"]) == {"value", "low", "high"}
    assert values["verification"][1]["target_fmr"] == 1e-3
    assert len(values["enrolled"]) == 12
    assert set(values["gate"]["distribution"]["sharpness"]) >= {"0.1", "50", "99.9"}
    assert values["gate"]["refused"]["BLURRED"]["faces"] > 0


def test_tables_are_markdown_that_says_how_it_was_measured(assessment: Assessment) -> None:
    text = io.StringIO()
    print_report(assessment, Console(file=text, width=200))
    lines = text.getvalue().splitlines()
    assert any(line.startswith("| FTA, no face found") for line in lines)
    assert any("bootstrap that resamples people" in line for line in lines)
    assert sum("|---" in line for line in lines) == 6
