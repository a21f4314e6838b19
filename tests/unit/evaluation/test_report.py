from __future__ import annotations

import io
import json
from dataclasses import replace

from rich.console import Console

from mien.evaluation.assess import Assessment
from mien.evaluation.report import print_report, to_json
from mien.evaluation.tables import make_notes, make_tables


def test_json_holds_every_figure(assessment: Assessment) -> None:
    values = json.loads(json.dumps(to_json(assessment)))
    assert values["contract"] == "0123abcd"
    assert values["photos"] == 480
    assert values["acquired"] == 476
    assert set(values["failure_to_acquire"]) == {"value", "low", "high"}
    assert values["verification"][1]["target_fmr"] == 1e-3
    assert len(values["enrolled"]) == 12
    point = values["verification"][0]
    assert point["tmr"]["value"] == 1 - point["fnmr"]["value"]
    assert point["tmr"]["low"] == 1 - point["fnmr"]["high"]
    assert values["identification"][0]["tpir"]["value"] > 0
    assert values["detection"]["none"] == 4
    assert set(values["gate"]["distribution"]["sharpness"]) >= {"0.1", "50", "99.9"}
    assert values["gate"]["refused"]["BLURRED"]["faces"] > 0


def test_a_report_says_when_people_are_shared_or_unknown(
    assessment: Assessment, unidentified_assessment: Assessment
) -> None:
    shared = replace(assessment, people_in_several_folds=7)
    assert not any("several folds" in note for note in make_notes(assessment))
    assert any("7 people are in several folds" in note for note in make_notes(shared))
    assert any("does not tell who" in note for note in make_notes(unidentified_assessment))


def test_tables_have_as_many_words_as_columns(
    assessment: Assessment, unidentified_assessment: Assessment
) -> None:
    for assessed, count in ((assessment, 7), (unidentified_assessment, 5)):
        tables = list(make_tables(assessed))
        assert len(tables) == count
        assert all(len(row) == len(t.columns) for t in tables for row in t.rows)


def test_tables_are_markdown_that_says_how_it_was_measured(assessment: Assessment) -> None:
    text = io.StringIO()
    print_report(assessment, Console(file=text, width=200))
    lines = text.getvalue().splitlines()
    assert any(line.startswith("| FTA, no face found") for line in lines)
    assert any("bootstrap that resamples people" in line for line in lines)
    assert sum("|---" in line for line in lines) == 7
