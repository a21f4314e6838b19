"""Tokens of people who signed in for themselves, and that no other token is taken for one."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest

from mien.access.subject_tokens import SUBJECT_TOKEN_TYPE, SubjectTokens
from mien.access.tokens import AccessTokens, Assertions
from mien.core.audit import Pseudonym
from mien.core.liveness import LivenessPolicy
from mien.core.scoring import FalseMatchRate
from mien.core.self_service import SelfClaims, SignInWay
from mien.core.template import SubjectId
from mien.errors import UnauthorizedError
from tests.unit.access.test_tokens import ADA, ISSUER, Clock, Ring

CLAIMS = SelfClaims(Pseudonym("5f" * 16), SignInWay.PASSWORD)


def tokens(clock: Clock, issuer: str = ISSUER) -> SubjectTokens:
    return SubjectTokens(Ring(), issuer, clock)


@pytest.mark.parametrize("way", SignInWay)
def test_it_says_whose_it_is_and_how_they_came(way: SignInWay) -> None:
    claims, issuer = SelfClaims(CLAIMS.pseudonym, way), tokens(Clock())
    assert issuer.verify(issuer.issue(claims).text) == claims


def test_it_names_a_pseudonym_and_no_person() -> None:
    issued = tokens(Clock()).issue(CLAIMS)
    said = jwt.decode(issued.text, options={"verify_signature": False})
    assert said.keys() == {"aud", "sub", "way", "iss", "iat", "exp", "jti"}
    assert said["sub"] == CLAIMS.pseudonym
    assert jwt.get_unverified_header(issued.text)["typ"] == SUBJECT_TOKEN_TYPE


def test_it_is_good_for_a_quarter_of_an_hour() -> None:
    clock = Clock()
    issuer = tokens(clock)
    issued = issuer.issue(CLAIMS)
    assert issued.lifetime == timedelta(minutes=15)
    clock.now += issued.lifetime
    assert issuer.verify(issued.text) == CLAIMS  # clocks differ by some seconds
    clock.now += timedelta(seconds=10)
    with pytest.raises(UnauthorizedError):
        issuer.verify(issued.text)


def test_no_other_kind_is_taken_for_it_nor_it_for_another() -> None:
    clock = Clock()
    access, mine = AccessTokens(Ring(), ISSUER, clock), tokens(clock)
    assertion = Assertions(Ring(), ISSUER, clock).issue(
        SubjectId("ada"),
        ISSUER,
        target_fmr=FalseMatchRate(1e-3),
        liveness=LivenessPolicy.BOTH,
    )
    for foreign in (access.issue(ADA).text, assertion.text, "", "not.a.token", "mien_0_key"):
        with pytest.raises(UnauthorizedError):
            mine.verify(foreign)
    with pytest.raises(UnauthorizedError):
        access.verify(mine.issue(CLAIMS).text)


def test_that_of_another_server_is_refused() -> None:
    foreign = tokens(Clock(), "https://other.example").issue(CLAIMS)
    with pytest.raises(UnauthorizedError):
        tokens(Clock()).verify(foreign.text)
