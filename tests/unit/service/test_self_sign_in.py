"""Signing in by face: whose token it is, under which policy, and where models are missing."""

from __future__ import annotations

import random
from typing import NoReturn

import pytest

from mien.core.audit import AuditAction
from mien.core.live.run import LiveRun
from mien.core.liveness import LivenessPolicy
from mien.core.policy import Reason
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.self_service import SelfClaims, SignInWay
from mien.core.template import SubjectId
from mien.errors import LivenessRequiredError
from mien.service.claim import Judge
from mien.service.live.sessions import Drawing, LiveSessions
from mien.service.self_sign_in import FaceSignIn, SignInByFace
from tests.unit.service.conftest import CONTRACT, CURVE, House

ADA, NOBODY = SubjectId("ada"), SubjectId("nobody")


def read_no_frame(_run: LiveRun) -> NoReturn:
    raise AssertionError("no session is attached to a stream here")


def door(
    house: House,
    policy: LivenessPolicy = LivenessPolicy.NONE,
    *,
    follows: bool = True,
    judges: bool = True,
) -> SignInByFace:
    """Return the way in. follows, judges: which models are there."""
    calibration = Calibration(CONTRACT.digest, "made up", {1: CURVE})
    live = LiveSessions(
        Judge(house.gallery, calibration, FalseMatchRate(1e-3), house.clock),
        read_no_frame if follows else None,
        Drawing(random.Random(1)),
        house.clock,
        judges_pixels=judges,
    )
    return SignInByFace(policy, house.authenticate, live)


def enter(house: House, who: SubjectId, photo: bytes) -> FaceSignIn:
    with house.database.unit_of_work("self") as work:
        return door(house).with_photo(work, who, photo)


@pytest.fixture
def ada(house: House) -> House:
    with house.database.unit_of_work("test") as work:
        house.enroll(work, ADA, [b"ada:1", b"ada:2"])
    return house


def test_whoever_is_recognized_gets_a_token_of_their_pseudonym(ada: House) -> None:
    entered = enter(ada, ADA, b"ada:3")
    with ada.database.unit_of_work("test") as work:
        pseudonym = work.subjects.pseudonym(ADA)
        (newest,) = work.audit.of(ADA, limit=1)
    assert pseudonym is not None
    assert entered.claims == SelfClaims(pseudonym, SignInWay.FACE)
    assert (newest.event.action, newest.event.actor) == (AuditAction.AUTHENTICATE, "self")


@pytest.mark.parametrize("who", [ADA, NOBODY])
def test_nobody_else_does(ada: House, who: SubjectId) -> None:
    entered = enter(ada, who, b"bob:1")
    assert entered.claims is None
    assert not entered.answer.accepted


def test_a_photo_that_was_used_does_not_count(ada: House) -> None:
    enter(ada, ADA, b"ada:3")
    again = enter(ada, ADA, b"ada:3")
    assert (again.claims, again.answer.reason) == (None, Reason.IMAGE_REPLAYED)


@pytest.mark.parametrize("policy", [LivenessPolicy.ACTIVE, LivenessPolicy.BOTH])
def test_a_photo_is_not_looked_at_where_a_session_is_asked_for(
    ada: House, policy: LivenessPolicy
) -> None:
    with ada.database.unit_of_work("self") as work, pytest.raises(LivenessRequiredError):
        door(ada, policy).with_photo(work, ADA, b"ada:3")


@pytest.mark.parametrize(
    ("policy", "follows", "judges", "offered"),
    [
        (LivenessPolicy.NONE, False, False, True),
        (LivenessPolicy.PASSIVE, False, True, True),
        (LivenessPolicy.PASSIVE, True, False, False),
        (LivenessPolicy.ACTIVE, True, False, True),
        (LivenessPolicy.ACTIVE, False, True, False),
        (LivenessPolicy.BOTH, True, True, True),
        (LivenessPolicy.BOTH, True, False, False),
        (LivenessPolicy.BOTH, False, True, False),
    ],
)
def test_faces_are_not_offered_where_models_are_missing(
    house: House, policy: LivenessPolicy, *, follows: bool, judges: bool, offered: bool
) -> None:
    way = door(house, policy, follows=follows, judges=judges)
    assert way.policy is (policy if offered else None)
