"""A real server in a process of its own, and the photos to send to it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from mien.core.image import Pixels
from tests.databases import BOTH, SQLITE, fresh_url
from tests.support import altered, jpeg

API_KEY = "mien_test_key_for_integration_tests"
READY_WITHIN_S = 60


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
def running_server(data_dir: Path, **environment: str) -> Iterator[Server]:
    """Start `mien serve` on a free port of loopback, wait until it is ready, end it.

    Without rate limits, which tests of them switch on: MIEN_UNSAFE_NO_RATE_LIMITS="".
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (data_dir.parent / "server.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "mien", "serve", "--data-dir", str(data_dir), "--port", str(port)],
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


@pytest.fixture(scope="module", params=BOTH)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, models_dir: Path
) -> Iterator[Server]:
    """One server for a module's tests, on each kind of database; the tests share no subjects."""
    folder = tmp_path_factory.mktemp("server") / "data"
    shutil.copytree(models_dir, folder / "models")
    with fresh_url(request.param, folder) as url:
        database = url.render_as_string(hide_password=False)
        environment = {} if request.param == SQLITE else {"MIEN_DATABASE_URL": database}
        with running_server(folder, **environment) as running:
            yield running
