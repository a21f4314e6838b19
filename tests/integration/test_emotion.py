"""Expressions over the wire, on the whole server and on the one that does nothing else.

What is read of a face the golden tests tell; here it is who may ask, in what form, what comes
back, and that nothing of it stays.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
import PIL.Image
import pytest

from mien.core.expression import Expression
from mien.core.image import Pixels
from mien.inference.catalogue import EXPRESSION, FIVE_LANDMARKS, MMOD, RESNET29
from tests.databases import POSTGRES, SQLITE
from tests.integration.conftest import Server, copy_models, running_server, serving
from tests.support import jpeg

ALONE: Final = ("emotion", "serve")
PROBLEM: Final = "application/problem+json"
BAD_IMAGE, INSTALLATION = 4, 5


@pytest.fixture(scope="module", params=[("serve",), ALONE], ids=" ".join)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, models_dir: Path
) -> Iterator[Server]:
    """Each server once, and each database."""
    folder = tmp_path_factory.mktemp("emotion")
    kind = POSTGRES if request.param == ALONE else SQLITE
    with serving(kind, models_dir, folder, command=request.param) as running:
        yield running
    log = (folder / "server.log").read_text()
    assert "unexpected error" not in log
    assert not [word for word in Expression if word in log]


@pytest.fixture(scope="session")
def group(astronaut: Pixels, grace_hopper: Pixels) -> bytes:
    """Both of them side by side: the larger face is on the right."""
    high = min(len(astronaut), len(grace_hopper))
    return jpeg(np.concatenate([astronaut[:high], grace_hopper[:high]], axis=1))


@pytest.fixture(scope="session")
def wall() -> bytes:
    return jpeg(np.full((480, 640, 3), 127, np.uint8))


def answer_of(answer: httpx.Response) -> Any:  # noqa: ANN401 JSON of any kind
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


def code_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == PROBLEM
    return answer.status_code, answer.json()["code"]


class TestPhoto:
    def test_a_face_is_told_with_all_eight_expressions_and_what_read_them(
        self, server: Server, photos: dict[str, list[bytes]]
    ) -> None:
        answer = answer_of(
            server.client.post("/api/v1/emotion", files={"image": photos["astronaut"][0]})
        )
        assert answer["model"] == {"name": "mien", "sha256": str(EXPRESSION.sha256)[:12]}
        (face,) = answer["faces"]
        assert set(face["probabilities"]) == set(Expression)
        assert sum(face["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        likeliest = max(face["probabilities"], key=lambda name: face["probabilities"][name])
        assert face["expression"] == likeliest
        assert set(face["derived"]) == {"valence", "arousal"}
        assert 0 < face["quality_score"] <= 1
        box = face["box"]
        assert 0 <= box["left"] < box["right"] <= answer["width"]
        assert 0 <= box["top"] < box["bottom"] <= answer["height"]

    def test_everybody_in_a_photo_is_read_the_largest_first(
        self, server: Server, group: bytes
    ) -> None:
        faces = answer_of(server.client.post("/api/v1/emotion", files={"image": group}))["faces"]
        assert len(faces) == 2
        widths = [face["box"]["right"] - face["box"]["left"] for face in faces]
        assert widths == sorted(widths, reverse=True)
        assert faces[0]["box"]["left"] > faces[1]["box"]["right"]
        assert faces[0]["probabilities"] != faces[1]["probabilities"]

    def test_every_form_of_a_photo_and_the_older_path_are_answered_alike(
        self, server: Server, photos: dict[str, list[bytes]]
    ) -> None:
        photo = photos["grace_hopper"][1]
        text = base64.b64encode(photo).decode()
        bare = {"content": photo, "headers": {"Content-Type": "image/jpeg"}}
        forms: list[dict[str, Any]] = [
            {"files": {"image": photo}},
            {"files": {"file": photo}},
            {"json": {"image": text}},
            {"json": {"image": f"data:image/jpeg;base64,{text}"}},
            bare,
        ]
        answers = [
            answer_of(server.client.post(path, **form))
            for path in ("/api/v1/emotion", "/analyze")
            for form in forms
        ]
        assert answers == answers[:1] * 10

    def test_the_same_photo_may_be_read_as_often_as_one_likes(
        self, server: Server, photos: dict[str, list[bytes]]
    ) -> None:
        files = {"image": photos["astronaut"][2]}
        first, again = (server.client.post("/api/v1/emotion", files=files) for _ in range(2))
        assert answer_of(first) == answer_of(again)

    def test_a_photo_without_a_face_is_a_problem(self, server: Server, wall: bytes) -> None:
        for path in ("/api/v1/emotion", "/analyze"):
            answer = server.client.post(path, files={"image": wall})
            assert code_of(answer) == (422, "NO_FACE")

    def test_what_is_no_photo_is_a_problem(self, server: Server) -> None:
        answer = server.client.post("/api/v1/emotion", files={"image": b"no photo"})
        assert code_of(answer) == (422, "IMAGE_UNREADABLE")
        assert code_of(server.client.post("/api/v1/emotion", json={})) == (422, "INVALID_REQUEST")


class TestBatch:
    def test_each_photo_has_its_result_or_its_problem_in_their_order(
        self, server: Server, photos: dict[str, list[bytes]], wall: bytes
    ) -> None:
        several = [photos["astronaut"][0], wall, b"no photo", photos["grace_hopper"][0]]
        files = [("images", photo) for photo in several]
        items = answer_of(server.client.post("/api/v1/emotion/batch", files=files))["images"]

        alone = [server.client.post("/api/v1/emotion", files={"image": p}) for p in several]
        told = ["problem" if item["result"] is None else "result" for item in items]
        assert told == ["result", "problem", "problem", "result"]
        for item, answer in zip(items, alone, strict=True):
            if item["result"] is not None:
                assert item == {"result": answer.json(), "problem": None}
            else:
                assert (item["problem"]["status"], item["problem"]["code"]) == code_of(answer)

    def test_a_batch_of_base64_is_read_too(
        self, server: Server, photos: dict[str, list[bytes]]
    ) -> None:
        images = [base64.b64encode(photo).decode() for photo in photos["astronaut"][:2]]
        items = answer_of(server.client.post("/api/v1/emotion/batch", json={"images": images}))
        assert [len(item["result"]["faces"]) for item in items["images"]] == [1, 1]

    @pytest.mark.parametrize("count", [0, 11])
    def test_one_to_ten_photos_are_read(
        self, server: Server, photos: dict[str, list[bytes]], count: int
    ) -> None:
        images = [base64.b64encode(photos["astronaut"][0]).decode()] * count
        answer = server.client.post("/api/v1/emotion/batch", json={"images": images})
        assert code_of(answer) == (422, "INVALID_REQUEST")


class TestDoors:
    @pytest.mark.parametrize("path", ["/api/v1/emotion", "/api/v1/emotion/batch", "/analyze"])
    def test_without_a_key_nobody_is_read(self, server: Server, path: str) -> None:
        answer = httpx.post(server.url + path, files={"image": b""})
        assert code_of(answer) == (401, "UNAUTHORIZED")

    def test_the_older_path_is_not_in_the_document_and_the_others_are(self, server: Server) -> None:
        paths = set(server.client.get("/openapi.json").json()["paths"])
        assert {"/api/v1/emotion", "/api/v1/emotion/batch", "/readyz", "/metrics"} <= paths
        assert "/analyze" not in paths

    def test_it_is_ready_alive_and_measured(self, server: Server) -> None:
        for path in ("/health", "/healthz", "/readyz"):
            assert answer_of(httpx.get(server.url + path)) == {"status": "ok"}
        metrics = server.client.get("/metrics")
        assert metrics.status_code == httpx.codes.OK
        assert 'mien_requests_total{method="GET",route="/readyz"' in metrics.text
        assert not [word for word in Expression if word in metrics.text]

    def test_another_host_s_name_is_not_answered(self, server: Server) -> None:
        answer = server.client.get("/healthz", headers={"Host": "evil.example"})
        assert code_of(answer) == (421, "HOST_NOT_ALLOWED")


def test_the_server_of_its_own_knows_the_callers_and_no_subject(
    tmp_path: Path, models_dir: Path, photos: dict[str, list[bytes]]
) -> None:
    data = copy_models(models_dir, tmp_path)
    with running_server(data) as main, running_server(data, command=ALONE) as alone:
        keys = {}
        for scope in ("read", "verify"):
            wanted = {"label": scope, "scopes": [scope], "audience": "https://door.example"}
            made = main.client.post("/api/v1/api-keys", json=wanted)
            assert made.status_code == httpx.codes.CREATED, made.text
            keys[scope] = {"X-API-Key": made.json()["key"]}
        files = {"image": photos["astronaut"][0]}
        for each in (main, alone):
            allowed = httpx.post(f"{each.url}/api/v1/emotion", files=files, headers=keys["read"])
            assert answer_of(allowed)["faces"]
            answer = httpx.post(f"{each.url}/api/v1/emotion", files=files, headers=keys["verify"])
            assert code_of(answer) == (403, "FORBIDDEN")
        assert main.client.get("/api/v1/users").status_code == httpx.codes.OK
        for path in ("/api/v1/users", "/api/v1/authenticate", "/api/v1/system/info"):
            assert alone.client.get(path).status_code == httpx.codes.NOT_FOUND
        assert "mien_subjects" in main.client.get("/metrics").text
        assert "mien_subjects" not in alone.client.get("/metrics").text


def test_the_server_of_its_own_loads_no_embedder(tmp_path: Path, models_dir: Path) -> None:
    data = copy_models(models_dir, tmp_path)
    (data / "models" / RESNET29.file()).unlink()
    with running_server(data, command=ALONE, MIEN_PACK="builtin"):
        there = {path.name for path in (data / "models").iterdir()}
    assert {model.file() for model in (EXPRESSION, MMOD, FIVE_LANDMARKS)} <= there
    assert RESNET29.file() not in there


def test_its_rates_are_limited(
    tmp_path: Path, models_dir: Path, photos: dict[str, list[bytes]]
) -> None:
    limits = {"MIEN_UNSAFE_NO_RATE_LIMITS": "", "MIEN_RATES__AUTHENTICATE": "2/minute"}
    with running_server(copy_models(models_dir, tmp_path), command=ALONE, **limits) as alone:
        files = {"image": photos["astronaut"][0]}
        answers = [alone.client.post("/api/v1/emotion", files=files) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert code_of(answers[-1]) == (429, "RATE_LIMITED")
    assert int(answers[-1].headers["retry-after"]) > 0


def test_nothing_of_it_is_stored(
    tmp_path: Path, models_dir: Path, photos: dict[str, list[bytes]]
) -> None:
    data = copy_models(models_dir, tmp_path)

    def stored() -> list[str]:
        with sqlite3.connect(data / "mien.db") as database:
            # The use of a key is noted; of what it was used for nothing is.
            return [line for line in database.iterdump() if '"api_keys"' not in line]

    with running_server(data) as main:
        assert main.client.get("/api/v1/users").status_code == httpx.codes.OK
        before = stored()
        files = [("images", photo) for photo in photos["astronaut"]]
        answer_of(main.client.post("/api/v1/emotion/batch", files=files))
        answer_of(main.client.post("/analyze", files={"image": photos["grace_hopper"][0]}))
        assert stored() == before


class TestCommand:
    @pytest.fixture
    def files(self, tmp_path: Path, photos: dict[str, list[bytes]], wall: bytes) -> dict[str, Path]:
        paths = {name: tmp_path / f"{name}.jpg" for name in ("astronaut", "wall")}
        paths["astronaut"].write_bytes(photos["astronaut"][0])
        paths["wall"].write_bytes(wall)
        return paths

    def test_a_photo_is_read_and_drawn(
        self, data_dir: Path, files: dict[str, Path], tmp_path: Path
    ) -> None:
        drawn = tmp_path / "drawn.png"
        done = mien(data_dir, "emotion", "read", files["astronaut"], "--draw", drawn, "--json")
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        (face,) = answer["faces"]
        assert answer["model"] == {"name": "mien", "sha256": EXPRESSION.sha256}
        assert sum(face["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        with PIL.Image.open(drawn) as picture, PIL.Image.open(files["astronaut"]) as photo:
            assert picture.size == photo.size
            changed = np.abs(np.asarray(picture).astype(int) - np.asarray(photo)).max(axis=2) > 60
        rows, columns = np.nonzero(changed)
        left, _, right, bottom = face["box"]
        assert left - 5 <= columns.min() <= columns.max() <= right + 60
        assert rows.max() > bottom  # the word stands below

    def test_the_table_names_the_likeliest(self, data_dir: Path, files: dict[str, Path]) -> None:
        told = json.loads(mien(data_dir, "emotion", "read", files["astronaut"], "--json").stdout)[
            "faces"
        ][0]["expression"]
        done = mien(data_dir, "emotion", "read", files["astronaut"])
        assert done.returncode == 0
        assert told in done.stdout

    def test_a_photo_without_a_face_ends_with_4(
        self, data_dir: Path, files: dict[str, Path]
    ) -> None:
        done = mien(data_dir, "emotion", "read", files["wall"])
        assert (done.returncode, "no face was found" in done.stdout) == (BAD_IMAGE, True)

    @pytest.mark.parametrize("command", [("read", "wall"), ("serve",)])
    def test_a_model_that_is_not_there_is_loud(
        self, data_dir: Path, files: dict[str, Path], command: tuple[str, ...]
    ) -> None:
        arguments = [files.get(word, word) for word in command]
        asked = {"MIEN_EXPRESSION_MODEL": "ferplus_vgg13"}
        done = mien(data_dir, "emotion", *arguments, **asked)
        assert done.returncode == INSTALLATION
        assert "MODEL_MISSING" in done.stderr
        assert "mien models pull ferplus_vgg13" in done.stderr

    def test_the_doctor_says_what_to_do_about_it(self, data_dir: Path) -> None:
        done = mien(data_dir, "doctor", "--json", MIEN_EXPRESSION_MODEL="ferplus_vgg13")
        assert done.returncode == INSTALLATION
        checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
        assert not checks["expressions"]["good"]
        assert "mien models pull ferplus_vgg13" in checks["expressions"]["finding"]

    def test_a_fresh_data_folder_is_enough(self, tmp_path: Path, files: dict[str, Path]) -> None:
        fresh = tmp_path / "fresh"
        done = mien(fresh, "emotion", "read", files["wall"], MIEN_PACK="builtin")
        assert done.returncode == BAD_IMAGE, done.stderr
        assert (fresh / "models" / EXPRESSION.file()).is_file()
        shutil.rmtree(fresh)


def mien(
    data_dir: Path, *arguments: object, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mien", *map(str, arguments), "--data-dir", str(data_dir)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
