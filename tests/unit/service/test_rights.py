"""Consent, retention, export and erasure."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import numpy as np
import pytest

from mien.core.audit import AuditAction
from mien.core.lockout import WITHOUT_PAD
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError, UnknownSubjectError
from mien.service.export_subject import export_subject
from mien.service.housekeeping import Housekeeping
from mien.service.show_subject import show_subject
from mien.service.terms import NO_WISH, TermsPolicy, Wish
from mien.storage.database import Database
from tests.unit.service.conftest import House, build_house, embedding_of

ADA, BOB = SubjectId("ada"), SubjectId("bob")
DAY = timedelta(days=1)


def enroll(house: House, subject_id: SubjectId = ADA, wish: Wish = NO_WISH) -> None:
    with house.database.unit_of_work("test") as work:
        house.enroll(work, subject_id, [f"{subject_id}:1".encode()], wish)


def test_consent_is_kept_with_purpose_and_date(house: House) -> None:
    enroll(house, wish=Wish("  door of building 7 "))
    with house.database.unit_of_work("test") as work:
        subject, _ = show_subject(work, ADA, WITHOUT_PAD)
    assert subject.terms.consent is not None
    assert subject.terms.consent.purpose == "door of building 7"
    assert subject.terms.consent.given_at == subject.enrolled_at


@pytest.mark.parametrize("purpose", [None, "", "   "])
def test_where_consent_is_demanded_nobody_is_enrolled_without(
    database: Database, purpose: str | None
) -> None:
    house = build_house(database, terms=TermsPolicy(requires_consent=True))
    with pytest.raises(InvalidRequestError, match="consent_purpose"):
        enroll(house, wish=Wish(purpose))
    enroll(house, wish=Wish("door"))


@pytest.mark.parametrize(
    ("house_days", "wished_days", "kept_days"),
    [(None, None, None), (30, None, 30), (None, 7, 7), (30, 7, 7), (30, 99, 30)],
)
def test_the_shorter_retention_holds(
    database: Database, house_days: int | None, wished_days: int | None, kept_days: int | None
) -> None:
    keep_for = None if house_days is None else house_days * DAY
    house = build_house(database, terms=TermsPolicy(keep_for=keep_for))
    enroll(house, wish=Wish(keep_for=None if wished_days is None else wished_days * DAY))
    with house.database.unit_of_work("test") as work:
        subject, _ = show_subject(work, ADA, WITHOUT_PAD)
    expected = None if kept_days is None else subject.enrolled_at + kept_days * DAY
    assert subject.terms.expires_at == expected


def test_a_retention_of_no_days_is_refused(house: House) -> None:
    with pytest.raises(InvalidRequestError, match="retention"):
        enroll(house, wish=Wish(keep_for=0 * DAY))


def test_people_whose_term_is_over_are_erased_by_themselves(house: House) -> None:
    enroll(house, ADA, Wish(keep_for=7 * DAY))
    enroll(house, BOB, Wish(keep_for=9 * DAY))
    sweep = Housekeeping(WITHOUT_PAD, images_kept=30 * DAY, clock=house.clock)
    with house.database.unit_of_work("mien") as work:
        assert sweep(work).subjects == 0
    house.clock.now += 8 * DAY
    with house.database.unit_of_work("mien") as work:
        assert sweep(work).subjects == 1
        with pytest.raises(UnknownSubjectError):
            work.subjects.get(ADA)
        newest = list(work.audit.entries())[-1].event
        assert (newest.action, newest.actor) == (AuditAction.EXPIRE, "mien")
        assert house.identify(work, b"ada:2").subjects_checked == 1


def test_old_photos_and_a_few_failures_are_forgotten_and_locks_are_not(house: House) -> None:
    enroll(house, ADA)
    sweep = Housekeeping(WITHOUT_PAD, images_kept=30 * DAY, clock=house.clock)
    with house.database.unit_of_work("test") as work:
        house.authenticate(work, BOB, b"bob:1")
        for _ in range(5):
            work.failures.record("subject:eva", house.clock())
    house.clock.now += 31 * DAY
    with house.database.unit_of_work("mien") as work:
        swept = sweep(work)
        assert (swept.images, swept.failures) == (2, 1)
        assert work.failures.of("subject:bob") is None
        assert work.failures.of("subject:eva") is not None


def test_an_export_holds_all_there_is_and_is_on_record(house: House) -> None:
    enroll(house, ADA, Wish("door", 7 * DAY))
    with house.database.unit_of_work("test") as work:
        house.authenticate(work, ADA, b"ada:2")
        house.authenticate(work, ADA, b"bob:2")
    with house.database.unit_of_work("operator:eva") as work:
        export = export_subject(work, ADA, WITHOUT_PAD, house.clock())
    document = json.loads(json.dumps(export.document()))
    assert document["user_id"] == "ada"
    assert document["consent_purpose"] == "door"
    assert document["failed_attempts"] == 1
    assert [event["action"] for event in document["history"]] == [
        "export",
        "authenticate",
        "authenticate",
        "enroll",
    ]
    (template,) = document["templates"]
    embedding = np.frombuffer(base64.b64decode(template["embedding"]), "<f4")
    np.testing.assert_array_equal(embedding, embedding_of("ada:1"))


def test_an_export_takes_every_page_of_a_history(house: House) -> None:
    enroll(house, ADA)
    with house.database.unit_of_work("test") as work:
        (enrolled,) = work.audit.of(ADA, limit=1)
        for _ in range(1100):
            work.audit.append(enrolled.event)
    with house.database.unit_of_work("test") as work:
        export = export_subject(work, ADA, WITHOUT_PAD, house.clock())
    sequences = [entry.sequence for entry in export.history]
    assert len(sequences) == 1102
    assert sequences == sorted(sequences, reverse=True)
