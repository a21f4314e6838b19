"""Who may do what, and what they learn: scopes, sign-in, locks, assertions, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import jwt
import pytest

from mien.core.caller import Scope
from tests.integration.conftest import Server
from tests.support import new_file

Photos = dict[str, list[bytes]]
PASSWORD = "a long enough password"  # noqa: S105 of a test
NUMBERS = ("confidence", "threshold", "false_match_rate", "log10_likelihood_ratio", "similarities")


@contextmanager
def caller(server: Server, *scopes: str, **wanted: object) -> Iterator[httpx.Client]:
    """Make an API key with these scopes and call with it; revoke it in the end."""
    body = {"label": "a test", "scopes": list(scopes), **wanted}
    made = server.client.post("/api/v1/api-keys", json=body)
    assert made.status_code == 201, made.text
    key, key_id = made.json()["key"], made.json()["about"]["key_id"]
    with httpx.Client(base_url=server.url, headers={"X-API-Key": key}, timeout=60) as client:
        yield client
    assert server.client.delete(f"/api/v1/api-keys/{key_id}").status_code == 204


def enroll(server: Server, user_id: str, photo: bytes) -> None:
    answer = server.client.post(
        "/api/v1/register", data={"user_id": user_id}, files={"images": new_file(photo)}
    )
    assert answer.status_code == 200, answer.text


def authenticate(client: httpx.Client, user_id: str, photo: bytes, **fields: str) -> httpx.Response:
    return client.post(
        "/api/v1/authenticate",
        data={"user_id": user_id, **fields},
        files={"image": new_file(photo)},
    )


@pytest.fixture(scope="module")
def ada(server: Server, photos: Photos) -> str:
    enroll(server, "ada", photos["astronaut"][0])
    return "ada"


@pytest.fixture(scope="module")
def tokens(server: Server) -> dict[str, Any]:
    """An auditor's session."""
    added = server.client.post(
        "/api/v1/operators", json={"name": "eva", "role": "auditor", "password": PASSWORD}
    )
    assert added.status_code == 201, added.text
    session: dict[str, Any] = sign_in(server, "eva", PASSWORD).json()
    return session


def sign_in(server: Server, name: str, password: str) -> httpx.Response:
    form = {"grant_type": "password", "username": name, "password": password}
    return httpx.post(server.url + "/api/v1/auth/token", data=form)


def refresh(server: Server, token: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return httpx.post(server.url + "/api/v1/auth/token", data=form)


def bearer(server: Server, tokens: dict[str, Any]) -> httpx.Client:
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    return httpx.Client(base_url=server.url, headers=headers)


NEEDS = [
    ("POST", "/api/v1/register", Scope.ENROLL),
    ("POST", "/api/v1/authenticate", Scope.VERIFY),
    ("POST", "/api/v1/identify", Scope.IDENTIFY),
    ("POST", "/api/v1/detect", Scope.READ),
    ("GET", "/api/v1/users", Scope.READ),
    ("GET", "/api/v1/users/ada/history", Scope.READ),
    ("POST", f"/api/v1/users/ada/attempts/{'0' * 32}/disown", Scope.ENROLL),
    ("GET", "/api/v1/users/ada/consents", Scope.READ),
    ("PUT", "/api/v1/users/ada/consents/fairness", Scope.ENROLL),
    ("DELETE", "/api/v1/users/ada/consents/fairness", Scope.ENROLL),
    ("GET", "/api/v1/users/ada/profile", Scope.READ),
    ("PUT", "/api/v1/users/ada/profile", Scope.ENROLL),
    ("GET", "/api/v1/reviews", Scope.REVIEW),
    ("POST", f"/api/v1/reviews/{'0' * 32}/approve", Scope.REVIEW),
    ("POST", f"/api/v1/reviews/{'0' * 32}/deny", Scope.REVIEW),
    ("GET", "/api/v1/users/ada/groups", Scope.READ),
    ("PUT", "/api/v1/users/ada/groups/department", Scope.ENROLL),
    ("DELETE", "/api/v1/users/ada/groups/department", Scope.ENROLL),
    ("GET", "/api/v1/wellbeing", Scope.AUDIT),
    ("GET", "/api/v1/users/ada/export", Scope.ADMIN),
    ("DELETE", "/api/v1/users/ada", Scope.ADMIN),
    ("PUT", "/api/v1/users/ada/lock", Scope.ADMIN),
    ("DELETE", "/api/v1/users/ada/lock", Scope.ADMIN),
    ("GET", "/api/v1/api-keys", Scope.ADMIN),
    ("GET", "/api/v1/operators", Scope.ADMIN),
    ("GET", "/api/v1/audit", Scope.AUDIT),
    ("POST", "/api/v1/audit/verify", Scope.AUDIT),
    ("GET", "/api/v1/audit/export", Scope.AUDIT),
    ("GET", "/api/v1/analytics/attempts", Scope.AUDIT),
    ("GET", "/api/v1/analytics/latency", Scope.AUDIT),
    ("GET", "/api/v1/analytics/scores", Scope.AUDIT),
    ("GET", "/api/v1/attendance", Scope.AUDIT),
    ("GET", "/api/v1/thresholds", Scope.AUDIT),
    ("PUT", "/api/v1/thresholds/research", Scope.ADMIN),
    ("DELETE", "/api/v1/thresholds/research", Scope.ADMIN),
    ("GET", "/metrics", Scope.METRICS),
    ("GET", "/api/v1/system/status", Scope.METRICS),
    ("GET", "/api/v1/models", Scope.READ),
    ("POST", "/api/v1/models/measure", Scope.ADMIN),
]


def test_a_key_opens_what_its_scopes_name_and_nothing_else(server: Server, ada: str) -> None:
    assert ada
    for mine in Scope:
        with caller(server, mine) as client:
            for method, path, needed in NEEDS:
                if needed is mine:
                    if method == "GET":
                        assert client.request(method, path).status_code == 200
                    continue
                refused = client.request(method, path)
                assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN"), path


def test_a_revoked_key_is_refused_at_once(server: Server) -> None:
    with caller(server, "read") as client:
        assert client.get("/api/v1/users").status_code == 200
    with httpx.Client(base_url=server.url, headers=client.headers) as again:
        refused = again.get("/api/v1/users")
    assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHORIZED")


def test_a_rotated_key_and_its_successor_work_side_by_side(server: Server) -> None:
    made = server.client.post("/api/v1/api-keys", json={"label": "door", "scopes": ["read"]})
    old, key_id = made.json()["key"], made.json()["about"]["key_id"]
    rotated = server.client.post(
        f"/api/v1/api-keys/{key_id}/rotate", json={"overlap_hours": 1}
    ).json()
    assert rotated["about"]["scopes"] == ["read"]
    for key in (old, rotated["key"]):
        answer = httpx.get(server.url + "/api/v1/users", headers={"X-API-Key": key})
        assert answer.status_code == 200
    server.client.post(f"/api/v1/api-keys/{key_id}/rotate", json={"overlap_hours": 0})
    answer = httpx.get(server.url + "/api/v1/users", headers={"X-API-Key": old})
    assert answer.status_code == 401


def test_keys_are_listed_without_what_opens(server: Server) -> None:
    with caller(server, "read", "verify") as client:
        client.get("/api/v1/users")
        listed = server.client.get("/api/v1/api-keys").text
        assert client.headers["X-API-Key"] not in listed
        (mine,) = [
            key
            for key in json.loads(listed)["keys"]
            if client.headers["X-API-Key"].startswith(f"mien_{key['key_id']}_")
        ]
    assert mine["scopes"] == ["read", "verify"]
    assert mine["last_used_at"] is not None


def test_numbers_are_for_the_scope_of_scores(server: Server, ada: str, photos: Photos) -> None:
    with caller(server, "verify") as client:
        answer = authenticate(client, ada, photos["astronaut"][1]).json()
    assert answer["authenticated"] is True
    assert all(answer[number] is None for number in NUMBERS)
    with caller(server, "verify", "scores") as client:
        answer = authenticate(client, ada, photos["astronaut"][1]).json()
    assert all(answer[number] is not None for number in NUMBERS)


def test_a_search_without_scores_shows_who_was_accepted_only(
    server: Server, ada: str, photos: Photos
) -> None:
    with caller(server, "identify") as client:
        found = client.post(
            "/api/v1/identify",
            data={"top_k": "5"},
            files={"image": new_file(photos["astronaut"][1])},
        ).json()
        stranger = client.post(
            "/api/v1/identify",
            data={"top_k": "5"},
            files={"image": new_file(photos["grace_hopper"][1])},
        ).json()
    assert [match["user_id"] for match in found["matches"]] == [ada]
    assert found["matches"][0]["confidence"] is None
    assert (stranger["found"], stranger["matches"]) == (False, [])


@pytest.mark.parametrize("scopes", [("verify",), ("verify", "scores"), ("verify", "read")])
def test_nobody_and_a_wrong_face_look_the_same(
    server: Server, ada: str, photos: Photos, scopes: tuple[str, ...]
) -> None:
    with caller(server, *scopes) as client:
        wrong = authenticate(client, ada, photos["grace_hopper"][1]).json()
        nobody = authenticate(client, "nobody-at-all", photos["grace_hopper"][1]).json()
    server.client.delete(f"/api/v1/users/{ada}/lock")
    for name in ("user_id", "attempt_id"):
        assert wrong.pop(name) != nobody.pop(name)
    # The only other subject stands in for nobody here, so even the numbers are the same.
    assert nobody == wrong
    assert wrong["reason"] == "LOW_CONFIDENCE"


def test_an_administrator_is_told_who_is_not_enrolled(server: Server, photos: Photos) -> None:
    answer = authenticate(server.client, "nobody-here", photos["grace_hopper"][1]).json()
    assert (answer["authenticated"], answer["reason"]) == (False, "UNKNOWN_SUBJECT")
    assert answer["similarities"] is None


@pytest.mark.parametrize("user_id", ["locked-ada", "locked-nobody"])
def test_five_failures_lock_an_identity_whether_enrolled_or_not(
    server: Server, photos: Photos, user_id: str
) -> None:
    if user_id == "locked-ada":
        enroll(server, user_id, photos["astronaut"][0])
    for _ in range(5):
        assert authenticate(server.client, user_id, photos["grace_hopper"][2]).status_code == 200
    locked = authenticate(server.client, user_id, photos["astronaut"][2])
    assert (locked.status_code, locked.json()["code"]) == (429, "LOCKED_OUT")
    assert 1 <= int(locked.headers["Retry-After"]) <= 31
    unlocked = server.client.delete(f"/api/v1/users/{user_id}/lock")
    assert unlocked.json() == {"success": True, "user_id": user_id}
    answer = authenticate(server.client, user_id, photos["astronaut"][2])
    assert answer.json()["authenticated"] is (user_id == "locked-ada")
    server.client.delete(f"/api/v1/users/{user_id}")


def test_locks_are_visible_to_operators(server: Server, ada: str, photos: Photos) -> None:
    authenticate(server.client, ada, photos["grace_hopper"][2])
    shown = server.client.get(f"/api/v1/users/{ada}").json()
    assert (shown["failed_attempts"], shown["locked_until"]) == (1, None)
    (listed,) = [
        user
        for user in server.client.get("/api/v1/users").json()["users"]
        if user["user_id"] == ada
    ]
    assert listed["failed_attempts"] == 1
    server.client.delete(f"/api/v1/users/{ada}/lock")


def test_the_same_bytes_are_refused_the_second_time(
    server: Server, ada: str, photos: Photos
) -> None:
    photo = new_file(photos["astronaut"][3])
    answers = [
        server.client.post(
            "/api/v1/authenticate", data={"user_id": ada}, files={"image": photo}
        ).json()
        for _ in range(2)
    ]
    assert [answer["authenticated"] for answer in answers] == [True, False]
    assert answers[1]["reason"] == "IMAGE_REPLAYED"


def test_a_success_is_signed_for_the_key_s_relying_application(
    server: Server, ada: str, photos: Photos
) -> None:
    keys = jwt.PyJWKSet.from_dict(httpx.get(server.url + "/.well-known/jwks.json").json())
    with caller(server, "verify", audience="https://door.example") as client:
        accepted = authenticate(client, ada, photos["astronaut"][1], nonce="n-0S6_WzA2Mj").json()
        refused = authenticate(client, ada, photos["grace_hopper"][1]).json()
    assert refused["assertion"] is None
    header = jwt.get_unverified_header(accepted["assertion"])
    claims = jwt.decode(
        accepted["assertion"],
        keys[header["kid"]],
        algorithms=["EdDSA"],
        audience="https://door.example",
        issuer="mien",
        options={"require": ["exp", "iat", "sub", "aud", "iss", "jti"]},
    )
    assert header["typ"] == "face-assertion+jwt"
    assert (claims["sub"], claims["nonce"], claims["amr"]) == (ada, "n-0S6_WzA2Mj", ["face"])
    assert 0 < claims["exp"] - claims["iat"] <= 300
    server.client.delete(f"/api/v1/users/{ada}/lock")


def test_an_assertion_is_no_access_token(server: Server, ada: str, photos: Photos) -> None:
    assertion = authenticate(server.client, ada, photos["astronaut"][1]).json()["assertion"]
    headers = {"Authorization": f"Bearer {assertion}"}
    assert httpx.get(server.url + "/api/v1/auth/me", headers=headers).status_code == 401


def test_an_operator_may_do_what_the_role_names(server: Server, tokens: dict[str, Any]) -> None:
    with bearer(server, tokens) as eva:
        me = eva.get("/api/v1/auth/me").json()
        assert me["actor"] == "operator:eva"
        assert me["scopes"] == ["audit", "metrics", "read"]
        assert eva.get("/api/v1/users").status_code == 200
        assert eva.delete("/api/v1/users/ada").status_code == 403
        assert eva.post("/api/v1/api-keys", json={}).status_code == 403


def test_a_refresh_token_that_is_used_twice_ends_the_session(server: Server) -> None:
    server.client.post(
        "/api/v1/operators", json={"name": "bob", "role": "auditor", "password": PASSWORD}
    )
    first = sign_in(server, "bob", PASSWORD).json()["refresh_token"]
    second = refresh(server, first).json()["refresh_token"]
    assert refresh(server, first).json()["error"] == "invalid_grant"
    assert refresh(server, second).json()["error"] == "invalid_grant"


def test_unknown_names_and_wrong_passwords_look_the_same(
    server: Server, tokens: dict[str, Any]
) -> None:
    assert tokens
    wrong, unknown = sign_in(server, "eva", "not it"), sign_in(server, "adam", "not it")
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.json() == unknown.json()


def test_a_disabled_operator_stays_out(server: Server) -> None:
    server.client.post(
        "/api/v1/operators", json={"name": "carl", "role": "admin", "password": PASSWORD}
    )
    session = sign_in(server, "carl", PASSWORD).json()
    disabled = server.client.patch("/api/v1/operators/carl", json={"disabled": True})
    assert disabled.status_code == 200
    assert sign_in(server, "carl", PASSWORD).status_code == 400
    assert refresh(server, session["refresh_token"]).status_code == 400


def test_consent_and_retention_are_kept_and_exported(server: Server, photos: Photos) -> None:
    answer = server.client.post(
        "/api/v1/register",
        data={"user_id": "kept", "consent_purpose": "door", "retention_days": "7"},
        files={"images": new_file(photos["astronaut"][0])},
    )
    assert answer.status_code == 200
    export = server.client.get("/api/v1/users/kept/export").json()
    assert export["user"]["consent_purpose"] == "door"
    assert export["user"]["expires_at"] > export["user"]["enrolled_at"]
    assert len(export["templates"]) == 1
    assert [event["kind"] for event in export["history"]] == ["export", "enroll"]
    server.client.delete("/api/v1/users/kept")


def test_a_history_is_read_page_by_page(server: Server, ada: str) -> None:
    whole = server.client.get(f"/api/v1/users/{ada}/history?limit=1000").json()
    assert whole["next"] is None
    pages, before = [], None
    while True:
        query = {"limit": 2} | ({"before": before} if before else {})
        page = server.client.get(f"/api/v1/users/{ada}/history", params=query).json()
        pages += page["history"]
        before = page["next"]
        if before is None:
            break
    assert pages == whole["history"]
