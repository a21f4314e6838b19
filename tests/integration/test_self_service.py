"""People look after themselves over HTTP: every way in, what is behind it, and who stays out."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.databases import BOTH
from tests.integration.conftest import LIVE_SETTINGS, Server, serving
from tests.integration.test_trust import authenticate, bearer, caller, enroll, sign_in
from tests.live_wire import Wire
from tests.support import new_file

Photos = dict[str, list[bytes]]
Answer = dict[str, Any]

PASSWORD = "nine green bottles, quite empty"  # noqa: S105 of a test
WRONG = "not this one"
NOTE = "My eye is bandaged until Friday."


@pytest.fixture(scope="module", params=BOTH)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server where a photo is enough."""
    models, folder = request.getfixturevalue("models_dir"), tmp_path_factory.mktemp("self")
    purpose = "Your own trend is shown to you."
    with serving(
        request.param,
        models,
        folder,
        MIEN_FACE_SIGN_IN="none",
        MIEN_WELLBEING_PURPOSE=purpose,
    ) as running:
        yield running
    log = (folder / "server.log").read_text()
    assert "Traceback" not in log
    assert PASSWORD not in log
    assert NOTE not in log


@pytest.fixture
def ada(server: Server, photos: Photos) -> str:
    """Somebody who is enrolled, of this test alone."""
    user_id = f"user-{secrets.token_hex(4)}"
    enroll(server, user_id, photos["astronaut"][0])
    return user_id


def by_photo(server: Server, user_id: str, photo: bytes) -> httpx.Response:
    return httpx.post(
        server.url + "/api/v1/self/photo",
        data={"user_id": user_id},
        files={"image": new_file(photo)},
        timeout=60,
    )


def ask(server: Server, path: str, **body: object) -> httpx.Response:
    return httpx.post(f"{server.url}/api/v1/self/{path}", json=body, timeout=60)


@contextmanager
def visiting(server: Server, answer: Answer) -> Iterator[httpx.Client]:
    """Call as somebody who signed in."""
    assert answer["signed_in"] is True, answer
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture
def visit(server: Server, ada: str, photos: Photos) -> Iterator[httpx.Client]:
    """Ada, signed in by her face."""
    with visiting(server, by_photo(server, ada, photos["astronaut"][1]).json()) as client:
        yield client


def request_of(server: Server, user_id: str) -> Answer:
    """Return the open request of somebody as operators see it."""
    listed = server.client.get("/api/v1/reviews?state=open&limit=1000").json()
    (mine,) = [review for review in listed["reviews"] if review["user_id"] == user_id]
    assert listed["open"] >= 1
    return dict(mine)


def decide(server: Server, review: Answer, verdict: str) -> httpx.Response:
    path = f"/api/v1/reviews/{review['review_id']}/{verdict}"
    return server.client.post(path, json={"reason": "called back, badge seen"})


def test_the_ways_in_are_told(server: Server) -> None:
    ways = httpx.get(server.url + "/api/v1/self/ways").json()
    assert ways == {"face": "none", "password": True, "review": True}


def test_a_person_who_signed_in_by_face_sees_what_is_known_of_them(
    server: Server, ada: str, visit: httpx.Client
) -> None:
    server.client.put(f"/api/v1/users/{ada}/profile", json={"name": "Ada", "role": "analyst"})
    server.client.put(f"/api/v1/users/{ada}/groups/department", json={"group": "research"})
    me = visit.get("/api/v1/self").json()
    assert (me["user_id"], me["name"], me["role"]) == (ada, "Ada", "analyst")
    assert (me["department"], me["templates"], me["has_password"]) == ("research", 1, False)
    assert me["signed_in_by"] == "face"
    history = visit.get("/api/v1/self/history?limit=3").json()
    assert [event["kind"] for event in history["history"]] == ["group", "profile", "authenticate"]
    assert history["history"][2]["actor"] == "self"
    assert history["next"] is not None
    export = visit.get("/api/v1/self/export").json()
    assert export["user"]["name"] == "Ada"
    assert export["has_password"] is False
    shown = server.client.get(f"/api/v1/users/{ada}").json()
    assert (shown["name"], shown["role"], shown["department"]) == ("Ada", "analyst", "research")


def test_a_person_decides_what_they_agree_to(visit: httpx.Client) -> None:
    assert visit.get("/api/v1/self/wellbeing").json()["code"] == "CONSENT_MISSING"
    agreed = visit.put("/api/v1/self/consents/expression").json()["consents"]
    assert [consent["given_at"] is not None for consent in agreed] == [True, False]
    assert visit.get("/api/v1/self/wellbeing?period=day").json()["series"]["points"] == []
    assert visit.delete("/api/v1/self/consents/expression").status_code == 200
    told = visit.get("/api/v1/self/consents").json()["consents"]
    assert all(consent["given_at"] is None for consent in told)


def test_a_person_says_that_it_was_not_them(visit: httpx.Client) -> None:
    (event,) = [
        event
        for event in visit.get("/api/v1/self/history").json()["history"]
        if event["kind"] == "authenticate"
    ]
    attempt = event["details"]["attempt"]
    assert visit.post(f"/api/v1/self/attempts/{attempt}/disown").json()["success"] is True


def test_a_password_signs_in_where_the_face_does_not(
    server: Server, ada: str, visit: httpx.Client
) -> None:
    weak = visit.put("/api/v1/self/password", json={"password": f"{ada}{ada}"})
    assert (weak.status_code, weak.json()["code"]) == (422, "INVALID_REQUEST")
    assert visit.put("/api/v1/self/password", json={"password": PASSWORD}).status_code == 204
    with visiting(server, ask(server, "password", user_id=ada, password=PASSWORD).json()) as again:
        me = again.get("/api/v1/self").json()
    assert (me["signed_in_by"], me["has_password"]) == ("password", True)
    (event, *_) = visit.get("/api/v1/self/history").json()["history"]
    assert (event["kind"], event["details"]) == ("log_in", {"how": "password"})


def test_wrong_passwords_are_refused_alike_and_lock_that_way_alone(
    server: Server, ada: str, visit: httpx.Client, photos: Photos
) -> None:
    visit.put("/api/v1/self/password", json={"password": PASSWORD})
    nobody = f"nobody-{secrets.token_hex(4)}"
    for _ in range(4):
        wrong = ask(server, "password", user_id=ada, password=WRONG)
        unknown = ask(server, "password", user_id=nobody, password=WRONG)
        assert wrong.json() == unknown.json()
        assert wrong.json()["reason"] == "WRONG_PASSWORD"
    for user_id in (ada, nobody):
        ask(server, "password", user_id=user_id, password=WRONG)
        locked = ask(server, "password", user_id=user_id, password=PASSWORD)
        assert (locked.status_code, locked.json()["code"]) == (429, "LOCKED_OUT")
        assert 1 <= int(locked.headers["Retry-After"]) <= 31
    assert by_photo(server, ada, photos["astronaut"][2]).json()["signed_in"] is True
    server.client.delete(f"/api/v1/users/{ada}/lock")
    assert ask(server, "password", user_id=ada, password=PASSWORD).json()["signed_in"] is True


def test_whom_an_operator_locks_comes_in_in_no_way(
    server: Server, ada: str, visit: httpx.Client, photos: Photos
) -> None:
    visit.put("/api/v1/self/password", json={"password": PASSWORD})
    server.client.put(f"/api/v1/users/{ada}/lock")
    assert ask(server, "password", user_id=ada, password=PASSWORD).status_code == 429
    assert by_photo(server, ada, photos["astronaut"][2]).status_code == 429
    visit.put("/api/v1/self/password", json={"password": PASSWORD})
    assert ask(server, "password", user_id=ada, password=PASSWORD).status_code == 429
    server.client.delete(f"/api/v1/users/{ada}/lock")


def test_a_wrong_face_and_nobody_are_refused_alike(
    server: Server, ada: str, photos: Photos
) -> None:
    wrong = by_photo(server, ada, photos["grace_hopper"][1]).json()
    nobody = by_photo(server, "nobody-at-all", photos["grace_hopper"][1]).json()
    assert wrong == nobody
    assert (wrong["signed_in"], wrong["reason"]) == (False, "LOW_CONFIDENCE")
    assert wrong["access_token"] is None


def test_an_approved_request_signs_in_once(server: Server, ada: str) -> None:
    ticket = ask(server, "requests", user_id=ada, note=NOTE).json()["ticket"]
    assert ask(server, "requests/redeem", ticket=ticket).json()["state"] == "open"
    review = request_of(server, ada)
    assert (review["kind"], review["note"], review["state"]) == ("verification", NOTE, "open")
    approved = decide(server, review, "approve").json()
    assert (approved["state"], approved["reason"]) == ("approved", "called back, badge seen")
    assert approved["decided_by"].startswith("key:")
    assert decide(server, review, "deny").json()["code"] == "ALREADY_DECIDED"
    redeemed = ask(server, "requests/redeem", ticket=ticket).json()
    assert redeemed["state"] == "approved"
    with visiting(server, redeemed["sign_in"]) as client:
        assert client.get("/api/v1/self").json()["signed_in_by"] == "review"
        kinds = [e["kind"] for e in client.get("/api/v1/self/history").json()["history"]]
        assert kinds[:3] == ["log_in", "decide", "request"]
    again = ask(server, "requests/redeem", ticket=ticket).json()
    assert again == {"state": "expired", "sign_in": None}
    decided = server.client.get("/api/v1/reviews?state=decided&limit=1000").json()["reviews"]
    (mine,) = [each for each in decided if each["user_id"] == ada]
    assert mine["state"] == "redeemed"


def test_a_denied_request_lets_nobody_in(server: Server, ada: str) -> None:
    ticket = ask(server, "requests", user_id=ada, note=NOTE).json()["ticket"]
    assert decide(server, request_of(server, ada), "deny").json()["state"] == "denied"
    answer = ask(server, "requests/redeem", ticket=ticket).json()
    assert answer == {"state": "denied", "sign_in": None}


def test_a_request_for_nobody_looks_the_same_and_no_operator_sees_it(server: Server) -> None:
    nobody = f"nobody-{secrets.token_hex(4)}"
    asked = ask(server, "requests", user_id=nobody, note=NOTE)
    assert asked.status_code == 201
    ticket = asked.json()["ticket"]
    assert ask(server, "requests/redeem", ticket=ticket).json()["state"] == "open"
    listed = server.client.get("/api/v1/reviews?limit=1000").json()["reviews"]
    assert nobody not in {review["user_id"] for review in listed}
    # Replaced by a newer one, as that of somebody who is enrolled.
    ask(server, "requests", user_id=nobody, note=NOTE)
    assert ask(server, "requests/redeem", ticket=ticket).json()["state"] == "expired"


def test_an_erasure_that_a_person_asks_for_takes_an_administrator(
    server: Server, ada: str, visit: httpx.Client
) -> None:
    asked = visit.post("/api/v1/self/erasure", json={"note": "I leave."})
    assert (asked.status_code, asked.json()["state"]) == (201, "open")
    review = request_of(server, ada)
    assert (review["kind"], review["review_id"]) == ("erasure", asked.json()["review_id"])
    with caller(server, "review") as clerk:
        path = f"/api/v1/reviews/{review['review_id']}/approve"
        refused = clerk.post(path, json={"reason": "bye"})
        assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
    assert decide(server, review, "approve").json()["state"] == "approved"
    assert server.client.get(f"/api/v1/users/{ada}").status_code == 404
    gone = visit.get("/api/v1/self")
    assert (gone.status_code, gone.json()["code"]) == (401, "UNAUTHORIZED")


def test_a_namesake_inherits_no_token(
    server: Server, ada: str, visit: httpx.Client, photos: Photos
) -> None:
    server.client.delete(f"/api/v1/users/{ada}")
    enroll(server, ada, photos["grace_hopper"][0])
    for path in ("", "/history", "/export", "/consents"):
        assert visit.get(f"/api/v1/self{path}").status_code == 401
    assert visit.put("/api/v1/self/password", json={"password": PASSWORD}).status_code == 401


def test_a_person_s_token_opens_nothing_of_operators(server: Server, visit: httpx.Client) -> None:
    for path in ("/api/v1/users", "/api/v1/auth/me", "/api/v1/reviews", "/metrics"):
        assert visit.get(path).status_code == 401
    token = visit.headers["Authorization"].removeprefix("Bearer ")
    as_key = httpx.get(server.url + "/api/v1/users", headers={"X-API-Key": token})
    assert as_key.status_code == 401


def test_nothing_of_operators_opens_a_person_s_page(
    server: Server, ada: str, photos: Photos
) -> None:
    key = server.client.headers["X-API-Key"]
    assert server.client.get("/api/v1/self").status_code == 401
    headers = {"Authorization": f"Bearer {key}"}
    assert httpx.get(server.url + "/api/v1/self", headers=headers).status_code == 401
    server.client.post(
        "/api/v1/operators", json={"name": "olga", "role": "admin", "password": PASSWORD}
    )
    with bearer(server, sign_in(server, "olga", PASSWORD).json()) as olga:
        assert olga.get("/api/v1/auth/me").status_code == 200
        assert olga.get("/api/v1/self").status_code == 401
    with caller(server, "verify", audience="https://door.example") as door:
        assertion = authenticate(door, ada, photos["astronaut"][3]).json()["assertion"]
    headers = {"Authorization": f"Bearer {assertion}"}
    assert httpx.get(server.url + "/api/v1/self", headers=headers).status_code == 401


def test_nobody_signs_in_for_themselves_unless_the_server_lets_them(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, photos: Photos
) -> None:
    with serving("sqlite", models_dir, tmp_path_factory.mktemp("closed")) as closed:
        ways = httpx.get(closed.url + "/api/v1/self/ways").json()
        assert ways == {"face": None, "password": False, "review": False}
        enroll(closed, "ada", photos["astronaut"][0])
        refused = [
            by_photo(closed, "ada", photos["astronaut"][1]),
            ask(closed, "password", user_id="ada", password=PASSWORD),
            ask(closed, "requests", user_id="ada", note=NOTE),
            ask(closed, "requests/redeem", ticket="t" * 64),
            ask(closed, "live", user_id="ada"),
            ask(closed, "live/complete", session_id="t" * 43),
        ]
    assert {(each.status_code, each.json()["code"]) for each in refused} == {(403, "FORBIDDEN")}


@pytest.fixture(scope="module", params=["none", "active"])
def with_camera(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server with the models for live sessions, that asks for nothing, or for a session."""
    models = request.getfixturevalue("live_models_dir")
    settings = {**LIVE_SETTINGS, "MIEN_FACE_SIGN_IN": request.param}
    folder = tmp_path_factory.mktemp("camera")
    with serving("sqlite", models, folder, **settings) as running:
        yield running


def show_photos(wire: Wire, photos: list[bytes]) -> None:
    """Show photos one after another until there were enough."""
    for number in range(40):
        try:
            wire.show_json(photos[number % len(photos)])
        except ConnectionClosed:
            return
        time.sleep(0.25)


def test_a_live_session_signs_in_whom_it_shows(with_camera: Server, photos: Photos) -> None:
    policy = httpx.get(with_camera.url + "/api/v1/self/ways").json()["face"]
    user_id = f"user-{secrets.token_hex(4)}"
    enroll(with_camera, user_id, photos["astronaut"][0])
    begun = ask(with_camera, "live", user_id=user_id)
    assert (begun.status_code, begun.json()["liveness"]) == (201, policy)
    session_id = begun.json()["session_id"]
    with Wire(with_camera.url) as wire:
        wire.hello(session_id=session_id)
        if policy == "none":
            show_photos(wire, photos["astronaut"])
        else:
            wire.say(type="bye")
        assert wire.hear_all() == 1000
    # Another actor's: not even the administrator's key completes it.
    stolen = with_camera.client.post("/api/v1/live/complete", json={"session_id": session_id})
    assert stolen.status_code == 404
    answer = ask(with_camera, "live/complete", session_id=session_id).json()
    assert answer["signed_in"] is (policy == "none")
    assert answer["liveness"]["policy"] == policy
    assert all(check["score"] is None for check in answer["liveness"]["checks"])
    again = ask(with_camera, "live/complete", session_id=session_id)
    assert (again.status_code, again.json()["code"]) == (404, "UNKNOWN_SESSION")


def test_a_photo_is_not_enough_where_a_session_is_asked_for(
    with_camera: Server, photos: Photos
) -> None:
    policy = httpx.get(with_camera.url + "/api/v1/self/ways").json()["face"]
    user_id = f"user-{secrets.token_hex(4)}"
    enroll(with_camera, user_id, photos["astronaut"][0])
    answer = by_photo(with_camera, user_id, photos["astronaut"][1])
    if policy == "none":
        assert answer.json()["signed_in"] is True
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "LIVENESS_REQUIRED")


def test_nobody_completes_for_themselves_what_a_key_began(with_camera: Server) -> None:
    user_id = f"user-{secrets.token_hex(4)}"
    begun = with_camera.client.post("/api/v1/live", json={"user_id": user_id})
    session_id = begun.json()["session_id"]
    with Wire(with_camera.url) as wire:
        wire.hello(session_id=session_id)
        wire.say(type="bye")
        wire.hear_all()
    stolen = ask(with_camera, "live/complete", session_id=session_id)
    assert (stolen.status_code, stolen.json()["code"]) == (404, "UNKNOWN_SESSION")
    completed = with_camera.client.post("/api/v1/live/complete", json={"session_id": session_id})
    assert completed.status_code == 200
