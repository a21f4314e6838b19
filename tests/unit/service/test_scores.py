"""Scores of the calibration, and of a real gallery once it has people enough."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from mien.core.groups import FEWEST
from mien.core.matching import Matcher, Unit
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import SubjectId
from mien.service.scores import Origin, ScoreReport, ShowScores
from tests.unit.service.conftest import CONTRACT, CURVE, PARTS, House

TARGET = FalseMatchRate(1e-3)
CALIBRATION = Calibration(CONTRACT.digest, "made up", {3: CURVE, 1: CURVE})


def make(house: House, contract: str = CONTRACT.digest) -> ShowScores:
    return ShowScores(Matcher(PARTS), CALIBRATION, contract, TARGET, house.clock)


def enroll(house: House, people: range, samples: int = 3) -> None:
    for number in people:
        photos = [f"p{number}:{take}".encode() for take in range(samples)]
        with house.database.unit_of_work("test") as work:
            house.enroll(work, SubjectId(f"p{number}"), photos)


def show(house: House, scores: ShowScores) -> ScoreReport:
    with house.database.unit_of_work("test") as work:
        return scores(work)


def origins(report: ScoreReport) -> list[tuple[Origin, int]]:
    return [(source.origin, source.samples) for source in report.sources]


def test_the_calibration_is_told_with_the_threshold_that_holds(house: House) -> None:
    report = show(house, make(house))
    assert origins(report) == [(Origin.CALIBRATION, 1), (Origin.CALIBRATION, 3)]
    assert report.threshold == CURVE.threshold(TARGET)
    assert (report.target, report.unit) == (TARGET, Unit.COSINE)
    assert {source.description for source in report.sources} == {"made up"}


def test_people_enough_are_told_too(house: House) -> None:
    enroll(house, range(FEWEST))
    report = show(house, make(house))
    assert origins(report)[2:] == [(Origin.GALLERY, 2)]
    spread = report.sources[-1].distribution
    assert spread.genuine_comparisons == 3 * FEWEST
    assert spread.impostor_comparisons == FEWEST * (FEWEST - 1)
    # Takes of one person lie close together: some threshold is without an error.
    errors = np.array(spread.false_match_rates) + np.array(spread.false_non_match_rates)
    assert errors.min() == pytest.approx(0)


@pytest.mark.parametrize(("people", "samples"), [(FEWEST - 1, 3), (FEWEST, 1), (0, 1)])
def test_fewer_people_are_not_told_of(house: House, people: int, samples: int) -> None:
    enroll(house, range(people), samples)
    assert {origin for origin, _ in origins(show(house, make(house)))} == {Origin.CALIBRATION}


def test_templates_of_another_contract_are_not_compared(house: House) -> None:
    enroll(house, range(FEWEST))
    assert len(show(house, make(house, "another" * 4)).sources) == 2


def test_the_gallery_is_counted_once_a_minute(house: House) -> None:
    scores = make(house)
    assert len(show(house, scores).sources) == 2
    enroll(house, range(FEWEST))
    assert len(show(house, scores).sources) == 2
    house.clock.now += timedelta(minutes=1)
    assert len(show(house, scores).sources) == 3
