"""Attempts have names, people take them back, keys say what they ask for: over the wire."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.conftest import Server
from tests.support import new_file

Photos = dict[str, list[bytes]]
NOBODYS = "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def ada(server: Server, photos: Photos) -> str:
    answer = server.client.post(
        "/api/v1/register",
        data={"user_id": "learned-ada"},
        files={"images": new_file(photos["astronaut"][0])},
    )
    assert answer.status_code == 200, answer.text
    return "learned-ada"


def authenticate(server: Server, user_id: str, photo: bytes) -> dict[str, Any]:
    answer = server.client.post(
        "/api/v1/authenticate", data={"user_id": user_id}, files={"image": new_file(photo)}
    )
    body: dict[str, Any] = answer.json()
    return body


def disown(server: Server, user_id: str, attempt_id: str) -> httpx.Response:
    return server.client.post(f"/api/v1/users/{user_id}/attempts/{attempt_id}/disown")


def test_every_attempt_has_a_name_that_the_history_knows(
    server: Server, ada: str, photos: Photos
) -> None:
    accepted = authenticate(server, ada, photos["astronaut"][1])
    refused = authenticate(server, ada, photos["grace_hopper"][1])
    nobodys = authenticate(server, "learned-nobody", photos["astronaut"][1])
    names = [answer["attempt_id"] for answer in (accepted, refused, nobodys)]
    assert len(set(names)) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)
    history = server.client.get(f"/api/v1/users/{ada}/history?limit=2").json()["history"]
    assert [event["details"]["attempt"] for event in history] == [names[1], names[0]]


def test_an_attempt_is_disowned_on_record(server: Server, ada: str, photos: Photos) -> None:
    attempt = authenticate(server, ada, photos["astronaut"][2])["attempt_id"]
    answer = disown(server, ada, attempt)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "success": True,
        "user_id": ada,
        "attempt_id": attempt,
        "removed_adapted": 0,
        "removed_candidates": 0,
    }
    (newest,) = server.client.get(f"/api/v1/users/{ada}/history?limit=1").json()["history"]
    assert (newest["kind"], newest["details"]["attempt"]) == ("disown", attempt)


def test_nobodys_attempts_and_what_is_no_name_are_refused(server: Server, ada: str) -> None:
    unknown = disown(server, "learned-nobody", NOBODYS)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "UNKNOWN_SUBJECT")
    wrong = disown(server, ada, "yesterday")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "INVALID_REQUEST")


def test_a_subject_says_what_it_is_known_by(server: Server, ada: str) -> None:
    shown = server.client.get(f"/api/v1/users/{ada}").json()
    assert (shown["templates"], shown["adapted_templates"], shown["candidate_templates"]) == (
        1,
        0,
        0,
    )
    (template,) = server.client.get(f"/api/v1/users/{ada}/export").json()["templates"]
    assert (template["origin"], template["attempt_id"]) == ("enrolled", None)
    assert template["added_at"] == shown["enrolled_at"]


def test_a_key_asks_for_liveness_and_so_does_its_successor(server: Server) -> None:
    wanted = {"label": "gate", "scopes": ["verify"], "liveness": "both"}
    made = server.client.post("/api/v1/api-keys", json=wanted).json()["about"]
    assert made["liveness"] == "both"
    rotated = server.client.post(f"/api/v1/api-keys/{made['key_id']}/rotate", json={}).json()
    assert rotated["about"]["liveness"] == "both"
    assert rotated["about"]["last_used_at"] is None
    listed = server.client.get("/api/v1/api-keys").json()["keys"]
    found = {key["key_id"]: key["liveness"] for key in listed}
    assert found[rotated["about"]["key_id"]] == found[made["key_id"]] == "both"
    plain = server.client.post("/api/v1/api-keys", json={"label": "door", "scopes": ["verify"]})
    assert plain.json()["about"]["liveness"] == "none"
    wrong = server.client.post("/api/v1/api-keys", json={**wanted, "liveness": "somewhat"})
    assert wrong.status_code == 422


def test_the_document_declares_it_all(server: Server) -> None:
    document = server.client.get("/openapi.json").json()
    path = "/api/v1/users/{user_id}/attempts/{attempt_id}/disown"
    assert {"200", "401", "403", "404", "422"} <= set(document["paths"][path]["post"]["responses"])
    schemas = document["components"]["schemas"]
    assert "attempt_id" in schemas["AuthenticationResult"]["required"]
    assert "liveness" in schemas["ApiKeyResult"]["required"]


def test_the_command_line_does_the_same(data_dir: Path, photos: Photos, tmp_path: Path) -> None:
    def mien(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mien", *arguments, "--data-dir", str(data_dir), "--json"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "COLUMNS": "200"},
        )

    for number in range(2):
        (tmp_path / f"{number}.jpg").write_bytes(photos["astronaut"][number])
    assert mien("enroll", "ada", str(tmp_path / "0.jpg")).returncode == 0
    assert mien("verify", "ada", str(tmp_path / "1.jpg")).returncode == 0
    history = json.loads(mien("users", "history", "ada").stdout)["history"]
    attempt = history[0]["details"]["attempt"]
    disowned = mien("users", "disown", "ada", attempt)
    assert json.loads(disowned.stdout)["removed"] == {"adapted": 0, "candidates": 0}
    assert mien("users", "disown", "ada", "yesterday").returncode == 2
    shown = json.loads(mien("users", "show", "ada").stdout)
    assert (shown["templates"], shown["adapted_templates"]) == (1, 0)
    made = mien("api-keys", "create", "gate", "--scope", "verify", "--liveness", "both")
    assert json.loads(made.stdout)["about"]["liveness"] == "both"
    listed = json.loads(mien("api-keys", "list").stdout)["keys"]
    assert [key["liveness"] for key in listed] == ["both"]
