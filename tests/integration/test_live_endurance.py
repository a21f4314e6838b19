"""What a server is like after a thousand sessions, and while many go on at a time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.integration.conftest import (
    API_KEY,
    LIVE_SETTINGS,
    Server,
    copy_models,
    running_server,
)
from tests.integration.live_sessions import GRAY, settled
from tests.integration.test_trust import authenticate, enroll
from tests.live_wire import Wire, encoded
from tests.support import new_file

pytestmark = pytest.mark.slow

Photos = dict[str, list[bytes]]

SESSIONS = 1000
AT_A_TIME = 8


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, live_models_dir: Path) -> Iterator[Server]:
    """A server that takes many streams from one place."""
    folder = copy_models(live_models_dir, tmp_path_factory.mktemp("busy"))
    with running_server(folder, **LIVE_SETTINGS, MIEN_MAX_STREAMS_PER_CALLER="50") as running:
        yield running


def one_session(server: Server, photo: bytes, number: int) -> int:
    """Hold a short session that ends in one of several ways; return the close code."""
    with Wire(server.url, API_KEY) as wire:
        wire.hello(user_id=f"user-{secrets.token_hex(8)}")
        wire.show(new_file(photo))
        wire.hear()
        if number % 4 == 0:
            wire.cut()
            return 1006
        if number % 4 == 1:
            wire.socket.send("nonsense")
        else:
            wire.say(type="bye")
        return wire.hear_all()


def test_a_thousand_sessions_leave_nothing_behind(busy: Server, photos: Photos) -> None:
    process = psutil.Process(busy.process.pid)
    photo = photos["astronaut"][0]

    def hold(count: int) -> None:
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            codes = list(pool.map(lambda number: one_session(busy, photo, number), range(count)))
        assert set(codes) == {1000, 1006, 4400}
        time.sleep(1)

    hold(200)  # until what is made once is made
    memory, files, threads = process.memory_info().rss, process.num_fds(), process.num_threads()
    hold(SESSIONS)
    # A connection more of SQLite is three files; the pool bounds how many there are.
    assert process.num_fds() <= files + 5
    assert process.num_threads() <= threads + 2
    # A session holds some hundred kilobytes of pixels and messages: a leak would be 100 MB.
    assert process.memory_info().rss - memory < 30 * 1024 * 1024
    assert "mien_pending_photos 0.0" in settled(busy)


def test_streams_and_photos_leave_room_for_one_another(busy: Server, photos: Photos) -> None:
    """Sixteen streams show as much as they may; photos are answered, and every stream is fed."""
    enroll(busy, "visitor", photos["astronaut"][0])
    photo, until_s = photos["astronaut"][1], time.monotonic() + 8

    def stream(number: int) -> int:
        rng = np.random.default_rng(number)
        with Wire(busy.url, API_KEY) as wire:
            wire.hello(user_id=f"user-{secrets.token_hex(8)}")
            while time.monotonic() < until_s and wire.hear_what_is_there():
                wire.show(encoded(rng.integers(0, 256, (240, 320, 3), dtype=np.uint8)))
                time.sleep(1 / 20)
            return int(wire.last("status")["frames"]["taken"])

    with ThreadPoolExecutor(17) as pool:
        streams = [pool.submit(stream, number) for number in range(16)]
        time.sleep(1)
        for _ in range(5):
            answer = authenticate(busy.client, "visitor", new_file(photo))
            assert answer.status_code == 200
            assert answer.elapsed.total_seconds() < 5
        taken = [each.result() for each in streams]
    assert min(taken) > 0.5 * max(taken)


def test_a_session_lasts_no_longer_than_it_was_begun_for(busy: Server, photos: Photos) -> None:
    enroll(busy, "lingering", photos["astronaut"][0])
    began_s = time.monotonic()
    with Wire(busy.url, API_KEY) as wire:
        # Nothing is demanded, and nobody is seen: nothing but time ends it.
        wire.hello(user_id="lingering", liveness="none")
        while wire.hear_what_is_there():
            wire.socket.send(GRAY)
            time.sleep(0.5)
        assert wire.hear_all() == 4408
    assert wire.last("error")["code"] == "EXPIRED"
    assert 25 < time.monotonic() - began_s < 35
    history = busy.client.get("/api/v1/users/lingering/history").json()["history"]
    assert [event["accepted"] for event in history if event["kind"] == "authenticate"] == [False]
