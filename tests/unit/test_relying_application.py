from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from threading import Thread

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from examples.relying_application import LIVING, AssertionChecker, BadAssertionError, handler
from mien.access.tokens import AccessTokens, Assertions, jwks
from mien.core.caller import Role
from mien.core.liveness import LivenessPolicy
from mien.core.operator import Operator, OperatorName
from mien.core.scoring import FalseMatchRate
from mien.core.signing import PublicKey, SigningKey
from mien.core.template import SubjectId

MIEN, APP = "https://mien.example.org", "https://app.example.org"


class Ring:
    def current(self) -> SigningKey:
        return SigningKey("key", bytes(32))

    def public_keys(self) -> list[PublicKey]:
        private = Ed25519PrivateKey.from_private_bytes(bytes(32))
        return [PublicKey("key", private.public_key().public_bytes_raw())]


def published_key(token: str) -> jwt.PyJWK:
    keys = jwt.PyJWKSet.from_dict(jwks(Ring().public_keys()))
    return keys[jwt.get_unverified_header(token)["kid"]]


def now() -> datetime:
    return datetime.now(UTC)


def assertion(
    nonce: str | None,
    *,
    audience: str = APP,
    issuer: str = MIEN,
    age: timedelta = timedelta(),
    fmr: float = 1e-4,
    liveness: LivenessPolicy = LivenessPolicy.NONE,
) -> str:
    assertions = Assertions(Ring(), issuer, lambda: now() - age)
    issued = assertions.issue(
        SubjectId("ada"),
        audience,
        target_fmr=FalseMatchRate(fmr),
        liveness=liveness,
        nonce=nonce,
    )
    return issued.text


@pytest.fixture
def checker() -> AssertionChecker:
    return AssertionChecker(MIEN, APP, published_key)


def test_an_assertion_for_this_session_tells_the_subject(checker: AssertionChecker) -> None:
    nonce = checker.new_nonce()
    assert checker.subject_of(assertion(nonce), nonce) == "ada"


def test_an_assertion_is_believed_once(checker: AssertionChecker) -> None:
    nonce = checker.new_nonce()
    token = assertion(nonce)
    checker.subject_of(token, nonce)
    with pytest.raises(BadAssertionError):
        checker.subject_of(token, nonce)
    with pytest.raises(BadAssertionError):
        checker.subject_of(token, checker.new_nonce())


def test_a_nonce_of_somebody_else_is_refused(checker: AssertionChecker) -> None:
    with pytest.raises(BadAssertionError):
        checker.subject_of(assertion("made-up-by-others"), "made-up-by-others")


def test_a_nonce_ends(checker: AssertionChecker, monkeypatch: pytest.MonkeyPatch) -> None:
    nonce = checker.new_nonce()
    later = time.time() + 301
    monkeypatch.setattr("examples.relying_application.time.time", lambda: later)
    with pytest.raises(BadAssertionError):
        checker.subject_of(assertion(nonce), nonce)


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": "https://other.example.org"},
        {"issuer": "https://evil.example.org"},
        {"age": timedelta(minutes=6)},
        {"age": timedelta(minutes=-6)},
        {"fmr": 1e-2},
    ],
)
def test_an_assertion_for_others_out_of_time_or_too_loose_is_refused(
    checker: AssertionChecker, changes: dict[str, object]
) -> None:
    nonce = checker.new_nonce()
    with pytest.raises(BadAssertionError):
        checker.subject_of(assertion(nonce, **changes), nonce)  # type: ignore[arg-type] # a table of cases


def test_a_photo_is_refused_where_a_living_person_is_asked_for() -> None:
    careful = AssertionChecker(MIEN, APP, published_key, liveness=LIVING)
    for policy in LivenessPolicy:
        nonce = careful.new_nonce()
        token = assertion(nonce, liveness=policy)
        if policy.needs_session:
            assert careful.subject_of(token, nonce) == "ada"
        else:
            with pytest.raises(BadAssertionError, match="alive"):
                careful.subject_of(token, nonce)


def test_an_assertion_without_a_nonce_is_refused(checker: AssertionChecker) -> None:
    with pytest.raises(BadAssertionError):
        checker.subject_of(assertion(None), checker.new_nonce())


def test_an_operators_access_token_is_no_assertion() -> None:
    nonce_checker = AssertionChecker(MIEN, MIEN, published_key)
    ada = Operator(OperatorName("ada"), Role.ADMIN, now())
    token = AccessTokens(Ring(), MIEN, now).issue(ada).text
    with pytest.raises(BadAssertionError):
        nonce_checker.subject_of(token, nonce_checker.new_nonce())


def test_an_access_token_with_all_claims_of_an_assertion_is_still_none() -> None:
    checker = AssertionChecker(MIEN, APP, published_key)
    nonce = checker.new_nonce()
    claims = jwt.decode(assertion(nonce), options={"verify_signature": False})
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    token = jwt.encode(claims, key, algorithm="EdDSA", headers={"typ": "at+jwt", "kid": "key"})
    with pytest.raises(BadAssertionError, match="no assertion"):
        checker.subject_of(token, nonce)


@pytest.fixture
def browser(checker: AssertionChecker) -> Iterator[HTTPConnection]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(checker)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        server.shutdown()
        thread.join()


def post(browser: HTTPConnection, body: str, cookie: str) -> tuple[int, str]:
    browser.request("POST", "/session", body.encode(), {"Cookie": cookie})
    answer = browser.getresponse()
    return answer.status, answer.read().decode()


def test_a_browser_gets_in_once(browser: HTTPConnection) -> None:
    browser.request("GET", "/nonce")
    answer = browser.getresponse()
    nonce, cookie = answer.read().decode(), answer.headers["Set-Cookie"].partition(";")[0]
    token = assertion(nonce)
    assert post(browser, token, cookie) == (200, "welcome, ada")
    assert post(browser, token, cookie)[0] == 401


def test_a_browser_without_the_cookie_stays_out(browser: HTTPConnection) -> None:
    browser.request("GET", "/nonce")
    nonce = browser.getresponse().read().decode()
    assert post(browser, assertion(nonce), "")[0] == 400
    assert post(browser, assertion(nonce), "nonce=another")[0] == 401
    assert post(browser, "x" * 5000, f"nonce={nonce}")[0] == 400
