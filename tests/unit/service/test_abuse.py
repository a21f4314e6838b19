"""Guessing, replaying and asking who is enrolled."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from mien.core.audit import AuditAction
from mien.core.lockout import WITHOUT_PAD
from mien.core.policy import Reason
from mien.core.template import SubjectId
from mien.service.claim import Authentication
from mien.service.erase_subject import erase_subject
from mien.service.lockouts import lift_lock, show_locks
from mien.service.read_history import read_history
from tests.unit.service.conftest import House

ADA, GHOST = SubjectId("ada"), SubjectId("ghost")


def enroll(house: House, *photos: str) -> None:
    with house.database.unit_of_work("test") as work:
        house.enroll(work, ADA, [photo.encode() for photo in photos])


def authenticate(house: House, photo: str, subject_id: SubjectId = ADA) -> Authentication:
    with house.database.unit_of_work("test") as work:
        return house.authenticate(work, subject_id, photo.encode())


def fail(house: House, times: int, subject_id: SubjectId = ADA, start: int = 0) -> None:
    for number in range(start, start + times):
        authenticate(house, f"bob:{number}", subject_id)


def test_five_failures_lock_even_the_right_face_out(house: House) -> None:
    enroll(house, "ada:1")
    fail(house, 5)
    locked = authenticate(house, "ada:2")
    assert (locked.accepted, locked.reason) == (False, Reason.LOCKED_OUT)
    assert locked.decision is None
    assert locked.locked_until is not None
    assert timedelta(seconds=20) < locked.locked_until - house.clock() <= timedelta(seconds=30)


def test_an_identity_that_is_not_enrolled_locks_the_same_way(house: House) -> None:
    enroll(house, "ada:1")
    fail(house, 5, GHOST)
    assert authenticate(house, "ada:2", GHOST).reason is Reason.LOCKED_OUT
    assert authenticate(house, "ada:3", ADA).accepted


def test_after_the_delay_the_right_face_is_let_in_and_all_is_forgotten(house: House) -> None:
    enroll(house, "ada:1")
    fail(house, 5)
    house.clock.now += timedelta(seconds=31)
    assert authenticate(house, "ada:2").accepted
    fail(house, 4, start=10)
    assert authenticate(house, "ada:3").accepted


def test_attempts_while_locked_do_not_lengthen_the_lock(house: House) -> None:
    enroll(house, "ada:1")
    fail(house, 12)
    with house.database.unit_of_work("test") as work:
        assert show_locks(work, [ADA], WITHOUT_PAD)[ADA].failures.count == 5


def test_after_fifty_failures_only_an_operator_helps(house: House) -> None:
    enroll(house, "ada:1")
    for number in range(50):
        house.clock.now += timedelta(hours=2)
        authenticate(house, f"bob:{number}")
    house.clock.now += timedelta(days=3650)
    assert authenticate(house, "ada:2").reason is Reason.LOCKED_OUT
    with house.database.unit_of_work("operator:eva") as work:
        lift_lock(work, ADA, house.clock())
    assert authenticate(house, "ada:3").accepted
    with house.database.unit_of_work("test") as work:
        events = [entry.event for entry in read_history(work, ADA, limit=3)]
    assert [event.action for event in events] == ["authenticate", "unlock", "authenticate"]
    assert events[1].actor == "operator:eva"


def test_locked_attempts_are_on_record(house: House) -> None:
    enroll(house, "ada:1")
    fail(house, 6)
    with house.database.unit_of_work("test") as work:
        newest = read_history(work, ADA, limit=1)[0].event
    assert (newest.action, newest.reason) == (AuditAction.AUTHENTICATE, Reason.LOCKED_OUT)


def test_the_same_bytes_are_accepted_once(house: House) -> None:
    enroll(house, "ada:1")
    assert authenticate(house, "ada:2").accepted
    again = authenticate(house, "ada:2")
    assert (again.accepted, again.reason) == (False, Reason.IMAGE_REPLAYED)


def test_a_photo_of_the_enrollment_is_no_proof_of_presence(house: House) -> None:
    enroll(house, "ada:1", "ada:2")
    assert authenticate(house, "ada:1").reason is Reason.IMAGE_REPLAYED


def test_a_replay_counts_as_a_failure(house: House) -> None:
    enroll(house, "ada:1")
    for _ in range(5):
        authenticate(house, "ada:1")
    assert authenticate(house, "ada:2").reason is Reason.LOCKED_OUT


def test_an_identified_photo_cannot_be_used_again(house: House) -> None:
    enroll(house, "ada:1")
    with house.database.unit_of_work("test") as work:
        assert house.identify(work, b"ada:2").found
        again = house.identify(work, b"ada:2")
    assert (again.found, again.reason, again.matches) == (False, Reason.IMAGE_REPLAYED, ())
    assert authenticate(house, "ada:2").reason is Reason.IMAGE_REPLAYED


def test_erasing_a_subject_forgets_its_photos_and_failures(house: House) -> None:
    enroll(house, "ada:1")
    fail(house, 5)
    with house.database.unit_of_work("test") as work:
        erase_subject(work, ADA, house.clock())
    enroll(house, "ada:1")
    assert authenticate(house, "ada:2").accepted


def test_nobody_is_compared_like_somebody(house: House) -> None:
    """An unknown subject gets the numbers of a wrong face, and is never accepted."""
    enroll(house, "ada:1")
    unknown = authenticate(house, "ada:2", GHOST)
    assert (unknown.accepted, unknown.reason) == (False, Reason.UNKNOWN_SUBJECT)
    assert unknown.decision is not None
    wrong = authenticate(house, "bob:1", ADA)
    assert wrong.decision is not None
    assert replace(unknown.decision, comparison=wrong.decision.comparison).target == (
        wrong.decision.target
    )


def test_an_empty_gallery_refuses(house: House) -> None:
    nobody = authenticate(house, "ada:1", GHOST)
    assert (nobody.accepted, nobody.reason) == (False, Reason.UNKNOWN_SUBJECT)
    assert nobody.decision is None


def test_an_attempt_at_the_moment_of_an_erasure_is_answered(house: House) -> None:
    enroll(house, "ada:1")
    answers: list[Authentication] = []
    thread = threading.Thread(target=lambda: answers.append(authenticate(house, "ada:2")))
    with house.database.unit_of_work("test") as work:
        erase_subject(work, ADA, house.clock())
        thread.start()
        thread.join(timeout=0.5)  # it waits for the erasure, in the middle or at its start
    thread.join(timeout=30)
    assert len(answers) == 1
    with house.database.unit_of_work("test") as work:
        assert work.subjects.count() == 0
    assert not authenticate(house, "ada:3").accepted
