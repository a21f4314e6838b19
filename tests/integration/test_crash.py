"""kill -9 in the middle of concurrent enrollments: nothing acknowledged is lost, nothing half."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import httpx
import pytest

from tests.databases import BOTH, SQLITE, fresh_url
from tests.integration.conftest import API_KEY, running_server
from tests.support import new_file

pytestmark = pytest.mark.slow

SUBJECTS = 200
CALLERS = 16
KILL_AFTER = 60


@pytest.mark.parametrize("kind", BOTH)
def test_every_acknowledged_subject_survives_a_kill(
    kind: str, data_dir: Path, photos: dict[str, list[bytes]]
) -> None:
    with fresh_url(kind, data_dir) as url:
        database = url.render_as_string(hide_password=False)
        _kill_and_look({} if kind == SQLITE else {"MIEN_DATABASE_URL": database}, data_dir, photos)
    if kind == SQLITE:
        with sqlite3.connect(data_dir / "mien.db") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchone() is None


def _kill_and_look(
    environment: dict[str, str], data_dir: Path, photos: dict[str, list[bytes]]
) -> None:
    acknowledged: list[str] = []
    waiting = iter([f"subject-{number:03}" for number in range(SUBJECTS)])
    taking = threading.Lock()
    enough = threading.Event()

    def enroll_some(url: str) -> None:
        with httpx.Client(base_url=url, headers={"X-API-Key": API_KEY}, timeout=60) as client:
            while True:
                with taking:
                    user_id = next(waiting, None)
                if user_id is None:
                    return
                person = "astronaut" if int(user_id[-1]) % 2 else "grace_hopper"
                try:
                    answer = client.post(
                        "/api/v1/register",
                        data={"user_id": user_id},
                        files=[("images", photo) for photo in photos[person][:2]],
                    )
                except httpx.TransportError:
                    return
                assert answer.status_code == 200, answer.text
                acknowledged.append(user_id)
                if len(acknowledged) >= KILL_AFTER:
                    enough.set()

    with running_server(data_dir, MIEN_QUEUE_LENGTH="200", **environment) as server:
        callers = [threading.Thread(target=enroll_some, args=(server.url,)) for _ in range(CALLERS)]
        for caller in callers:
            caller.start()
        assert enough.wait(timeout=120)
        server.kill()
        for caller in callers:
            caller.join()
    assert KILL_AFTER <= len(acknowledged) < SUBJECTS

    with running_server(data_dir, **environment) as server:
        stored = {
            user["user_id"]: user["templates"]
            for user in server.client.get("/api/v1/users?limit=1000").json()["users"]
        }
        assert set(acknowledged) <= set(stored)
        assert set(stored.values()) == {2}
        for user_id in (acknowledged[0], acknowledged[-1]):
            person = "astronaut" if int(user_id[-1]) % 2 else "grace_hopper"
            answer = server.client.post(
                "/api/v1/authenticate",
                data={"user_id": user_id},
                files={"image": new_file(photos[person][3])},
            )
            assert answer.json()["authenticated"] is True
