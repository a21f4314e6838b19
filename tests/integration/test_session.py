"""An operator's session in a browser: the cookie, who may send it, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import httpx
import pytest

from mien.api.routes.session import COOKIE
from tests.databases import BOTH
from tests.integration.conftest import API_KEY, Server, serving

PASSWORD = "three lanterns, all of them blue"  # noqa: S105 of a test
SESSION = "/api/v1/session"


@pytest.fixture(scope="module", params=BOTH)
def server(
    request: pytest.FixtureRequest, models_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with serving(request.param, models_dir, tmp_path_factory.mktemp("sessions")) as running:
        for name, role in (("ada", "auditor"), ("bob", "operator"), ("cyd", "admin")):
            operator = {"name": name, "role": role, "password": PASSWORD}
            running.client.post("/api/v1/operators", json=operator).raise_for_status()
        yield running


@pytest.fixture
def browser(server: Server) -> Iterator[httpx.Client]:
    """Keeps cookies, knows no key, and says from which page it asks."""
    own = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=server.url, headers=own, timeout=60) as client:
        yield client


def sign_in(browser: httpx.Client, name: str = "ada", password: str = PASSWORD) -> httpx.Response:
    return browser.post(SESSION, json={"name": name, "password": password})


def cookie_of(answer: httpx.Response) -> Morsel[str]:
    return SimpleCookie(answer.headers["set-cookie"])[COOKIE]


def test_a_password_begins_a_session_that_says_who_and_what(browser: httpx.Client) -> None:
    answer = sign_in(browser)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["name"], told["role"]) == ("ada", "auditor")
    assert told["scopes"] == ["audit", "metrics", "read"]
    assert 0 < told["expires_in"] <= 3600
    bearer = {"Authorization": f"Bearer {told['access_token']}"}
    assert browser.get("/api/v1/auth/me", headers=bearer).json()["actor"] == "operator:ada"


def test_the_refresh_token_is_only_in_a_cookie_that_no_script_and_no_other_route_sees(
    browser: httpx.Client,
) -> None:
    answer = sign_in(browser)
    cookie = cookie_of(answer)
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "strict"
    assert cookie["path"] == SESSION
    assert not cookie["max-age"]
    assert not cookie["expires"]
    assert not cookie["domain"]
    assert cookie.value not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    # Nothing but the session's own routes takes it.
    direct = {"Cookie": f"{COOKIE}={cookie.value}"}
    assert browser.get("/api/v1/users", headers=direct).status_code == 401


def test_a_session_goes_on_with_another_cookie_each_time(browser: httpx.Client) -> None:
    first = cookie_of(sign_in(browser)).value
    answer = browser.post(f"{SESSION}/refresh")
    assert answer.status_code == 200
    second = cookie_of(answer).value
    assert second != first
    assert answer.json()["name"] == "ada"
    assert browser.post(f"{SESSION}/refresh").status_code == 200


def test_a_spent_cookie_ends_the_session_for_whoever_has_it(browser: httpx.Client) -> None:
    stolen = cookie_of(sign_in(browser)).value
    browser.post(f"{SESSION}/refresh").raise_for_status()
    with httpx.Client(base_url=browser.base_url) as thief:
        spent = thief.post(f"{SESSION}/refresh", headers={"Cookie": f"{COOKIE}={stolen}"})
    assert (spent.status_code, spent.json()["code"]) == (401, "UNAUTHORIZED")
    refused = browser.post(f"{SESSION}/refresh")
    assert refused.status_code == 401
    cleared = cookie_of(refused)
    assert (cleared.value, cleared["max-age"], cleared["path"]) == ("", "0", SESSION)
    assert COOKIE not in browser.cookies


def test_without_a_session_there_is_none_to_continue_and_none_to_end(browser: httpx.Client) -> None:
    refused = browser.post(f"{SESSION}/refresh")
    assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHORIZED")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["www-authenticate"] == "Bearer"
    assert browser.delete(SESSION).status_code == 204


def test_signing_out_ends_the_session_on_the_server_too(browser: httpx.Client) -> None:
    kept = cookie_of(sign_in(browser)).value
    ended = browser.delete(SESSION)
    assert ended.status_code == 204
    assert cookie_of(ended)["max-age"] == "0"
    again = browser.post(f"{SESSION}/refresh", headers={"Cookie": f"{COOKIE}={kept}"})
    assert again.status_code == 401


@pytest.mark.parametrize(("name", "password"), [("ada", "not it"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_look_alike(
    browser: httpx.Client, name: str, password: str
) -> None:
    refused = sign_in(browser, name, password)
    assert refused.status_code == 401
    assert refused.json()["detail"] == "wrong name or password"
    assert "set-cookie" not in refused.headers
    assert not password or password not in refused.text


def test_a_name_that_is_guessed_at_is_locked(browser: httpx.Client) -> None:
    statuses = [sign_in(browser, "bob", f"guess {number}").status_code for number in range(12)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    locked = sign_in(browser, "bob")
    assert (locked.status_code, locked.json()["code"]) == (429, "LOCKED_OUT")
    assert int(locked.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "not a url"},
        {"Origin": "http://[broken"},
    ],
)
def test_foreign_pages_neither_begin_nor_continue_nor_end_a_session(
    browser: httpx.Client, headers: dict[str, str]
) -> None:
    sign_in(browser)
    for method, path in (("POST", SESSION), ("POST", f"{SESSION}/refresh"), ("DELETE", SESSION)):
        body = {"name": "ada", "password": PASSWORD} if path == SESSION else None
        refused = browser.request(method, path, json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
        assert "set-cookie" not in refused.headers
    assert browser.post(f"{SESSION}/refresh").status_code == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_what_a_form_of_a_foreign_page_could_send_is_refused(
    browser: httpx.Client, content_type: str
) -> None:
    body = f'{{"name": "ada", "password": "{PASSWORD}"}}'
    refused = browser.post(SESSION, content=body, headers={"Content-Type": content_type})
    assert (refused.status_code, refused.json()["code"]) == (422, "INVALID_REQUEST")


def test_a_program_needs_no_origin(server: Server) -> None:
    body = {"name": "ada", "password": PASSWORD}
    assert httpx.post(server.url + SESSION, json=body).status_code == 200


def test_an_address_may_not_guess_fast(models_dir: Path, tmp_path: Path) -> None:
    limits = {"MIEN_UNSAFE_NO_RATE_LIMITS": ""}
    with (
        serving("sqlite", models_dir, tmp_path, **limits) as limited,
        httpx.Client(base_url=limited.url) as browser,
    ):
        answers = [sign_in(browser, f"somebody-{number}", "guess") for number in range(8)]
    assert answers[-1].status_code == 429
    assert answers[-1].json()["code"] == "RATE_LIMITED"
    assert int(answers[-1].headers["retry-after"]) > 0


def test_over_tls_the_cookie_never_travels_in_the_open(models_dir: Path, tmp_path: Path) -> None:
    trusted = {"MIEN_TRUSTED_PROXIES": '["127.0.0.1"]'}
    with serving("sqlite", models_dir, tmp_path, **trusted) as behind:
        operator = {"name": "ada", "role": "auditor", "password": PASSWORD}
        behind.client.post("/api/v1/operators", json=operator).raise_for_status()
        body = {"name": "ada", "password": PASSWORD}
        https = {"X-Forwarded-Proto": "https"}
        answer = httpx.post(behind.url + SESSION, json=body, headers=https)
        assert cookie_of(answer)["secure"]
        assert answer.headers["strict-transport-security"]


def test_neither_password_nor_cookie_reaches_the_log(models_dir: Path, tmp_path: Path) -> None:
    with serving("sqlite", models_dir, tmp_path) as running:
        operator = {"name": "ada", "role": "auditor", "password": PASSWORD}
        running.client.post("/api/v1/operators", json=operator).raise_for_status()
        with httpx.Client(base_url=running.url) as browser:
            secrets = [PASSWORD, API_KEY, cookie_of(sign_in(browser)).value]
            secrets.append(browser.post(f"{SESSION}/refresh").json()["access_token"])
    log = (tmp_path / "server.log").read_text()
    assert SESSION in log
    assert not [secret for secret in secrets if secret in log]
