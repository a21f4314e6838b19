"""Consent, groups, keeping expressions and telling of them, on real databases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import pytest

from mien.core.attempt import new_attempt_id
from mien.core.audit import AuditAction
from mien.core.consent import Purpose
from mien.core.expression import Expression, ExpressionShares
from mien.core.expression_log import ExpressionRecord
from mien.core.face import Face
from mien.core.groups import DEPARTMENT, Attribute, Group
from mien.core.image import Image
from mien.core.lockout import WITHOUT_PAD
from mien.core.quality import QualityLimits
from mien.core.template import SubjectId
from mien.core.wellbeing.periods import Period
from mien.errors import ConsentMissingError, InvalidRequestError, UnknownSubjectError
from mien.service.authenticate import Authenticate
from mien.service.claim import Authentication, Judge
from mien.service.consent import (
    Statement,
    give_consent,
    show_consents,
    state_purpose,
    withdraw_consent,
)
from mien.service.disown import disown
from mien.service.export_subject import export_subject
from mien.service.groups import put_group, show_groups
from mien.service.housekeeping import Housekeeping
from mien.service.probe import ProbeReader
from mien.service.wellbeing import Wellbeing
from mien.storage.database import Database
from tests.unit.service.conftest import FakeAnalyzer, House, decode

ADA, BOB, NOBODY = SubjectId("ada"), SubjectId("bob"), SubjectId("nobody")
AGE: Final = Attribute("age")
ON: Final = Statement("Your trend is shown to you, and to nobody else.")
OFF: Final = Statement()
DAY: Final = timedelta(days=1)
SMILE: Final = ExpressionShares((0.1, 0.9, 0, 0, 0, 0, 0, 0))


class FakeReader:
    """Everybody smiles; it counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, image: Image, faces: Sequence[Face]) -> list[ExpressionShares]:  # noqa: ARG002 the port's form
        self.asked += 1
        return [SMILE for _ in faces]


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader()


@pytest.fixture
def authenticate(house: House, reader: FakeReader) -> Authenticate:
    """As in the house, where well-being is on."""
    judge: Judge = house.authenticate._judge
    probes = ProbeReader(decode, FakeAnalyzer(), QualityLimits(), expressions=reader)
    return Authenticate(probes, judge)


def enroll(house: House, *who: SubjectId) -> None:
    with house.database.unit_of_work("test") as work:
        for subject_id in who:
            house.enroll(work, subject_id, [f"{subject_id}:1".encode()])


def agree(house: House, who: SubjectId, purpose: Purpose = Purpose.EXPRESSION) -> None:
    with house.database.unit_of_work("key:1") as work:
        give_consent(work, who, purpose, house.clock(), ON)


def attempt(
    house: House, authenticate: Authenticate, who: SubjectId, photo: bytes
) -> Authentication:
    with house.database.unit_of_work("test") as work:
        return authenticate(work, who, photo)


def kept(house: House, who: SubjectId = ADA) -> list[ExpressionRecord]:
    with house.database.unit_of_work("test") as work:
        return list(work.expressions.of(who))


# Keeping


def test_without_consent_nothing_is_kept(house: House, authenticate: Authenticate) -> None:
    enroll(house, ADA)
    agree(house, ADA, Purpose.FAIRNESS)
    assert attempt(house, authenticate, ADA, b"ada:2").accepted
    assert kept(house) == []


def test_with_consent_the_expression_is_kept_with_the_time(
    house: House, authenticate: Authenticate
) -> None:
    enroll(house, ADA)
    agree(house, ADA)
    answer = attempt(house, authenticate, ADA, b"ada:2")
    (record,) = kept(house)
    assert record.at == answer.at
    assert record.shares.shares == pytest.approx(SMILE.shares)


def test_where_well_being_is_off_nothing_is_kept_even_with_consent(house: House) -> None:
    enroll(house, ADA)
    agree(house, ADA)
    with house.database.unit_of_work("test") as work:
        assert house.authenticate(work, ADA, b"ada:2").accepted
    assert kept(house) == []


def test_a_refused_attempt_leaves_no_expression(house: House, authenticate: Authenticate) -> None:
    """The face may be somebody else's, who has agreed to nothing."""
    enroll(house, ADA)
    agree(house, ADA)
    assert not attempt(house, authenticate, ADA, b"bob:2").accepted
    assert kept(house) == []


def test_every_probe_is_read_whoever_it_claims_to_be(
    house: House, authenticate: Authenticate, reader: FakeReader
) -> None:
    """Or the time that it takes would tell who agreed, or is enrolled."""
    enroll(house, ADA, BOB)
    agree(house, ADA)
    for number, who in enumerate((ADA, BOB, NOBODY), start=1):
        attempt(house, authenticate, who, f"{who}:2".encode())
        assert reader.asked == number


def test_enrolling_reads_no_expression(reader: FakeReader) -> None:
    probes = ProbeReader(decode, FakeAnalyzer(), QualityLimits(), expressions=reader)
    assert probes.read(b"ada:1").expression is None
    assert reader.asked == 0


def test_this_was_not_me_takes_the_expression_too(house: House, authenticate: Authenticate) -> None:
    enroll(house, ADA)
    agree(house, ADA)
    attempt(house, authenticate, ADA, b"ada:2")
    not_me = attempt(house, authenticate, ADA, b"ada:3")
    with house.database.unit_of_work("test") as work:
        disown(work, ADA, not_me.attempt_id, house.clock())
    (left,) = kept(house)
    assert left.at != not_me.at


def test_old_expressions_are_forgotten(house: House, authenticate: Authenticate) -> None:
    enroll(house, ADA)
    agree(house, ADA)
    attempt(house, authenticate, ADA, b"ada:2")
    sweep = Housekeeping(WITHOUT_PAD, 30 * DAY, house.clock, expressions_kept=90 * DAY)
    for days, forgotten in ((89, 0), (2, 1)):
        house.clock.now += days * DAY
        with house.database.unit_of_work("mien") as work:
            assert sweep(work).expressions == forgotten
    assert kept(house) == []


# Consent and groups


def test_a_consent_is_on_record_with_its_purpose(house: House) -> None:
    enroll(house, ADA)
    agree(house, ADA)
    with house.database.unit_of_work("key:2") as work:
        withdraw_consent(work, ADA, Purpose.EXPRESSION, house.clock())
        withdrawn, given = list(work.audit.of(ADA, limit=2))
    for entry, action, actor in (
        (given, AuditAction.CONSENT, "key:1"),
        (withdrawn, AuditAction.WITHDRAW, "key:2"),
    ):
        assert (entry.event.action, entry.event.actor) == (action, actor)
        assert entry.event.details == {"purpose": "expression"}


def test_nobody_can_agree_to_a_purpose_that_is_not_stated(house: House) -> None:
    enroll(house, ADA)
    with house.database.unit_of_work("test") as work:
        with pytest.raises(InvalidRequestError, match="MIEN_WELLBEING_PURPOSE"):
            give_consent(work, ADA, Purpose.EXPRESSION, house.clock(), OFF)
        assert show_consents(work, ADA) == []
        # To take it back nothing needs to be stated.
        withdraw_consent(work, ADA, Purpose.EXPRESSION, house.clock())


def test_nobody_agrees_for_whoever_is_not_enrolled(house: House) -> None:
    with house.database.unit_of_work("test") as work, pytest.raises(UnknownSubjectError):
        give_consent(work, NOBODY, Purpose.FAIRNESS, house.clock(), ON)


def test_the_purpose_is_on_record_whenever_it_changes(database: Database) -> None:
    now = datetime.fromisoformat("2026-05-01T00:00:00+00:00")
    other = Statement("Your trend is shown to you and to the company doctor.")
    with database.unit_of_work("mien") as work:
        changes = [OFF, ON, ON, other, OFF, OFF, ON]
        assert [state_purpose(work, each, now) for each in changes] == [
            False,
            True,
            False,
            True,
            True,
            False,
            True,
        ]
        texts = [entry.event.details["text"] for entry in work.audit.page(limit=9)]
    assert texts == [ON.expression, other.expression, "", ON.expression]


def test_a_group_but_the_department_needs_consent(house: House) -> None:
    enroll(house, ADA)
    with house.database.unit_of_work("test") as work:
        put_group(work, ADA, DEPARTMENT, Group("research"), house.clock())
        with pytest.raises(ConsentMissingError, match="give that consent first"):
            put_group(work, ADA, AGE, Group("30-39"), house.clock())
        assert show_groups(work, ADA) == {DEPARTMENT: "research"}


def test_the_record_of_a_group_does_not_say_which(house: House) -> None:
    enroll(house, ADA)
    agree(house, ADA, Purpose.FAIRNESS)
    with house.database.unit_of_work("test") as work:
        put_group(work, ADA, AGE, Group("30-39"), house.clock())
        put_group(work, ADA, AGE, None, house.clock())
        removed, noted = work.audit.of(ADA, limit=2)
    assert noted.event.details == {"attribute": "age", "change": "noted"}
    assert removed.event.details == {"attribute": "age", "change": "removed"}


def test_nobody_has_a_group_who_is_not_enrolled(house: House) -> None:
    with house.database.unit_of_work("test") as work, pytest.raises(UnknownSubjectError):
        put_group(work, NOBODY, DEPARTMENT, Group("research"), house.clock())


def test_an_export_holds_consents_groups_and_expressions(
    house: House, authenticate: Authenticate
) -> None:
    enroll(house, ADA)
    agree(house, ADA)
    attempt(house, authenticate, ADA, b"ada:2")
    with house.database.unit_of_work("test") as work:
        put_group(work, ADA, DEPARTMENT, Group("research"), house.clock())
        export = export_subject(work, ADA, WITHOUT_PAD, house.clock())
    document = json.loads(json.dumps(export.document()))
    assert [consent["purpose"] for consent in document["consents"]] == ["expression"]
    assert document["groups"] == {"department": "research"}
    (expression,) = document["expressions"]
    assert expression["probabilities"]["happiness"] == pytest.approx(0.9)
    assert list(expression["probabilities"]) == [each.value for each in Expression]


# Telling


@pytest.fixture
def archive(house: House) -> House:
    """Six people of a department, seen on each of twenty days; it is a Monday."""
    people = [SubjectId(f"member-{number}") for number in range(6)]
    enroll(house, *people)
    house.clock.now = datetime.fromisoformat("2026-11-23T08:00:00+00:00")
    for who in people:
        agree(house, who)
        with house.database.unit_of_work("test") as work:
            put_group(work, who, DEPARTMENT, Group("archive"), house.clock())
            for day in range(20):
                record = ExpressionRecord(house.clock.now - day * DAY, SMILE)
                work.expressions.add(who, record, new_attempt_id())
    return house


def test_only_weeks_that_are_over_are_told(archive: House) -> None:
    wellbeing = Wellbeing(archive.clock)
    with archive.database.unit_of_work("test") as work:
        told = wellbeing.of_groups(work)
        mine = wellbeing.of_person(work, SubjectId("member-1"), Period.DAY)
    starts = [point.start for point in told.groups[Group("archive")].points]
    assert starts == [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
    # Today is not over either.
    assert mine.points[-1].start == date(2026, 11, 22)


def test_a_week_of_which_something_was_forgotten_is_not_told(archive: House) -> None:
    """Otherwise its figure would change from day to day."""
    wellbeing = Wellbeing(archive.clock, kept=12 * DAY)
    with archive.database.unit_of_work("test") as work:
        told = wellbeing.of_groups(work)
    assert [point.start for point in told.groups[Group("archive")].points] == [date(2026, 11, 16)]


def test_since_leaves_out_what_was_before(archive: House) -> None:
    with archive.database.unit_of_work("test") as work:
        told = Wellbeing(archive.clock).of_groups(work, since=date(2026, 11, 10))
    assert [point.start for point in told.groups[Group("archive")].points] == [date(2026, 11, 16)]


@pytest.mark.parametrize("since", [date.min, date.max])
def test_any_day_can_be_asked_for(archive: House, since: date) -> None:
    with archive.database.unit_of_work("test") as work:
        told = Wellbeing(archive.clock).of_groups(work, since=since)
    assert len(told.groups) == (1 if since == date.min else 0)


def test_whoever_withdraws_is_in_no_figure_any_more(archive: House) -> None:
    with archive.database.unit_of_work("test") as work:
        for number in range(2):
            who = SubjectId(f"member-{number}")
            withdraw_consent(work, who, Purpose.EXPRESSION, archive.clock())
        told = Wellbeing(archive.clock).of_groups(work)
        assert told.groups == {}
        with pytest.raises(ConsentMissingError):
            Wellbeing(archive.clock).of_person(work, SubjectId("member-0"), Period.WEEK)


def test_well_being_is_told_by_department_only_and_in_one_period_only(archive: House) -> None:
    with archive.database.unit_of_work("test") as work:
        with pytest.raises(InvalidRequestError, match="another purpose"):
            Wellbeing(archive.clock).of_groups(work, AGE)
        with pytest.raises(InvalidRequestError, match="by the week only"):
            Wellbeing(archive.clock).of_groups(work, period=Period.DAY)
        by_day = Wellbeing(archive.clock, group_period=Period.DAY)
        assert by_day.of_groups(work, period=Period.DAY).period is Period.DAY


def test_nobody_is_told_of_whoever_is_not_enrolled(house: House) -> None:
    with house.database.unit_of_work("test") as work, pytest.raises(UnknownSubjectError):
        Wellbeing(house.clock).of_person(work, NOBODY, Period.WEEK)


def test_everything_can_be_erased_at_once_and_that_is_on_record(archive: House) -> None:
    with archive.database.unit_of_work("operator:eva") as work:
        assert Wellbeing(archive.clock).erase_all(work) == 120
        newest = work.audit.newest(AuditAction.ERASE_EXPRESSIONS)
        assert newest is not None
        assert newest.event.details == {"records": 120}
        assert Wellbeing(archive.clock).of_groups(work).groups == {}
