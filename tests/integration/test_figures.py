"""Figures, thresholds, locks and the audit log's filters, over a real server on both databases."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import httpx
import jwt
import pytest

from examples.verify_audit_export import verify
from mien.bootstrap.clock import utc_now
from mien.core.audit import AuditAction, AuditEvent
from mien.core.policy import Reason
from mien.core.template import SubjectId
from mien.service.fairness import beginning_of_day
from mien.storage.database import Database
from mien.storage.engines import parse_url
from mien.storage.master_keys import KeyFile
from tests.databases import BOTH, SQLITE, fresh_url
from tests.integration.conftest import Server, copy_models, running_server
from tests.support import new_file

PEOPLE = [f"p{number}" for number in range(6)]

Photos = Mapping[str, list[bytes]]


@pytest.fixture(scope="module", params=BOTH)
def client(
    request: pytest.FixtureRequest,
    models_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
    photos: Photos,
) -> Iterator[httpx.Client]:
    """Of a server with six researchers of two templates each, who all came yesterday."""
    data = copy_models(models_dir, tmp_path_factory.mktemp("figures"))
    with fresh_url(request.param, data) as url:
        environment = {"MIEN_PACK": "builtin"}
        if request.param != SQLITE:
            environment["MIEN_DATABASE_URL"] = url.render_as_string(hide_password=False)
        with running_server(data, **environment) as server:
            _enroll(server, photos)
            _remember_yesterday(url.render_as_string(hide_password=False), data)
            yield server.client


def _enroll(server: Server, photos: Photos) -> None:
    for name in PEOPLE:
        files = [("images", new_file(photo)) for photo in photos["astronaut"][:2]]
        server.client.post(
            "/api/v1/register", data={"user_id": name}, files=files
        ).raise_for_status()
        at = f"/api/v1/users/{name}/groups/department"
        server.client.put(at, json={"group": "R/D"}).raise_for_status()


def _remember_yesterday(url: str, data: Path) -> None:
    """Write attempts as the server does, but of a day that is over."""
    database = Database.open(parse_url(url), KeyFile(data / "master.key"), utc_now)
    at = beginning_of_day(utc_now()) - timedelta(hours=1)
    with database.unit_of_work("test") as work:
        for name in PEOPLE:
            subject = work.subjects.pseudonym(SubjectId(name))
            for reason in (Reason.MATCH, Reason.MATCH, Reason.LOW_CONFIDENCE):
                accepted = reason is Reason.MATCH
                work.audit.append(
                    AuditEvent(AuditAction.AUTHENTICATE, at, "test", subject, accepted, reason)
                )
    database.close()


def authenticate(client: httpx.Client, name: str, photo: bytes) -> dict[str, object]:
    answer = client.post(
        "/api/v1/authenticate", data={"user_id": name}, files={"image": new_file(photo)}
    )
    found: dict[str, object] = answer.raise_for_status().json()
    return found


def test_attempts_are_counted_over_time(client: httpx.Client) -> None:
    told = client.get("/api/v1/analytics/attempts", params={"bucket": "day"}).json()
    *_, yesterday, today = told["buckets"]
    assert (yesterday["authentications"], yesterday["accepted"]) == (18, 12)
    assert today["enrollments"] == len(PEOPLE)
    assert told["reasons"]["LOW_CONFIDENCE"] >= 6
    total = sum(day["authentications"] + day["identifications"] for day in told["buckets"])
    assert sum(told["reasons"].values()) == total


@pytest.mark.parametrize(
    "query",
    [
        "analytics/attempts?since=2026-01-01T00:00:00Z&until=2025-01-01T00:00:00Z",
        "analytics/attempts?bucket=hour&since=2025-01-01T00:00:00Z",
        "analytics/attempts?since=2026-01-01T00:00:00",
        "analytics/attempts?bucket=year",
        "attendance?since=2000-01-01",
        "audit?after=1&before=9",
        "audit?action=nothing",
        "audit?since=0001-01-01T00:00:00Z",
    ],
)
def test_what_cannot_be_told_is_refused(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/api/v1/{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST")


def test_latency_is_told_by_route_and_never_by_name(client: httpx.Client) -> None:
    client.get("/api/v1/users/p0")
    told = client.get("/api/v1/analytics/latency")
    routes = {route["route"]: route for route in told.json()["routes"]}
    assert routes["/api/v1/users/{user_id}"]["count"] >= 1
    assert routes["/api/v1/register"]["median_ms"] > 0
    assert "/api/v1/users/p0" not in told.text


def test_scores_are_those_of_the_calibration_and_of_the_gallery(client: httpx.Client) -> None:
    told = client.get("/api/v1/analytics/scores").json()
    assert told["unit"] == "cosine"
    sources = {(source["source"], source["samples"]): source for source in told["sources"]}
    assert {samples for kind, samples in sources if kind == "calibration"} == {1, 2, 3, 5}
    gallery = sources["gallery", 1]
    assert gallery["genuine_comparisons"] == 2 * len(PEOPLE)
    assert gallery["impostor_comparisons"] == len(PEOPLE) * (len(PEOPLE) - 1)
    # They are six times the same person, which a threshold shows no mercy to.
    assert gallery["false_match_rates"][0] == 1
    assert len(gallery["edges"]) == len(gallery["genuine"]) + 1


def test_a_department_is_verified_by_its_own_rate(client: httpx.Client, photos: Photos) -> None:
    before = client.get("/api/v1/thresholds").json()
    assert (before["target_fmr"], before["groups"]) == (pytest.approx(1e-3), [])
    strict = before["strictest"]
    put = client.put("/api/v1/thresholds/R%2FD", json={"target_fmr": strict})
    assert put.raise_for_status().json()["people"] == len(PEOPLE)
    assert put.json()["threshold"] > before["threshold"]

    answer = authenticate(client, "p0", photos["astronaut"][0])
    assert answer["threshold"] != before["threshold"]
    claims = jwt.decode(str(answer["assertion"]), options={"verify_signature": False})
    assert claims["target_fmr"] == strict

    for target in (strict / 2, 2.0, 0.0, "no number"):
        refused = client.put("/api/v1/thresholds/R%2FD", json={"target_fmr": target})
        assert refused.status_code == 422
    assert client.delete("/api/v1/thresholds/R%2FD").status_code == 204
    assert client.get("/api/v1/thresholds").json() == before
    found = client.get("/api/v1/audit", params={"action": "change_threshold"}).json()["entries"]
    assert [entry["details"]["target_fmr"] for entry in found] == [f"{strict:g}", ""]


def test_attendance_is_told_of_days_that_are_over(client: httpx.Client) -> None:
    told = client.get("/api/v1/attendance").json()
    (department,) = told["departments"]
    assert (department["group"], department["people"], told["min_people"]) == ("R/D", 6, 5)
    yesterday = department["days"][-1]
    assert yesterday["date"] == str((beginning_of_day(utc_now()) - timedelta(days=1)).date())
    assert (yesterday["people"], yesterday["authentications"], yesterday["accepted"]) == (6, 18, 12)
    assert department["days"][0]["people"] is None
    assert told["withheld"] == 0


def test_people_are_found_by_a_part_of_their_id(client: httpx.Client) -> None:
    found = client.get("/api/v1/users", params={"query": "P1"}).json()
    assert ([user["user_id"] for user in found["users"]], found["total"]) == (["p1"], 1)
    found = client.get("/api/v1/users", params={"department": "R/D", "limit": 2}).json()
    assert (len(found["users"]), found["total"]) == (2, len(PEOPLE))
    assert client.get("/api/v1/users", params={"query": "%"}).json()["total"] == 0
    assert client.get("/api/v1/users", params={"query": "a\0b"}).status_code == 422


def test_an_operator_locks_and_lifts(client: httpx.Client, photos: Photos) -> None:
    locked = client.put("/api/v1/users/p5/lock").raise_for_status().json()
    assert locked["locked_until"].startswith("9999")
    assert client.get("/api/v1/users/p5").json()["locked_until"].startswith("9999")
    refused = client.post(
        "/api/v1/authenticate",
        data={"user_id": "p5"},
        files={"image": new_file(photos["astronaut"][1])},
    )
    assert (refused.status_code, refused.json()["code"]) == (429, "LOCKED_OUT")
    client.delete("/api/v1/users/p5/lock").raise_for_status()
    assert authenticate(client, "p5", photos["astronaut"][1])["authenticated"] is True


def test_the_log_is_filtered_and_paged_in_both_directions(client: httpx.Client) -> None:
    newest = client.get("/api/v1/audit", params={"before": 2**53, "limit": 3}).json()
    sequences = [entry["sequence"] for entry in newest["entries"]]
    assert sequences == sorted(sequences, reverse=True)
    older = client.get("/api/v1/audit", params={"before": newest["next"], "limit": 3}).json()
    assert older["entries"][0]["sequence"] == sequences[-1] - 1
    query = {"user_id": "p2", "action": "authenticate", "accepted": "false"}
    mine = client.get("/api/v1/audit", params=query).json()
    assert [entry["reason"] for entry in mine["entries"]] == ["LOW_CONFIDENCE"]
    assert mine["next"] is None
    assert client.get("/api/v1/audit", params={"user_id": "nobody"}).status_code == 404


def test_whose_pseudonym_is_whose_is_for_who_may_read_subjects(client: httpx.Client) -> None:
    made = client.post("/api/v1/api-keys", json={"label": "log", "scopes": ["audit"]}).json()
    headers = {"X-API-Key": made["key"]}
    for path in ("/api/v1/audit", "/api/v1/audit/export"):
        assert client.get(path, headers=headers).status_code == 200
        refused = client.get(path, params={"user_id": "p2"}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")


def test_the_log_is_verified(client: httpx.Client) -> None:
    told = client.post("/api/v1/audit/verify").raise_for_status().json()
    assert (told["sound"], told["problem"]) == (True, None)
    assert told["entries"] == told["head"]["sequence"] >= 24


def test_an_export_is_checked_without_mien(
    client: httpx.Client,
) -> None:
    answer = client.get("/api/v1/audit/export")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.ndjson"'
    last, digest = verify(answer.text.splitlines())
    head = client.get("/api/v1/audit/head").json()
    assert (last, digest) == (head["sequence"], head["digest"])


def test_an_export_takes_the_filters_of_the_log(client: httpx.Client) -> None:
    query = {"user_id": "p3", "action": "authenticate", "accepted": "true"}
    answer = client.get("/api/v1/audit/export", params=query | {"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["reason"] for row in rows] == ["MATCH", "MATCH"]
    lines = client.get("/api/v1/audit/export", params=query).text.splitlines()
    written = [json.loads(line)["entry"]["sequence"] for line in lines]
    assert written == [int(row["sequence"]) for row in rows]
    missing = client.get("/api/v1/audit/export", params={"user_id": "nobody"})
    assert (missing.status_code, missing.json()["code"]) == (404, "UNKNOWN_SUBJECT")
