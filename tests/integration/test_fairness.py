"""Groups of people through the real command and a real server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from mien.bootstrap.clock import utc_now
from mien.core.audit import AuditAction, AuditEvent
from mien.core.image import Pixels
from mien.core.policy import Reason
from mien.core.template import SubjectId
from mien.service.fairness import beginning_of_day
from mien.storage.database import Database
from mien.storage.master_keys import KeyFile
from tests.databases import BOTH, SQLITE, fresh_url
from tests.integration.conftest import Server, copy_models, running_server
from tests.support import altered, jpeg, new_file

PEOPLE = 10


def _mien(data_dir: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mien", "fairness", *map(str, arguments), "--data-dir", data_dir],
        env=os.environ | {"MIEN_PACK": "builtin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def data_dir(models_dir: Path, tmp_path: Path) -> Path:
    shutil.copytree(models_dir, tmp_path / "data" / "models")
    return tmp_path / "data"


@pytest.fixture
def labelled(tmp_path: Path, astronaut: Pixels, grace_hopper: Pixels) -> Path:
    """Three takes of each of two people, of two groups, and a wall in one of them."""
    folder = tmp_path / "labelled"
    folder.mkdir()
    rows = ["file,person,hair"]
    for person, hair, photo in (("a", "dark", astronaut), ("g", "gray", grace_hopper)):
        for take in range(3):
            (folder / f"{person}{take}.jpg").write_bytes(jpeg(altered(photo, take)))
            rows.append(f"{person}{take}.jpg,{person},{hair}")
    (folder / "wall.jpg").write_bytes(jpeg(altered(astronaut[:, :40], 9)))
    (folder / "labels.csv").write_text("\n".join([*rows, "wall.jpg,w,gray"]) + "\n")
    return folder


def test_a_labelled_folder_is_measured_and_drawn(
    data_dir: Path, labelled: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report"
    done = _mien(data_dir, labelled, "--json", "--report", report)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["photos"], told["people"], told["usable"]) == (7, 3, 6)
    assert told["operating_fmr"] == pytest.approx(1e-3)
    (hair,) = told["attributes"]
    rates = {(rate["measure"], rate["target_fmr"]): rate for rate in hair["rates"]}
    # Nine pairs of two people, six of one; nobody is taken for anybody else.
    assert rates["fmr_everybody", 1e-3]["trials"] == 9
    assert rates["fmr_everybody", 1e-3]["errors"] == 0
    assert (rates["fnmr", 1e-3]["errors"], rates["fnmr", 1e-3]["trials"]) == (0, 6)
    assert hair["reasons"] == {"NO_FACE": [0, 1]}
    assert hair["verdict"] == "undecidable"
    assert (report / "scores-hair.png").is_file()
    assert "astronaut" not in (report / "report.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "name a folder"),
        (("--production",), "takes --attribute"),
        (("--production", "--attribute", "Shoe Size"), "small letters"),
        ((".", "--attribute", "age"), "name a folder"),
        ((".",), "has no labels.csv"),
    ],
)
def test_a_wrong_call_is_explained(
    tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    done = _mien(tmp_path / "data", *arguments)
    assert done.returncode == 2
    assert complaint in done.stderr


@pytest.fixture(params=BOTH)
def served(
    request: pytest.FixtureRequest,
    models_dir: Path,
    tmp_path: Path,
    photos: dict[str, list[bytes]],
) -> Iterator[tuple[Server, Path, dict[str, str]]]:
    """A server after a day on which five of ten people, all of one group, were refused often."""
    data = copy_models(models_dir, tmp_path)
    with fresh_url(request.param, data) as url:
        environment = {"MIEN_PACK": "builtin"}
        if request.param != SQLITE:
            environment["MIEN_DATABASE_URL"] = url.render_as_string(hide_password=False)
        with running_server(data, **environment) as server:
            _agree(server.client, photos["astronaut"][0])
        database = Database.open(url, KeyFile(data / "master.key"), utc_now)
        _remember_yesterday(database)
        database.close()
        watched = environment | {"MIEN_FAIRNESS_ATTRIBUTES": '["side"]'}
        with running_server(data, **watched) as server:
            yield server, data, environment


def _agree(client: httpx.Client, photo: bytes) -> None:
    for number in range(PEOPLE):
        files = {"images": new_file(photo)}
        answer = client.post("/api/v1/register", data={"user_id": f"p{number}"}, files=files)
        assert answer.status_code == httpx.codes.OK, answer.text
        at = f"/api/v1/users/p{number}"
        assert client.put(f"{at}/consents/fairness").status_code == httpx.codes.OK
        side = "left" if number < PEOPLE // 2 else "right"
        put = client.put(f"{at}/groups/side", json={"group": side})
        assert put.status_code == httpx.codes.OK, put.text


def _remember_yesterday(database: Database) -> None:
    """Write attempts as the server does, but of a day that is over."""
    at = beginning_of_day(utc_now()) - timedelta(hours=1)
    with database.unit_of_work("test") as work:
        for number in range(PEOPLE):
            subject = work.subjects.pseudonym(SubjectId(f"p{number}"))
            for attempt in range(20):
                accepted = attempt >= (1 if number < PEOPLE // 2 else 8)
                work.audit.append(
                    AuditEvent(
                        AuditAction.AUTHENTICATE,
                        at,
                        "test",
                        subject=subject,
                        accepted=accepted,
                        reason=Reason.MATCH if accepted else Reason.LOW_CONFIDENCE,
                        details={"attempt": "0", "failed_checks": "", "liveness": "none"},
                    )
                )


def test_production_is_told_over_http_by_metrics_and_by_the_command(
    served: tuple[Server, Path, dict[str, str]],
) -> None:
    server, data, environment = served
    client = server.client
    told = client.get("/api/v1/fairness", params={"attribute": "side"}).json()
    left, right = told["rates"]["refused"]
    assert (left["group"], left["people"], left["attempts"], left["refused"]) == ("left", 5, 100, 5)
    assert right["ratio"]["value"] == pytest.approx(8)
    assert (right["verdict"], told["drifted"], told["withheld"]) == ("outside", True, 0)
    assert told["rates"]["spoof_suspected"] == []
    assert told["reasons"]["right"] == {"MATCH": 60, "LOW_CONFIDENCE": 40}

    metrics = client.get("/metrics").text
    assert 'mien_group_refusal_ratio{attribute="side",group="right"} 8.0' in metrics
    assert 'mien_group_drift{attribute="side"} 1.0' in metrics

    done = subprocess.run(
        [sys.executable, "-m", "mien", "fairness", "--production", "--attribute", "side", "--json"],
        env=os.environ | environment | {"MIEN_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    command = json.loads(done.stdout)
    assert command["rates"]["refused"]["right"]["refused"] == right["refused"]
    assert command["reasons"] == told["reasons"]

    # Who withdraws leaves a group of four, which is not told of, and nor is the other.
    assert client.delete("/api/v1/users/p9/consents/fairness").status_code == httpx.codes.OK
    told = client.get("/api/v1/fairness", params={"attribute": "side"}).json()
    assert (told["rates"]["refused"], told["reasons"], told["withheld"]) == ([], {}, 2)


def test_only_auditors_are_told_and_only_of_whole_days(
    served: tuple[Server, Path, dict[str, str]],
) -> None:
    client = served[0].client
    made = client.post(
        "/api/v1/api-keys", json={"label": "reader", "scopes": ["read", "admin"]}
    ).json()
    answer = client.get(
        "/api/v1/fairness", params={"attribute": "side"}, headers={"X-API-Key": made["key"]}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    for query in ("?attribute=side&days=0", "?attribute=A%20B", ""):
        answer = client.get(f"/api/v1/fairness{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST")
