"""Enroll, authenticate, identify, list, show, history and erase."""

from __future__ import annotations

import pytest

from mien.core.lockout import WITHOUT_PAD
from mien.core.policy import Reason
from mien.core.template import SubjectId
from mien.errors import (
    AlreadyEnrolledError,
    EnrollmentRejectedError,
    InvalidRequestError,
    LowQualityError,
    NoFaceError,
    UnknownSubjectError,
)
from mien.service.enroll import Enrollment
from mien.service.erase_subject import erase_subject
from mien.service.list_subjects import list_subjects
from mien.service.read_history import read_history
from mien.service.show_subject import show_subject
from tests.unit.service.conftest import House

ADA, BOB = SubjectId("ada"), SubjectId("bob")


def enroll(house: House, subject_id: SubjectId, *photos: str) -> Enrollment:
    with house.database.unit_of_work("test") as work:
        return house.enroll(work, subject_id, [photo.encode() for photo in photos])


def count(house: House) -> int:
    with house.database.unit_of_work("test") as work:
        return work.subjects.count()


def test_every_good_sample_becomes_a_template(house: House) -> None:
    result = enroll(house, ADA, "ada:1", "ada:2", "ada:3")
    assert result.valid_samples == 3
    with house.database.unit_of_work("test") as work:
        assert show_subject(work, ADA, WITHOUT_PAD)[0].template_count == 3


def test_bad_samples_are_left_out_with_their_reason(house: House) -> None:
    result = enroll(house, ADA, "ada:1", "broken", "wall", "crowd", "dark:1")
    reasons = [sample.reason for sample in result.samples]
    assert reasons == [None, "IMAGE_UNREADABLE", "NO_FACE", "MULTIPLE_FACES", "TOO_DARK"]
    assert result.valid_samples == 1


def test_a_single_bad_sample_fails_with_its_own_error(house: House) -> None:
    with pytest.raises(NoFaceError):
        enroll(house, ADA, "wall")
    with pytest.raises(LowQualityError) as caught:
        enroll(house, ADA, "dark:1")
    assert caught.value.reasons == ("TOO_DARK",)
    assert count(house) == 0


def test_no_good_sample_is_a_rejection(house: House) -> None:
    with pytest.raises(EnrollmentRejectedError) as caught:
        enroll(house, ADA, "wall", "broken")
    assert caught.value.sample_reasons == ("NO_FACE", "IMAGE_UNREADABLE")
    assert count(house) == 0


def test_the_odd_one_out_is_named(house: House) -> None:
    with pytest.raises(EnrollmentRejectedError) as caught:
        enroll(house, ADA, "ada:1", "ada:2", "wall", "ada:3", "bob:1")
    assert caught.value.sample_reasons[2] == "NO_FACE"
    assert caught.value.sample_reasons[4] == "SAMPLES_DISAGREE"
    assert count(house) == 0


@pytest.mark.parametrize("photos", [[], ["ada:1"] * 11])
def test_one_to_ten_images_are_taken(house: House, photos: list[str]) -> None:
    with pytest.raises(InvalidRequestError):
        enroll(house, ADA, *photos)


def test_a_subject_is_enrolled_once(house: House) -> None:
    enroll(house, ADA, "ada:1")
    with pytest.raises(AlreadyEnrolledError):
        enroll(house, ADA, "ada:2")
    with house.database.unit_of_work("test") as work:
        assert show_subject(work, ADA, WITHOUT_PAD)[0].template_count == 1


def test_the_same_person_under_another_name_is_reported(house: House) -> None:
    enroll(house, ADA, "ada:1", "ada:2")
    assert enroll(house, BOB, "bob:1").duplicates == ()
    assert enroll(house, SubjectId("eva"), "ada:3").duplicates == (ADA,)


def test_the_right_face_is_accepted_and_the_wrong_one_refused(house: House) -> None:
    enroll(house, ADA, "ada:1", "ada:2")
    with house.database.unit_of_work("test") as work:
        right = house.authenticate(work, ADA, b"ada:9")
        wrong = house.authenticate(work, ADA, b"bob:9")
        unknown = house.authenticate(work, BOB, b"ada:8")
    assert (right.accepted, right.reason) == (True, Reason.MATCH)
    assert (wrong.accepted, wrong.reason) == (False, Reason.LOW_CONFIDENCE)
    assert (unknown.accepted, unknown.reason) == (False, Reason.UNKNOWN_SUBJECT)


def test_a_search_is_open(house: House) -> None:
    with house.database.unit_of_work("test") as work:
        assert house.identify(work, b"ada:9").reason is Reason.EMPTY_GALLERY
    enroll(house, ADA, "ada:1", "ada:2", "ada:3")
    enroll(house, BOB, "bob:1")
    with house.database.unit_of_work("test") as work:
        known = house.identify(work, b"bob:9", top_k=2)
        stranger = house.identify(work, b"eva:9", top_k=2)
    assert [match.subject_id for match in known.matches] == [BOB, ADA]
    assert (known.found, known.subjects_checked) == (True, 2)
    assert (stranger.found, stranger.reason) == (False, Reason.LOW_CONFIDENCE)


def test_history_is_newest_first_and_goes_with_the_subject(house: House) -> None:
    enroll(house, ADA, "ada:1")
    with house.database.unit_of_work("test") as work:
        house.authenticate(work, ADA, b"ada:9")
        house.authenticate(work, ADA, b"bob:9")
        house.identify(work, b"ada:8")
    with house.database.unit_of_work("test") as work:
        events = [entry.event for entry in read_history(work, ADA, limit=10)]
    assert [(event.action, event.accepted) for event in events] == [
        ("identify", True),
        ("authenticate", False),
        ("authenticate", True),
        ("enroll", True),
    ]
    assert {event.actor for event in events} == {"test"}
    with house.database.unit_of_work("test") as work:
        erase_subject(work, ADA, house.clock())
    with house.database.unit_of_work("test") as work, pytest.raises(UnknownSubjectError):
        read_history(work, ADA, limit=10)


def test_an_erased_subject_is_not_found_any_more(house: House) -> None:
    enroll(house, ADA, "ada:1")
    with house.database.unit_of_work("test") as work:
        assert house.identify(work, b"ada:9").found
        erase_subject(work, ADA, house.clock())
        assert house.identify(work, b"ada:8").subjects_checked == 0
    with house.database.unit_of_work("test") as work, pytest.raises(UnknownSubjectError):
        show_subject(work, ADA, WITHOUT_PAD)


def test_subjects_are_paged_by_id(house: House) -> None:
    for name in ("cleo", "ada", "bob"):
        enroll(house, SubjectId(name), f"{name}:1")
    with house.database.unit_of_work("test") as work:
        page = list_subjects(work, WITHOUT_PAD, limit=2, offset=1)
    assert ([subject.id for subject in page.subjects], page.total) == (["bob", "cleo"], 3)


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (1001, 0), (1, -1)])
def test_pages_have_bounds(house: House, limit: int, offset: int) -> None:
    with house.database.unit_of_work("test") as work, pytest.raises(InvalidRequestError):
        list_subjects(work, WITHOUT_PAD, limit=limit, offset=offset)


@pytest.mark.parametrize("top_k", [0, 101])
def test_matches_have_bounds(house: House, top_k: int) -> None:
    with house.database.unit_of_work("test") as work, pytest.raises(InvalidRequestError):
        house.identify(work, b"ada:1", top_k=top_k)
