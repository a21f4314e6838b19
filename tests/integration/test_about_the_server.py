"""What the server tells of itself: how it is, its models, and its dashboard."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from mien import __version__
from mien.api.dashboard.files import BUILT, BuiltFiles
from mien.inference.catalogue import MODELS
from tests.integration.conftest import Server, serving
from tests.support import new_file

BROWSER = {"Accept": "text/html,*/*;q=0.8"}


def test_the_status_tells_how_the_server_is(server: Server, photos: dict[str, list[bytes]]) -> None:
    server.client.post(
        "/api/v1/register",
        data={"user_id": "status_1"},
        files={"images": new_file(photos["astronaut"][0])},
    ).raise_for_status()
    before = server.client.get("/api/v1/system/status").json()
    status = server.client.get("/api/v1/system/status").json()
    assert status["version"] == __version__
    started = datetime.fromisoformat(status["started_at"])
    assert timedelta(0) < datetime.now(UTC) - started < timedelta(minutes=30)
    assert status["database"]["kind"] in {"sqlite", "postgresql"}
    assert status["database"]["bytes"] > 10_000
    assert status["gallery"] == 1
    assert status["requests"] == before["requests"] + 1
    assert (status["streams"], status["pending"], status["server_errors"]) == (0, 0, 0)
    assert status["memory_bytes"] is None or status["memory_bytes"] > 10_000_000
    assert status["production"] is False


def test_the_status_tells_what_is_weak_and_what_to_do(server: Server) -> None:
    warnings = {
        warning["name"]: warning
        for warning in server.client.get("/api/v1/system/status").json()["warnings"]
    }
    assert "MIEN_UNSAFE_NO_RATE_LIMITS" in warnings["unsafe switches"]["problem"]
    assert not warnings["unsafe switches"]["is_note"]
    assert warnings["production"]["remedy"] == "set MIEN_PRODUCTION=true"
    assert all(warning["problem"] and warning["remedy"] for warning in warnings.values())


def test_the_status_names_only_what_the_server_can_do(server: Server) -> None:
    assert server.client.get("/api/v1/system/status").json()["features"] == {
        "live": False,  # the built-in pack has no models for them
        "passive": False,
        "wellbeing": False,
        "adaptation": False,
        "federation": False,
        "face_sign_in": None,
    }


def test_what_is_switched_on_is_named(live_models_dir: Path, tmp_path: Path) -> None:
    wanted = {
        "MIEN_PACK": "standard",
        "MIEN_ADAPT": "true",
        "MIEN_WELLBEING_PURPOSE": "Your own trend is shown to you.",
        "MIEN_FACE_SIGN_IN": "active",
    }
    with serving("sqlite", live_models_dir, tmp_path, **wanted) as running:
        features = running.client.get("/api/v1/system/status").json()["features"]
    assert features == {
        "live": True,
        "passive": True,
        "wellbeing": True,
        "adaptation": True,
        "federation": False,
        "face_sign_in": "active",
    }


def test_models_are_told_with_license_origin_and_hash(server: Server) -> None:
    told = server.client.get("/api/v1/models").json()
    info = server.client.get("/api/v1/system/info").json()
    for name in ("pack", "pack_reason", "contract", "calibration"):
        assert told[name] == info[name]
    models = {model["name"]: model for model in told["models"]}
    assert list(models) == [model.name for model in MODELS]
    assert models["resnet29"]["imported"]
    assert models["resnet29"]["commercial"]
    assert len(bytes.fromhex(models["resnet29"]["sha256"])) == hashlib.sha256().digest_size
    assert not models["arcface_r50"]["imported"]
    assert not models["arcface_r50"]["commercial"]
    assert models["arcface_r50"]["source"].startswith("https://")


def test_the_speed_of_each_stage_is_measured_here(server: Server) -> None:
    answer = server.client.post("/api/v1/models/measure")
    assert answer.status_code == 200
    speed = answer.json()
    assert speed["threads"] == 1
    assert "cores" in speed["machine"]
    stages = [stage["name"] for stage in speed["stages"]]
    assert stages == ["decode", "detect", "landmarks", "embed resnet29"]
    assert all(stage["median_ms"] > 0 and stage["runs"] >= 1 for stage in speed["stages"])


def test_a_browser_gets_the_dashboard_or_is_told_how_to_build_it(server: Server) -> None:
    page = httpx.get(server.url + "/", headers=BROWSER)
    if BuiltFiles.read(BUILT) is None:
        assert (page.status_code, "make web" in page.text) == (404, True)
    else:
        assert page.status_code == 200
        assert "nonce-" in page.headers["content-security-policy"]
        assert httpx.get(server.url + "/people", headers=BROWSER).status_code == 200
    assert httpx.get(server.url + "/").json()["name"] == "mien"


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere"])
def test_a_program_never_gets_a_page_where_there_is_nothing(server: Server, path: str) -> None:
    refused = server.client.get(path)
    assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")


def test_requests_for_the_dashboard_are_counted_together(server: Server) -> None:
    httpx.get(server.url + "/people/very_private_name", headers=BROWSER)
    metrics = server.client.get("/metrics").text
    assert 'route="(dashboard)"' in metrics
    assert "very_private_name" not in metrics


def test_the_server_of_expressions_alone_has_no_dashboard(models_dir: Path, tmp_path: Path) -> None:
    with serving("sqlite", models_dir, tmp_path, command=("emotion", "serve")) as running:
        assert httpx.get(running.url + "/", headers=BROWSER).json()["name"] == "mien"
        assert httpx.get(running.url + "/people", headers=BROWSER).status_code == 404
