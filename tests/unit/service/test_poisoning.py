"""Somebody else's face does not get into a reference by being shown to it."""

from __future__ import annotations

import numpy as np
import pytest

from mien.core.audit import AuditAction
from mien.core.matching import Matcher
from mien.core.template import Origin
from mien.service.claim import Authentication
from mien.service.lockouts import lift_lock
from mien.storage.database import Database
from tests.unit.service.conftest import PARTS, embedding_of
from tests.unit.service.learning import ADA, LearningHouse, build, same

TWIN = "ada~oscar"
"""Oscar, who looks so much like ada that he is accepted in her name, and strongly."""


@pytest.fixture
def home(database: Database) -> LearningHouse:
    learning = build(database)
    learning.enroll("ada:1", "ada:2", "ada:3")
    return learning


def cosine(home: LearningHouse, photo: str) -> float:
    direction = Matcher(PARTS).directions(embedding_of(photo))
    return float(home.reference().direction @ direction)


def try_once(home: LearningHouse, photo: str) -> Authentication:
    answer = home.attempt(photo)
    with home.house.database.unit_of_work("operator:eva") as work:
        lift_lock(work, ADA, home.house.clock())
    return answer


def test_whoever_is_rejected_changes_nothing_however_often(home: LearningHouse) -> None:
    before, templates = home.reference(), home.stored()
    for take in range(60):
        assert not try_once(home, f"oscar:{take}").accepted
    assert same(home.reference(), before)
    assert len(home.stored()) == len(templates)
    assert home.events(AuditAction.ADAPT) == []


def test_one_false_acceptance_changes_nothing(home: LearningHouse) -> None:
    before = home.reference()
    stranger = home.attempt(f"{TWIN}:1")
    assert stranger.accepted
    assert home.counts() == (3, 0, 1)
    for take in range(9):  # all of the same day
        home.attempt_now(f"{TWIN}:9{take}")
    assert same(home.reference(), before)
    assert home.counts() == (3, 0, 1)


def test_the_person_herself_does_not_confirm_the_stranger(home: LearningHouse) -> None:
    before = home.reference()
    stranger = home.attempt(f"{TWIN}:1")
    for take in range(10, 20):
        assert home.attempt(f"ada:{take}").accepted
        assert stranger.attempt_id not in {each.attempt_id for each in home.stored()}
    # 1. What was learned since, if anything, is of her.
    learned = [each.template.embedding for each in home.stored(Origin.ADAPTED)]
    for embedding in learned:
        assert float(before.direction @ Matcher(PARTS).directions(embedding)) > 0.85


def test_a_stranger_between_her_visits_never_counts(home: LearningHouse) -> None:
    """He comes every other day, and is accepted strongly each time."""
    strangers = set()
    for day in range(10):
        strangers.add(home.attempt(f"{TWIN}:{day}").attempt_id)
        home.attempt(f"ada:{10 + day}")
        adapted = home.stored(Origin.ADAPTED)
        assert not strangers & {each.attempt_id for each in adapted}


def test_several_false_acceptances_are_bounded(home: LearningHouse) -> None:
    """He alone comes, for weeks: he gets what the bounds leave him, and she is still known."""
    enrolled = [each.template for each in home.stored(Origin.ENROLLED)]
    at_first, hers = home.reference(), cosine(home, "ada:20")
    for take in range(30):
        home.attempt(f"{TWIN}:{take}")
    _, adapted, _ = home.counts()
    assert adapted == 2  # and never more than the enrollment has, or the calibration knows
    assert float(home.reference().direction @ at_first.direction) > 0.9
    assert cosine(home, "ada:20") > hers - 0.1
    assert home.attempt("ada:21").accepted
    for before, after in zip(enrolled, home.stored(Origin.ENROLLED), strict=True):
        assert np.array_equal(before.embedding, after.template.embedding)


def test_what_strangers_left_is_taken_back_by_name(home: LearningHouse) -> None:
    before = home.reference()
    attempts = [home.attempt(f"{TWIN}:{take}") for take in range(12)]
    assert not same(home.reference(), before)
    for attempt in attempts:
        home.disown(attempt)
    assert same(home.reference(), before)
    assert home.counts() == (3, 0, 0)


def test_what_was_learned_opens_no_door_to_the_next_stranger(home: LearningHouse) -> None:
    """Each looks a little less like ada than the one before: a chain that would walk away."""
    chain = [
        "ada~oscar",
        "ada~oscar~trudy",
        "ada~oscar~trudy~walter",
        "oscar~trudy~walter",
        "trudy~walter",
    ]
    for link in chain:
        for take in range(6):
            try_once(home, f"{link}:{take}")
    enrolled = Matcher(PARTS).reference(
        ADA, [each.template.embedding for each in home.stored(Origin.ENROLLED)]
    )
    for each in home.stored(Origin.ADAPTED):
        assert float(enrolled.direction @ Matcher(PARTS).directions(each.template.embedding)) > 0.5
    assert not try_once(home, "trudy~walter:99").accepted
    assert home.attempt("ada:30").accepted
