"""Other false match rates for departments: who they hold for, and that they give nobody away."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import event

from mien.core.audit import AuditAction
from mien.core.groups import DEPARTMENT, Group
from mien.core.policy import Reason
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError
from mien.service.claim import Authentication
from mien.service.thresholds import GroupThresholds
from tests.unit.service.conftest import CURVE, House

ADA, BOB, GHOST = SubjectId("ada"), SubjectId("bob"), SubjectId("ghost")
TREASURY = Group("treasury")
EVERYBODY = FalseMatchRate(1e-3)
STRICT, LENIENT = FalseMatchRate(1e-8), FalseMatchRate(0.5)
CALIBRATION = Calibration("c" * 32, "made up", {1: CURVE, 3: CURVE})


def thresholds(house: House) -> GroupThresholds:
    return GroupThresholds(CALIBRATION, EVERYBODY, house.clock)


def put(house: House, target: FalseMatchRate, group: Group = TREASURY) -> None:
    with house.database.unit_of_work("operator:grace") as work:
        thresholds(house).put(work, group, target)


def authenticate(house: House, photo: str, who: SubjectId = ADA) -> Authentication:
    with house.database.unit_of_work("test") as work:
        return house.authenticate(work, who, photo.encode())


@pytest.fixture
def busy(house: House) -> House:
    """Ada of the treasury, and bob of no department."""
    for who in (ADA, BOB):
        with house.database.unit_of_work("test") as work:
            house.enroll(work, who, [f"{who}:1".encode()])
    with house.database.unit_of_work("test") as work:
        work.groups.put(ADA, DEPARTMENT, TREASURY)
    return house


def test_a_department_is_judged_by_its_own_rate(busy: House) -> None:
    assert authenticate(busy, "ada~bob:2").decision is not None
    before = authenticate(busy, "ada:3")
    put(busy, STRICT)
    strict, other = authenticate(busy, "ada~bob:4"), authenticate(busy, "bob:5", BOB)
    assert before.decision is not None
    assert strict.decision is not None
    assert other.decision is not None
    assert (before.decision.target, strict.decision.target) == (EVERYBODY, STRICT)
    assert other.decision.target == EVERYBODY
    assert (strict.accepted, strict.reason) == (False, Reason.LOW_CONFIDENCE)


def test_the_same_face_is_accepted_by_a_weaker_rate_and_refused_by_a_stricter(
    busy: House,
) -> None:
    similar = "ada~bob:{}"
    assert authenticate(busy, similar.format(1)).accepted
    put(busy, STRICT)
    assert not authenticate(busy, similar.format(2)).accepted
    with busy.database.unit_of_work("test") as work:
        thresholds(busy).remove(work, TREASURY)
    assert authenticate(busy, similar.format(3)).accepted


def test_nobody_is_compared_by_the_rate_of_whom_they_are_compared_with(house: House) -> None:
    with house.database.unit_of_work("test") as work:
        house.enroll(work, ADA, [b"ada:1"])
        work.groups.put(ADA, DEPARTMENT, TREASURY)
    put(house, STRICT)
    wrong, nobody = authenticate(house, "x:1"), authenticate(house, "x:2", GHOST)
    assert wrong.decision is not None
    assert nobody.decision is not None
    # Ada is the only one who can stand in for a ghost.
    assert wrong.decision.target == nobody.decision.target == STRICT
    assert wrong.decision.threshold == nobody.decision.threshold


def test_as_many_questions_are_asked_of_the_database_for_nobody(busy: House) -> None:
    put(busy, STRICT)
    authenticate(busy, "bob:9", BOB)  # follows what changed in the gallery

    def statements(who: SubjectId, photo: str) -> Sequence[str]:
        asked: list[str] = []

        def note(*arguments: object) -> None:
            asked.append(str(arguments[2]))

        event.listen(busy.database.engine, "before_cursor_execute", note)
        authenticate(busy, photo, who)
        event.remove(busy.database.engine, "before_cursor_execute", note)
        return asked

    assert statements(ADA, "x:1") == statements(GHOST, "x:2")


def test_an_identification_keeps_its_own_rate(busy: House) -> None:
    def found(photo: bytes) -> FalseMatchRate:
        with busy.database.unit_of_work("test") as work:
            return busy.identify(work, photo).matches[0].decision.target

    before = found(b"ada:2")
    put(busy, STRICT)
    assert found(b"ada:3") == before


@pytest.mark.parametrize("target", [9e-9, 1.1, 0.0, -1.0])
def test_a_rate_that_the_calibration_does_not_know_is_refused(house: House, target: float) -> None:
    with pytest.raises(InvalidRequestError, match="calibration"):
        put(house, FalseMatchRate(target))
    with house.database.unit_of_work("test") as work:
        assert not work.thresholds.all(DEPARTMENT)


def test_a_rate_of_another_calibration_is_kept_as_strictly_as_this_one_can(busy: House) -> None:
    with busy.database.unit_of_work("test") as work:
        work.thresholds.put(DEPARTMENT, TREASURY, FalseMatchRate(1e-12))
        (shown,) = thresholds(busy).show(work).groups
    answer = authenticate(busy, "ada:2")
    assert answer.decision is not None
    assert answer.decision.target == shown.threshold.target == 1e-8


def test_what_holds_for_whom_is_shown(busy: House) -> None:
    put(busy, STRICT)
    put(busy, LENIENT, Group("archive"))
    with busy.database.unit_of_work("test") as work:
        shown = thresholds(busy).show(work)
    assert (shown.strictest, shown.weakest) == (1e-8, 1.0)
    assert shown.everybody.target == EVERYBODY
    assert shown.everybody.threshold == CURVE.threshold(EVERYBODY)
    assert [(g.group, g.threshold.target, g.people) for g in shown.groups] == [
        ("archive", LENIENT, 0),
        ("treasury", STRICT, 1),
    ]
    assert shown.groups[1].threshold.expected_fnmr == 0.5


def test_changes_are_on_record_and_the_last_one_holds(house: House) -> None:
    put(house, LENIENT)
    put(house, STRICT)
    with house.database.unit_of_work("operator:grace") as work:
        assert work.thresholds.all(DEPARTMENT) == {TREASURY: STRICT}
        thresholds(house).remove(work, TREASURY)
        thresholds(house).remove(work, TREASURY)
        assert not work.thresholds.all(DEPARTMENT)
        events = [entry.event for entry in work.audit.entries()]
    assert {each.action for each in events} == {AuditAction.CHANGE_THRESHOLD}
    assert [each.details["target_fmr"] for each in events] == ["0.5", "1e-08", "", ""]
    assert {each.actor for each in events} == {"operator:grace"}
    assert all(each.details["group"] == TREASURY for each in events)
