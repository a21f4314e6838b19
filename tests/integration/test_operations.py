"""Keys, health, metrics, logs, overload, shutdown: what an operator relies on."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.integration.conftest import API_KEY, Server, copy_models, running_server

Photos = dict[str, list[bytes]]

PROTECTED = [
    ("POST", "/api/v1/register"),
    ("POST", "/api/v1/authenticate"),
    ("POST", "/api/v1/identify"),
    ("POST", "/api/v1/detect"),
    ("POST", "/verify"),
    ("POST", "/enroll"),
    ("GET", "/api/v1/users"),
    ("GET", "/api/v1/users/ada"),
    ("DELETE", "/api/v1/users/ada"),
    ("GET", "/api/v1/users/ada/export"),
    ("PUT", "/api/v1/users/ada/lock"),
    ("DELETE", "/api/v1/users/ada/lock"),
    ("POST", "/api/v1/users/ada/attempts/ada/disown"),
    ("GET", "/api/v1/users/ada/consents"),
    ("PUT", "/api/v1/users/ada/consents/ada"),
    ("DELETE", "/api/v1/users/ada/consents/ada"),
    ("GET", "/api/v1/users/ada/profile"),
    ("PUT", "/api/v1/users/ada/profile"),
    ("GET", "/api/v1/reviews"),
    ("POST", "/api/v1/reviews/ada/approve"),
    ("POST", "/api/v1/reviews/ada/deny"),
    ("GET", "/api/v1/self"),
    ("GET", "/api/v1/self/history"),
    ("GET", "/api/v1/self/consents"),
    ("PUT", "/api/v1/self/consents/ada"),
    ("DELETE", "/api/v1/self/consents/ada"),
    ("GET", "/api/v1/self/wellbeing"),
    ("GET", "/api/v1/self/export"),
    ("PUT", "/api/v1/self/password"),
    ("POST", "/api/v1/self/erasure"),
    ("POST", "/api/v1/self/attempts/ada/disown"),
    ("GET", "/api/v1/users/ada/groups"),
    ("GET", "/api/v1/users/ada/groups/ada"),
    ("PUT", "/api/v1/users/ada/groups/ada"),
    ("DELETE", "/api/v1/users/ada/groups/ada"),
    ("GET", "/api/v1/users/ada/wellbeing"),
    ("GET", "/api/v1/wellbeing"),
    ("GET", "/api/v1/fairness"),
    ("POST", "/api/v1/emotion"),
    ("POST", "/api/v1/emotion/batch"),
    ("POST", "/api/v1/emotion/video"),
    ("GET", "/api/v1/emotion/video/ada"),
    ("DELETE", "/api/v1/emotion/video/ada"),
    ("POST", "/api/v1/live"),
    ("POST", "/api/v1/live/complete"),
    ("POST", "/api/v1/delete_user"),
    ("GET", "/api/v1/users/ada/history"),
    ("GET", "/debug/registered-users"),
    ("GET", "/metrics"),
    ("GET", "/api/v1/system/info"),
    ("GET", "/api/v1/system/status"),
    ("GET", "/api/v1/models"),
    ("POST", "/api/v1/models/measure"),
    ("GET", "/api/v1/auth/me"),
    ("GET", "/api/v1/operators"),
    ("POST", "/api/v1/operators"),
    ("PATCH", "/api/v1/operators/ada"),
    ("GET", "/api/v1/api-keys"),
    ("POST", "/api/v1/api-keys"),
    ("POST", "/api/v1/api-keys/ada/rotate"),
    ("DELETE", "/api/v1/api-keys/ada"),
    ("GET", "/api/v1/audit"),
    ("GET", "/api/v1/audit/head"),
    ("POST", "/api/v1/audit/verify"),
    ("GET", "/api/v1/audit/export"),
    ("GET", "/api/v1/analytics/attempts"),
    ("GET", "/api/v1/analytics/latency"),
    ("GET", "/api/v1/analytics/scores"),
    ("GET", "/api/v1/attendance"),
    ("GET", "/api/v1/thresholds"),
    ("PUT", "/api/v1/thresholds/ada"),
    ("DELETE", "/api/v1/thresholds/ada"),
]


@pytest.fixture(scope="module")
def stranger(server: Server) -> Iterator[httpx.Client]:
    """Who has no key. One for all: each new client would read every certificate of the system."""
    with httpx.Client(base_url=server.url) as client:
        yield client


@pytest.mark.parametrize(("method", "path"), PROTECTED)
@pytest.mark.parametrize("key", [None, "", "mien_wrong"])
def test_nothing_is_answered_without_a_known_key(
    stranger: httpx.Client, method: str, path: str, key: str | None
) -> None:
    headers = {} if key is None else {"X-API-Key": key}
    answer = stranger.request(method, path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "UNAUTHORIZED"


def test_every_route_of_the_schema_is_protected_or_known_to_be_open(server: Server) -> None:
    schema = server.client.get("/openapi.json").json()
    routes = {
        (method.upper(), re.sub(r"\{\w+\}", "ada", path))
        for path, methods in schema["paths"].items()
        for method in methods
    }
    opened = {
        ("GET", "/"),
        ("GET", "/health"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/.well-known/jwks.json"),
        ("POST", "/api/v1/auth/token"),  # the password is the key
        ("GET", "/api/v1/self/ways"),
        ("POST", "/api/v1/self/live"),  # the face is
        ("POST", "/api/v1/self/live/complete"),
        ("POST", "/api/v1/self/photo"),
        ("POST", "/api/v1/self/password"),
        ("POST", "/api/v1/self/requests"),
        ("POST", "/api/v1/self/requests/redeem"),  # the ticket is
        ("POST", "/api/v1/auth/revoke"),  # whoever has the token may end it
        ("POST", "/api/v1/session"),  # the password is the key
        ("POST", "/api/v1/session/refresh"),  # the cookie is
        ("DELETE", "/api/v1/session"),
    }
    assert routes - opened <= set(PROTECTED)


def test_a_bearer_token_is_the_same_key(server: Server) -> None:
    answer = httpx.get(server.url + "/metrics", headers={"Authorization": f"Bearer {API_KEY}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/health", "/healthz", "/readyz", "/"])
def test_health_is_open(server: Server, path: str) -> None:
    assert httpx.get(server.url + path).status_code == 200


def test_system_info_tells_the_pack_and_the_error_rates_to_expect(server: Server) -> None:
    info = server.client.get("/api/v1/system/info").json()
    assert info["pack"] == "builtin"
    assert "mien models pull standard" in info["pack_reason"]
    assert info["target_fmr"] == pytest.approx(1e-3)
    assert 0 < info["expected_fnmr"]["3 samples"] < info["expected_fnmr"]["1 samples"] < 0.1


def test_metrics_count_requests_by_route_and_never_name_people(server: Server) -> None:
    server.client.get("/api/v1/users/very_private_name")
    metrics = server.client.get("/metrics").text
    assert 'route="/api/v1/users/{user_id}"' in metrics
    assert "very_private_name" not in metrics


def test_request_ids_are_taken_over_when_they_are_harmless(server: Server) -> None:
    taken = server.client.get("/health", headers={"X-Request-ID": "abc-123"})
    assert taken.headers["x-request-id"] == "abc-123"
    made = server.client.get(
        "/health", headers={"X-Request-ID": "evil\u00e9 {}".encode().hex() * 9}
    )
    assert re.fullmatch(r"[0-9a-f]{32}", made.headers["x-request-id"])


def test_unknown_paths_and_methods_are_problems_too(server: Server) -> None:
    assert server.client.get("/nowhere").json()["code"] == "NOT_FOUND"
    assert server.client.put("/api/v1/users").json()["code"] == "METHOD_NOT_ALLOWED"


def test_security_headers_are_set(server: Server) -> None:
    headers = server.client.get("/health").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


@pytest.fixture(scope="module")
def data_of_an_ended_server(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, photos: Photos
) -> Path:
    """What a server left that had enrolled somebody and was asked about them; its log beside it."""
    data = copy_models(models_dir, tmp_path_factory.mktemp("ended"))
    with running_server(data) as server:
        server.client.post(
            "/api/v1/register",
            data={"user_id": "very_private_name"},
            files={"images": photos["astronaut"][0]},
        )
        server.client.get("/api/v1/users/very_private_name")
    return data


def test_logs_are_json_and_hold_no_names_keys_or_images(data_of_an_ended_server: Path) -> None:
    log = (data_of_an_ended_server.parent / "server.log").read_text()
    assert "very_private_name" not in log
    assert API_KEY not in log
    events = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    requests = [event for event in events if event["event"] == "request"]
    assert {"request_id", "route", "status", "duration_ms"} <= set(requests[0])


def test_the_first_key_is_printed_once_and_stored_hashed(data_dir: Path) -> None:
    for _start in range(2):
        with running_server(data_dir, MIEN_API_KEY="") as server:
            log = (data_dir.parent / "server.log").read_text()
            (key,) = re.findall(r"mien_[0-9a-f]{8}_[\w-]{43}", log)
            answer = httpx.get(server.url + "/api/v1/users", headers={"X-API-Key": key})
            assert answer.status_code == 200
        assert key.encode() not in (data_dir / "mien.db").read_bytes()


def test_a_photo_never_reaches_the_data_folder(
    data_of_an_ended_server: Path, photos: Photos
) -> None:
    photo = photos["astronaut"][0]
    for path in data_of_an_ended_server.rglob("*"):
        if path.is_file():
            assert photo[1000:1064] not in path.read_bytes()


def test_more_than_fits_is_refused_with_retry_after(data_dir: Path, photos: Photos) -> None:
    with running_server(data_dir, MIEN_WORKERS="1", MIEN_QUEUE_LENGTH="1") as server:
        answers: list[httpx.Response] = []

        def ask() -> None:
            answers.append(
                httpx.post(
                    server.url + "/api/v1/identify",
                    headers={"X-API-Key": API_KEY},
                    files={"image": photos["astronaut"][0]},
                    timeout=60,
                )
            )

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        refused = [answer for answer in answers if answer.status_code == 503]
        assert refused
        assert refused[0].headers["retry-after"] == "1"
        assert refused[0].json()["code"] == "OVERLOADED"
        assert any(answer.status_code == 200 for answer in answers)


def pending_photos(server: Server) -> int:
    (pending,) = re.findall(
        r"^mien_pending_photos ([\d.]+)$", server.client.get("/metrics").text, re.MULTILINE
    )
    return int(float(pending))


def test_a_graceful_stop_finishes_what_was_begun(data_dir: Path, photos: Photos) -> None:
    with running_server(data_dir) as server:
        answers: list[int] = []

        def enroll(number: int) -> None:
            answer = httpx.post(
                server.url + "/api/v1/register",
                headers={"X-API-Key": API_KEY},
                data={"user_id": f"subject-{number}"},
                files={"images": photos["astronaut"][0]},
                timeout=60,
            )
            answers.append(answer.status_code)

        threads = [threading.Thread(target=enroll, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        # All six have arrived: they are worked on, or wait, or are answered.
        while len(answers) + pending_photos(server) < 6:
            pass
        server.process.terminate()
        for thread in threads:
            thread.join()
        # uvicorn ends by the signal that it was sent, once everything is finished.
        assert server.process.wait(timeout=40) == -signal.SIGTERM
    assert answers == [200] * 6
    with sqlite3.connect(data_dir / "mien.db") as database:
        assert database.execute("SELECT count(*) FROM subjects").fetchone() == (6,)


def test_a_pack_that_does_not_exist_is_refused_at_the_start(data_dir: Path) -> None:
    refused = pytest.raises(RuntimeError, match="there is no pack toaster")
    with refused, running_server(data_dir, MIEN_PACK="toaster"):
        pass


def test_another_process_sees_an_enrollment_at_once(data_dir: Path, photos: Photos) -> None:
    """The server follows the store: what the command line enrolls, it recognizes."""
    import subprocess
    import sys

    photo = data_dir.parent / "photo.jpg"
    photo.write_bytes(photos["astronaut"][0])
    with running_server(data_dir) as server:
        subprocess.run(
            [sys.executable, "-m", "mien", "enroll", "ada", photo, "--data-dir", data_dir],
            check=True,
            capture_output=True,
        )
        answer = server.client.post(
            "/api/v1/identify", files={"image": photos["astronaut"][1]}
        ).json()
    assert answer["matches"][0]["user_id"] == "ada"
