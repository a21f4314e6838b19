"""A real server in a process of its own, and the photos to send to it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from mien.core.image import Pixels
from mien.inference.catalogue import FACE_MESH, MINIFAS
from mien.inference.packs import STANDARD, Weights
from mien.inference.weights import WeightStore
from tests.databases import BOTH, SQLITE, fresh_url
from tests.golden.downloads import stock
from tests.support import altered, jpeg, made_once, new_file

API_KEY = "mien_test_key_for_integration_tests"
READY_WITHIN_S = 60
APP = "https://app.example.org"
LIVE_SETTINGS = {
    "MIEN_PACK": "standard",
    "MIEN_UNSAFE_LIVE_DEMANDS": '["turn_left", "turn_right"]',
    "MIEN_CORS_ORIGINS": json.dumps([APP]),
}
LIVENESS = (Weights(FACE_MESH), Weights(MINIFAS))


@dataclass(frozen=True, slots=True)
class Server:
    """A running `mien serve`."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    url: str

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def data_dir(tmp_path: Path, models_dir: Path) -> Path:
    """A fresh data folder whose models are imported already."""
    folder = tmp_path / "data"
    shutil.copytree(models_dir, folder / "models")
    return folder


@pytest.fixture(scope="session")
def photos(astronaut: Pixels, grace_hopper: Pixels) -> dict[str, list[bytes]]:
    """Four takes of each of two people."""
    return {
        "astronaut": [jpeg(altered(astronaut, seed)) for seed in range(4)],
        "grace_hopper": [jpeg(altered(grace_hopper, seed)) for seed in range(4)],
    }


@contextmanager
def running_server(
    data_dir: Path, *, command: Sequence[str] = ("serve",), **environment: str
) -> Iterator[Server]:
    """Start `mien serve` on a free port of loopback, wait until it is ready, end it.

    command: of mien, to start another server than that.
    Without rate limits, which tests of them switch on: MIEN_UNSAFE_NO_RATE_LIMITS="".
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (data_dir.parent / "server.log").open("ab")
    place = ["--data-dir", str(data_dir), "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "mien", *command, *place],
        env={
            **os.environ,
            "MIEN_API_KEY": API_KEY,
            "MIEN_UNSAFE_NO_RATE_LIMITS": "true",
            **environment,
        },
        stdout=log,
        stderr=log,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, headers={"X-API-Key": API_KEY}, timeout=60) as client:
            _wait_until_ready(process, client, Path(log.name))
            yield Server(process, client, url)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=40)
        log.close()


def _wait_until_ready(process: subprocess.Popen[bytes], client: httpx.Client, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}: {log.read_text()}")
        try:
            if client.get("/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError(f"the server was not ready within {READY_WITHIN_S} s: {log.read_text()}")


def copy_models(models: Path, folder: Path) -> Path:
    """Return a fresh data folder with these models."""
    shutil.copytree(models, folder / "data" / "models")
    return folder / "data"


@pytest.fixture(scope="session")
def live_models_dir(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """The models of the standard pack, and those of live sessions among them; or skip."""

    def import_all(data: Path) -> None:
        shutil.copytree(models_dir, data / "models")
        store = WeightStore.of(data)
        stock(store.sources, STANDARD.weights())
        stock(store.sources, LIVENESS)
        store.ensure([*STANDARD.weights(), *LIVENESS])

    return made_once(tmp_path_factory, "live", import_all) / "models"


@contextmanager
def serving(
    kind: str,
    models: Path,
    folder: Path,
    *,
    command: Sequence[str] = ("serve",),
    **environment: str,
) -> Iterator[Server]:
    """Start a server with these models on a kind of database."""
    data = copy_models(models, folder)
    with fresh_url(kind, data) as url:
        if kind != SQLITE:
            environment["MIEN_DATABASE_URL"] = url.render_as_string(hide_password=False)
        with running_server(data, command=command, **environment) as running:
            yield running


@pytest.fixture(scope="module", params=BOTH)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, models_dir: Path
) -> Iterator[Server]:
    """One server for a module's tests, on each kind of database; the tests share no subjects."""
    with serving(request.param, models_dir, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module", params=BOTH)
def live(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, live_models_dir: Path
) -> Iterator[Server]:
    """One server with live sessions, on each kind of database."""
    folder = tmp_path_factory.mktemp("live-server")
    with serving(request.param, live_models_dir, folder, **LIVE_SETTINGS) as running:
        yield running
    log = (folder / "server.log").read_text()
    assert "unexpected error" not in log
    assert "Traceback" not in log
    assert API_KEY not in log


@pytest.fixture
def somebody(live: Server, photos: dict[str, list[bytes]]) -> str:
    """Somebody who is enrolled, of this test alone: what is tried is in their history."""
    user_id = f"user-{secrets.token_hex(4)}"
    files = {"images": new_file(photos["astronaut"][0])}
    answer = live.client.post("/api/v1/register", data={"user_id": user_id}, files=files)
    assert answer.status_code == httpx.codes.OK, answer.text
    return user_id


@pytest.fixture
def nobody() -> str:
    """A user_id of this test alone, so that no other's failures lock it."""
    return f"user-{secrets.token_hex(4)}"
