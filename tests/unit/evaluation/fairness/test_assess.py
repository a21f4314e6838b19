"""A whole report of made-up embeddings: what it holds, and how it is written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from mien.core.fairness import Verdict
from mien.core.matching import Matcher
from mien.core.scoring import Curve, FalseMatchRate
from mien.core.template import EmbeddingPart, normalize
from mien.errors import InvalidRequestError
from mien.evaluation.fairness.assess import FairnessReport, Subject, assess_fairness
from mien.evaluation.fairness.observe import Observed
from mien.evaluation.fairness.pairs import Histograms
from mien.evaluation.fairness.protocol import Attribute, FairnessProtocol
from mien.evaluation.fairness.rates import Measure
from mien.evaluation.fairness.report import to_json, write_fairness_report
from mien.evaluation.fairness.tables import make_notes, make_tables
from mien.evaluation.protocol import Person, Photo
from mien.evaluation.report import print_tables
from tests.unit.evaluation.conftest import NoPhotos

DIMENSION, PHOTOS, REFUSED = 24, 300, 20
CURVE = Curve(
    similarities=(-1.0, 0.3, 0.45, 0.6),
    false_match_rates=(0.99, 5e-2, 1e-2, 1e-3),
    fmr_intervals=((0.99, 0.99), (5e-2, 5e-2), (1e-2, 1e-2), (1e-3, 1e-3)),
    false_non_match_rates=(0.0, 0.0, 0.01, 0.1),
    measured=4,
    likelihood_ratio=(5.0, -2.0),
    impostor_comparisons=10**6,
    genuine_comparisons=10**3,
)
SUBJECT = Subject(
    "made-up",
    "0123abcd",
    Matcher((EmbeddingPart("made up", "drawn at random", DIMENSION, weight=1.0),)),
    CURVE,
    FalseMatchRate(1e-3),
)

Assessed = tuple[FairnessReport, tuple[Histograms, ...]]


def protocol(*, photos_each: int = 1) -> FairnessProtocol:
    """Two groups, "alike" and "varied", of the same number of photos."""
    member = np.arange(PHOTOS, dtype=np.int32) // photos_each % 2
    photos = tuple(
        Photo(Person(f"p{number // photos_each:03d}"), f"{number}.jpg") for number in range(PHOTOS)
    )
    attribute = Attribute("kind", ("alike", "varied"), member.astype(np.int32))
    return FairnessProtocol("made-up", NoPhotos(), photos, (attribute,), photos_each > 1)


def observed(made: FairnessProtocol) -> Observed:
    """Faces of the group "alike" share a part of their direction, and look less alive."""
    rng = np.random.default_rng(7)
    alike = made.attributes[0].member == 0
    people = np.unique([photo.person for photo in made.photos], return_inverse=True)[1]
    vectors = rng.normal(size=(people.max() + 1, DIMENSION))[people]
    vectors += 0.3 * rng.normal(size=vectors.shape)
    vectors[alike] += 0.8 * rng.normal(size=DIMENSION)
    reasons = [("BLURRED",) if number < REFUSED else () for number in range(PHOTOS)]
    usable = np.array([not found for found in reasons])
    passive = np.where(alike & (rng.uniform(size=PHOTOS) < 0.4), 0.1, 0.9)
    passive[-1] = np.nan
    return Observed(
        tuple(reasons), usable, normalize(vectors.astype(np.float32))[usable], passive[usable]
    )


@pytest.fixture(scope="module")
def assessed() -> Assessed:
    made = protocol()
    return assess_fairness(made, observed(made), SUBJECT)


def test_a_group_of_people_who_look_alike_is_found(assessed: Assessed) -> None:
    report, histograms = assessed
    (kind,) = report.attributes
    within = kind.rate(Measure.FMR_WITHIN, 1e-2)
    assert within is not None
    alike, varied = within.groups
    assert alike.rate.low > varied.rate.high
    assert (alike.verdict, kind.verdict) == (Verdict.OUTSIDE, Verdict.OUTSIDE)
    (wanted,) = [t for t in kind.thresholds if (t.group, t.target_fmr) == ("alike", 1e-2)]
    assert wanted.threshold is not None
    assert wanted.threshold.low > report.thresholds[1e-2]
    pairs = (PHOTOS - REFUSED) // 2
    assert histograms[0].counts.sum(axis=1).tolist() == [pairs * (pairs - 1) // 2] * 2


def test_photos_are_counted_by_reason_and_a_face_that_cannot_be_judged_is_no_living_one(
    assessed: Assessed,
) -> None:
    (kind,) = assessed[0].attributes
    enrolled, alive = kind.rate(Measure.FTE), kind.rate(Measure.BPCER)
    assert enrolled is not None
    assert alive is not None
    assert (enrolled.errors, enrolled.trials) == (REFUSED, PHOTOS)
    assert kind.reasons == {"BLURRED": (REFUSED // 2, REFUSED // 2)}
    assert alive.trials == PHOTOS - REFUSED
    assert alive.groups[1].errors == 1  # the NaN


def test_fnmr_needs_people_who_come_again(assessed: Assessed) -> None:
    assert assessed[0].attributes[0].rate(Measure.FNMR, 1e-3) is None
    assert any("not measurable" in note for note in make_notes(assessed[0]))
    made = protocol(photos_each=3)
    report, _ = assess_fairness(made, observed(made), SUBJECT)
    fnmr = report.attributes[0].rate(Measure.FNMR, 1e-3)
    assert fnmr is not None
    assert sum(figure.trials for figure in fnmr.groups) == fnmr.trials
    assert report.has_genuine


def test_without_passive_detection_bpcer_is_not_told(assessed: Assessed) -> None:
    made = protocol()
    report, _ = assess_fairness(made, replace(observed(made), passive=None), SUBJECT)
    assert report.attributes[0].rate(Measure.BPCER) is None
    assert any("mien models pull minifas" in note for note in make_notes(report))
    assert not any("minifas" in note for note in make_notes(assessed[0]))


def test_fewer_than_two_people_cannot_be_compared() -> None:
    made = protocol()
    seen = observed(made)
    nobody = replace(
        seen, usable=np.zeros(PHOTOS, np.bool_), embeddings=seen.embeddings[:0], passive=None
    )
    with pytest.raises(InvalidRequestError, match="two people are needed"):
        assess_fairness(made, nobody, SUBJECT)


def test_the_terminal_shows_every_table_and_names_the_operating_threshold(
    assessed: Assessed,
) -> None:
    written = StringIO()
    console = Console(file=written, width=250)
    print_tables(make_tables(assessed[0]), make_notes(assessed[0]), console)
    text = written.getvalue()
    assert "kind: FMR within the group at the operating threshold, for FMR 0.001, %" in text
    assert "at the looser threshold, for FMR 0.01" in text
    assert "never applied" in text
    assert "SP 800-63A-4" in text


def test_the_report_is_a_page_plain_json_and_a_plot_of_each_kind(
    assessed: Assessed, tmp_path: Path
) -> None:
    files = write_fairness_report(tmp_path / "report", *assessed, today=date(2026, 11, 21))
    names = {file.name for file in files}
    assert {
        "report.html",
        "report.json",
        "fmr-within-kind.png",
        "fmr-everybody-kind.png",
        "fmr-matrix-kind.png",
        "scores-kind.png",
        "bpcer-kind.png",
        "fte-kind.png",
    } == names

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    text = (tmp_path / "report" / "report.json").read_text()
    assert json.loads(text, parse_constant=refuse)["attributes"][0]["attribute"] == "kind"
    assert json.loads(json.dumps(to_json(assessed[0]))) == json.loads(text)
