from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from mien.access.tokens import (
    ACCESS_TOKEN_TYPE,
    ASSERTION_TYPE,
    AccessTokens,
    Assertions,
    jwks,
)
from mien.core.caller import Caller, Role
from mien.core.liveness import LivenessPolicy
from mien.core.operator import Operator, OperatorName
from mien.core.scoring import FalseMatchRate
from mien.core.signing import PublicKey, SigningKey
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError, UnauthorizedError

ISSUER = "https://mien.example.org"
NONE = LivenessPolicy.NONE
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ADA = Operator(OperatorName("ada"), Role.AUDITOR, NOW)


@dataclass
class Ring:
    """Keys made of numbers."""

    current_seed: int = 1
    seeds: list[int] = field(default_factory=lambda: [1])

    def current(self) -> SigningKey:
        return signing_key(self.current_seed)

    def public_keys(self) -> list[PublicKey]:
        return [public_key(seed) for seed in self.seeds]


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def signing_key(seed: int) -> SigningKey:
    return SigningKey(f"key{seed}", seed.to_bytes(32))


def public_key(seed: int) -> PublicKey:
    private = Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32))
    return PublicKey(f"key{seed}", private.public_key().public_bytes_raw())


@pytest.fixture
def ring() -> Ring:
    return Ring()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(ring: Ring, clock: Clock) -> AccessTokens:
    return AccessTokens(ring, ISSUER, clock)


@pytest.fixture
def assertions(ring: Ring, clock: Clock) -> Assertions:
    return Assertions(ring, ISSUER, clock)


def decoded(token: str) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return claims


def forged(
    changes: Mapping[str, object],
    *,
    typ: str = ACCESS_TOKEN_TYPE,
    kid: str | None = "key1",
    seed: int = 1,
) -> str:
    """A token like a real one, but for the changes; None leaves a claim out."""
    claims = decoded(AccessTokens(Ring(), ISSUER, Clock()).issue(ADA).text)
    claims = {k: v for k, v in {**claims, **changes}.items() if v is not None}
    headers = {"typ": typ} | ({} if kid is None else {"kid": kid})
    key = Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32))
    return jwt.encode(claims, key, algorithm="EdDSA", headers=headers)


def test_an_operators_token_says_who_they_are(tokens: AccessTokens) -> None:
    issued = tokens.issue(ADA)
    assert tokens.verify(issued.text) == Caller("operator:ada", Role.AUDITOR.scopes)
    assert issued.lifetime == timedelta(minutes=10)
    assert issued.text not in repr(issued)


def test_it_is_an_access_token_of_rfc_9068(tokens: AccessTokens) -> None:
    token = tokens.issue(ADA).text
    assert jwt.get_unverified_header(token) == {"typ": "at+jwt", "alg": "EdDSA", "kid": "key1"}
    claims = decoded(token)
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} <= set(claims)
    assert claims["iss"] == claims["aud"] == ISSUER
    assert claims["scope"] == "audit metrics read"


def test_no_two_tokens_have_the_same_id(tokens: AccessTokens) -> None:
    assert decoded(tokens.issue(ADA).text)["jti"] != decoded(tokens.issue(ADA).text)["jti"]


def test_a_forged_token_without_a_change_is_accepted(tokens: AccessTokens) -> None:
    assert tokens.verify(forged({})).actor == "operator:ada"


@given(position=st.integers(min_value=0), byte=st.integers(0, 127))
def test_a_token_with_any_changed_byte_is_refused(position: int, byte: int) -> None:
    tokens = AccessTokens(Ring(), ISSUER, Clock())
    token = tokens.issue(ADA).text
    position %= len(token)
    assume(token[position] != chr(byte))
    with pytest.raises(UnauthorizedError):
        tokens.verify(token[:position] + chr(byte) + token[position + 1 :])


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(UnauthorizedError):
        AccessTokens(Ring(), ISSUER, Clock()).verify(text)


@pytest.mark.parametrize(
    "changes",
    [{name: None} for name in ("iss", "aud", "sub", "iat", "exp", "jti", "client_id", "role")]
    + [
        {"aud": "https://app.example.org"},
        {"aud": [ISSUER, "https://app.example.org"]},
        {"iss": "https://other.example.org"},
        {"role": "owner"},
        {"sub": "a b"},
        {"exp": True},
        {"exp": "9999999999"},
        {"exp": 1e12},
        {"iat": NOW.timestamp() + 60},
        {"iat": int(NOW.timestamp()) + 60},
        {"exp": int(NOW.timestamp()) - 11},
    ],
)
def test_a_signed_token_with_a_wrong_or_missing_claim_is_refused(
    tokens: AccessTokens, changes: dict[str, object]
) -> None:
    with pytest.raises(UnauthorizedError):
        tokens.verify(forged(changes))


@pytest.mark.parametrize(
    "token",
    [
        forged({}, typ=ASSERTION_TYPE),
        forged({}, typ="JWT"),
        forged({}, typ="AT+JWT"),
        forged({}, kid="key2"),
        forged({}, kid=None),
        forged({}, seed=2),
    ],
)
def test_another_kind_or_another_key_is_refused(tokens: AccessTokens, token: str) -> None:
    with pytest.raises(UnauthorizedError):
        tokens.verify(token)


def test_no_algorithm_and_the_public_key_as_a_secret_are_refused(tokens: AccessTokens) -> None:
    claims = decoded(tokens.issue(ADA).text)
    headers = {"typ": ACCESS_TOKEN_TYPE, "kid": "key1"}
    secret = public_key(1).public
    keys: list[tuple[str, str | bytes]] = [("none", ""), ("HS256", secret)]
    for algorithm, key in keys:
        token = jwt.encode(claims, key, algorithm=algorithm, headers=headers)
        with pytest.raises(UnauthorizedError):
            tokens.verify(token)
        # The same under the name of the right algorithm.
        _, body, signature = token.split(".")
        header = json.dumps({**headers, "alg": "EdDSA"}).encode()
        renamed = base64.urlsafe_b64encode(header).decode().rstrip("=")
        with pytest.raises(UnauthorizedError):
            tokens.verify(f"{renamed}.{body}.{signature}")


def test_a_token_ends(tokens: AccessTokens, clock: Clock) -> None:
    token = tokens.issue(ADA).text
    clock.now += timedelta(minutes=10, seconds=9)
    tokens.verify(token)
    clock.now += timedelta(seconds=1)
    with pytest.raises(UnauthorizedError):
        tokens.verify(token)


def test_a_token_survives_a_rollover_until_its_key_is_gone(
    tokens: AccessTokens, ring: Ring
) -> None:
    token = tokens.issue(ADA).text
    ring.current_seed, ring.seeds = 2, [2, 1]
    tokens.verify(token)
    tokens.verify(tokens.issue(ADA).text)
    ring.seeds = [2]
    with pytest.raises(UnauthorizedError):
        tokens.verify(token)


def test_an_assertion_is_no_access_token_even_for_mien_itself(
    tokens: AccessTokens, assertions: Assertions
) -> None:
    issued = assertions.issue(
        SubjectId("ada"), ISSUER, target_fmr=FalseMatchRate(1e-3), liveness=NONE
    )
    with pytest.raises(UnauthorizedError):
        tokens.verify(issued.text)


def test_an_assertion_says_whose_face_was_verified_for_whom_and_how(assertions: Assertions) -> None:
    issued = assertions.issue(
        SubjectId("ada"),
        "https://app.example.org",
        target_fmr=FalseMatchRate(1e-4),
        liveness=LivenessPolicy.ACTIVE,
        nonce="n0nce-of-the-app",
        verified_at=NOW - timedelta(seconds=3),
    )
    assert jwt.get_unverified_header(issued.text)["typ"] == "face-assertion+jwt"
    claims = decoded(issued.text)
    assert len(str(claims.pop("jti"))) == 32
    assert claims == {
        "iss": ISSUER,
        "aud": "https://app.example.org",
        "sub": "ada",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 300,
        "auth_time": int(NOW.timestamp()) - 3,
        "amr": ["face"],
        "target_fmr": 1e-4,
        "liveness": "active",
        "nonce": "n0nce-of-the-app",
    }


def test_a_nonce_is_optional(assertions: Assertions) -> None:
    issued = assertions.issue(
        SubjectId("ada"), "app", target_fmr=FalseMatchRate(1e-4), liveness=NONE
    )
    assert "nonce" not in decoded(issued.text)


@pytest.mark.parametrize("nonce", ["", "short", "x" * 129, "line\nbreak", "snowman-\u2603"])
def test_a_nonce_that_is_no_nonce_is_refused(assertions: Assertions, nonce: str) -> None:
    with pytest.raises(InvalidRequestError):
        assertions.issue(
            SubjectId("ada"), "app", target_fmr=FalseMatchRate(1e-4), liveness=NONE, nonce=nonce
        )


def test_the_published_keys_check_an_assertion(assertions: Assertions, ring: Ring) -> None:
    ring.seeds = [2, 1]
    token = assertions.issue(
        SubjectId("ada"), "app", target_fmr=FalseMatchRate(1e-4), liveness=NONE
    ).text
    published = jwt.PyJWKSet.from_dict(jwks(ring.public_keys()))
    key = published[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, audience="app", options={"verify_exp": False})
    assert claims["sub"] == "ada"


def test_published_keys_carry_nothing_private() -> None:
    (key,) = jwks([public_key(1)])["keys"]
    assert set(key) == {"kty", "crv", "use", "alg", "kid", "x"}
