"""What an authentication teaches, when, and how it is taken back."""

from __future__ import annotations

import pytest

from mien.core.audit import AuditAction
from mien.core.liveness import Liveness
from mien.core.lockout import WITHOUT_PAD
from mien.core.template import Origin, SubjectId
from mien.errors import UnknownSubjectError
from mien.service.disown import Disowned, disown
from mien.service.erase_subject import erase_subject
from mien.service.export_subject import export_subject
from mien.storage.database import Database
from tests.unit.service.conftest import build_house
from tests.unit.service.learning import (
    ADA,
    SPOOF,
    UNCHECKED,
    LearningHouse,
    build,
    same,
)

CHANGED = "ada~older"
"""Ada after years: half of what made her face has changed."""


@pytest.fixture
def home(database: Database) -> LearningHouse:
    learning = build(database)
    learning.enroll("ada:1", "ada:2")
    return learning


def test_a_candidate_decides_nothing(home: LearningHouse) -> None:
    before = home.reference()
    assert home.attempt(f"{CHANGED}:1").accepted
    assert home.counts() == (2, 0, 1)
    assert same(home.reference(), before)


def test_a_confirmed_candidate_makes_a_changed_person_known_better(home: LearningHouse) -> None:
    first = home.attempt(f"{CHANGED}:1")
    second = home.attempt(f"{CHANGED}:2")
    assert home.counts() == (2, 1, 0)
    (adapted,) = home.stored(Origin.ADAPTED)
    assert (adapted.attempt_id, adapted.confirmed_by) == (first.attempt_id, second.attempt_id)
    assert (adapted.added_at, adapted.template.quality) == (first.at, 0.9)
    third = home.attempt(f"{CHANGED}:3")
    assert third.decision is not None
    assert second.decision is not None
    assert third.decision.similarity > second.decision.similarity
    assert home.reference().sample_count == 3


def test_within_a_day_nothing_is_confirmed(home: LearningHouse) -> None:
    home.attempt(f"{CHANGED}:1")
    for take in range(2, 6):
        home.attempt_now(f"{CHANGED}:{take}")
    assert home.counts() == (2, 0, 1)


def test_whoever_has_not_changed_is_not_learned_anew(home: LearningHouse) -> None:
    """The enrollment is as near as any picture of yesterday: the candidate is only replaced."""
    home.attempt("ada:4")
    second = home.attempt("ada:7")
    (candidate,) = home.stored(Origin.CANDIDATE)
    assert candidate.attempt_id == second.attempt_id
    assert home.counts() == (2, 0, 1)


def test_the_oldest_makes_room_and_what_was_enrolled_stays(home: LearningHouse) -> None:
    enrolled = [each.template_id for each in home.stored(Origin.ENROLLED)]
    adapted: list[str] = []
    for take in range(8):
        home.attempt(f"{CHANGED}:{take}")
        now = [each.template_id for each in home.stored(Origin.ADAPTED)]
        assert len(now) <= 2
        adapted += [each for each in now if each not in adapted]
    assert len(adapted) > 2
    assert [each.template_id for each in home.stored(Origin.ADAPTED)] == adapted[-2:]
    assert [each.template_id for each in home.stored(Origin.ENROLLED)] == enrolled


@pytest.mark.parametrize("liveness", [UNCHECKED, SPOOF])
def test_a_face_that_was_not_shown_to_live_teaches_nothing(
    home: LearningHouse, liveness: Liveness
) -> None:
    home.attempt("ada:3", liveness)
    assert home.counts() == (2, 0, 0)
    assert home.events(AuditAction.ADAPT) == []


def test_bytes_that_were_used_before_teach_nothing(home: LearningHouse) -> None:
    assert not home.attempt("ada:2").accepted  # of the enrollment
    assert home.counts() == (2, 0, 0)


def test_an_acceptance_that_is_only_just_one_teaches_nothing(home: LearningHouse) -> None:
    answer = home.attempt("ada~older~wiser~grayer~thinner:2")
    assert answer.accepted
    assert answer.decision is not None
    assert answer.decision.false_match_rate > 1e-5
    assert home.counts() == (2, 0, 0)


def test_everybody_who_follows_the_gallery_learns_it(
    home: LearningHouse, database: Database
) -> None:
    other = build(database)
    assert other.reference().sample_count == 2
    home.attempt(f"{CHANGED}:1")
    assert other.reference().sample_count == 2
    second = home.attempt(f"{CHANGED}:2")
    assert same(other.reference(), home.reference())
    assert other.reference().sample_count == 3
    home.disown(second)
    assert other.reference().sample_count == 2


def test_what_was_learned_is_on_record(home: LearningHouse) -> None:
    first, second = home.attempt(f"{CHANGED}:1"), home.attempt(f"{CHANGED}:2")
    kept, adopted = home.events(AuditAction.ADAPT)
    assert dict(kept.details) == {"attempt": first.attempt_id, "candidate": first.attempt_id}
    assert dict(adopted.details) == {"attempt": second.attempt_id, "adopted": first.attempt_id}
    attempts = home.events(AuditAction.AUTHENTICATE)
    assert [e.details["attempt"] for e in attempts] == [first.attempt_id, second.attempt_id]
    assert kept.subject == attempts[0].subject


# "This was not me"


@pytest.mark.parametrize("which", [0, 1])
def test_disowning_either_attempt_takes_the_template_away(home: LearningHouse, which: int) -> None:
    before = home.reference()
    attempts = [home.attempt(f"{CHANGED}:{take}") for take in (1, 2)]
    assert not same(home.reference(), before)
    assert home.disown(attempts[which]) == Disowned(adapted=1, candidates=0)
    assert same(home.reference(), before)
    assert home.counts() == (2, 0, 0)


def test_a_candidate_can_be_disowned(home: LearningHouse) -> None:
    assert home.disown(home.attempt("ada:3")) == Disowned(adapted=0, candidates=1)
    assert home.counts() == (2, 0, 0)


def test_disowning_what_taught_nothing_is_on_record(home: LearningHouse) -> None:
    attempt = home.attempt("bob:1")
    assert home.disown(attempt) == Disowned(adapted=0, candidates=0)
    (event,) = home.events(AuditAction.DISOWN)
    assert event.details["attempt"] == attempt.attempt_id
    assert event.subject is not None
    assert home.counts() == (2, 0, 0)


def test_one_persons_attempt_disowns_nothing_of_anothers(home: LearningHouse) -> None:
    bob = SubjectId("bob")
    home.enroll("bob:1", subject_id=bob)
    attempt = home.attempt("ada:3")
    with home.house.database.unit_of_work("test") as work:
        assert disown(work, bob, attempt.attempt_id, attempt.at) == Disowned(0, 0)
        with pytest.raises(UnknownSubjectError):
            disown(work, SubjectId("ghost"), attempt.attempt_id, attempt.at)
    assert home.counts() == (2, 0, 1)


# With the rest


def test_a_new_subject_is_found_at_once(home: LearningHouse, database: Database) -> None:
    """Nobody trains anything: not here, and not in a process that runs meanwhile."""
    other = build_house(database)
    with database.unit_of_work("test") as work:
        assert not other.identify(work, b"eva:1").found
    home.enroll("eva:2", subject_id=SubjectId("eva"))
    with database.unit_of_work("test") as work:
        found = other.identify(work, b"eva:3")
    assert [match.subject_id for match in found.matches if match.decision.accepted] == ["eva"]


def test_a_person_gets_what_was_learned_too(home: LearningHouse) -> None:
    first, second = home.attempt(f"{CHANGED}:1"), home.attempt(f"{CHANGED}:2")
    third = home.attempt(f"{CHANGED}:3")
    with home.house.database.unit_of_work("test") as work:
        export = export_subject(work, ADA, WITHOUT_PAD, home.house.clock())
    templates = export.document()["templates"]
    assert isinstance(templates, list)
    assert [(each["origin"], each["attempt_id"], each["confirmed_by"]) for each in templates] == [
        ("enrolled", None, None),
        ("enrolled", None, None),
        ("adapted", first.attempt_id, second.attempt_id),
        ("candidate", third.attempt_id, None),
    ]


def test_an_erasure_leaves_nothing_that_was_learned(home: LearningHouse) -> None:
    for take in range(3):
        home.attempt(f"{CHANGED}:{take}")
    with home.house.database.unit_of_work("test") as work:
        erase_subject(work, ADA, home.house.clock())
    assert home.stored() == []
