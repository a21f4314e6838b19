"""Servers share limits through Redis; killed, hung or absent, it leaves local limits behind."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self, final

import httpx
import pytest
import redis

from mien.access.rate_limits import Action, LimitProfile, RateLimits
from mien.access.windows import RedisWindows
from mien.errors import RateLimitedError
from tests.integration.conftest import running_server
from tests.support import skip_without

READY_WITHIN_S = 20
METRIC = "mien_shared_rate_limits_up"
PATIENCE_S = 2.0
"""Far above the timeouts, far below those of the libraries and of the system."""


@final
class RedisServer:
    """A redis-server of the test's own, without persistence, on one port of loopback."""

    def __init__(self, binary: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port: int = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._command = [binary, "--port", str(self._port), "--bind", "127.0.0.1"]
        self._command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            try:
                with redis.Redis.from_url(self.url) as client:
                    client.ping()
            except redis.RedisError:
                assert time.monotonic() < deadline, "redis-server does not answer"
                time.sleep(0.02)
            else:
                return

    def send(self, signal_number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(signal_number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def lifetimes_ms(self) -> list[int]:
        """Return how long each key has yet to live; -1 for one that stays."""
        with redis.Redis.from_url(self.url, decode_responses=True) as client:
            return [client.pttl(key) for key in client.scan_iter()]


@final
class LeapingClock:
    """Monotonic time that a test can move on."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_s


@final
class Station:
    """One server's limits, its clock, and what its observer was told."""

    def __init__(self, url: str, rate: str) -> None:
        self.clock = LeapingClock()
        self.told: list[bool] = []
        self.limits = RateLimits(
            LimitProfile(general=rate, authenticate=rate, enroll=rate, log_in=rate),
            shared=RedisWindows(url),
            on_shared=self.told.append,
            clock=self.clock,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.limits.close()

    async def wait_s(self, caller: str = "key:a") -> int:
        """Ask once; return the seconds to wait, 0 when let through."""
        started = time.monotonic()
        try:
            await self.limits.require(Action.GENERAL, caller, f"host-of-{caller}")
        except RateLimitedError as refused:
            return refused.retry_after_s
        finally:
            assert time.monotonic() - started < PATIENCE_S
        return 0

    async def let_through(self, attempts: int, caller: str = "key:a") -> int:
        return [await self.wait_s(caller) for _ in range(attempts)].count(0)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    binary = shutil.which("redis-server")
    if binary is None:
        skip_without("redis-server")
    server = RedisServer(binary, tmp_path)
    server.start()
    yield server
    server.kill()


def test_two_servers_share_their_counts(server: RedisServer) -> None:
    async def scenario() -> None:
        async with Station(server.url, "5/minute") as one, Station(server.url, "5/minute") as two:
            assert await one.let_through(3) == 3
            assert await two.let_through(9) == 2
            assert 50 < await one.wait_s() <= 60
            assert 50 < await two.wait_s() <= 60
            assert await two.let_through(9, caller="key:b") == 5
            assert one.told == two.told == []

    asyncio.run(scenario())


def test_who_waits_as_told_is_let_through(server: RedisServer) -> None:
    async def scenario() -> None:
        async with (
            Station(server.url, "2/2 second") as one,
            Station(server.url, "2/2 second") as two,
        ):
            assert await one.let_through(2) == 2
            wait_s = await two.wait_s()
            assert 0 < wait_s <= 2
            await asyncio.sleep(wait_s)
            assert await two.let_through(1) == 1

    asyncio.run(scenario())


def test_a_crowd_at_once_is_counted_exactly_and_is_no_loss(server: RedisServer) -> None:
    async def scenario() -> None:
        async with Station(server.url, "7/minute") as one, Station(server.url, "7/minute") as two:
            crowd = [station.limits for station in (one, two) for _ in range(100)]
            await asyncio.gather(one.wait_s("key:warm"), two.wait_s("key:warm"))
            answers = await asyncio.gather(
                *(limits.require(Action.AUTHENTICATE, "key:a", "10.0.0.1") for limits in crowd),
                return_exceptions=True,
            )
            assert one.told == two.told == []
            assert answers.count(None) == 7

    asyncio.run(scenario())


def test_counts_leave_redis_by_themselves(server: RedisServer) -> None:
    async def scenario() -> None:
        async with Station(server.url, "5/10 second;50/minute") as station:
            await station.let_through(9)

    asyncio.run(scenario())
    lifetimes_ms = server.lifetimes_ms()
    assert len(lifetimes_ms) == 4
    assert all(0 < lifetime_ms <= 60_000 for lifetime_ms in lifetimes_ms)


def test_a_killed_redis_leaves_local_limits_until_it_is_back(server: RedisServer) -> None:
    async def scenario() -> None:
        async with Station(server.url, "5/minute") as one, Station(server.url, "5/minute") as two:
            assert await one.let_through(3) == 3
            assert await two.let_through(1) == 1
            server.kill()
            # Each has let through a part, and goes on from there by itself.
            assert await one.let_through(20) == 2
            assert await two.let_through(20) == 4
            assert one.told == two.told == [False]
            assert await one.let_through(20, caller="key:b") == 5

            server.start()
            assert await one.let_through(20, caller="key:c") == 5  # not asked yet: still local
            assert one.told == [False]
            one.clock.ahead_s = two.clock.ahead_s = 6
            assert await one.let_through(4, caller="key:d") == 4
            assert await two.let_through(20, caller="key:d") == 1
            assert one.told == two.told == [False, True]
            # Redis has forgotten, the servers have not.
            assert await one.let_through(20) == await two.let_through(20) == 0

    asyncio.run(scenario())


def test_a_hung_redis_holds_requests_only_briefly(server: RedisServer) -> None:
    async def scenario() -> None:
        async with Station(server.url, "5/minute") as station:
            assert await station.wait_s("key:a") == 0
            server.send(signal.SIGSTOP)
            waits_s = await asyncio.gather(*(station.wait_s("key:b") for _ in range(100)))
            assert waits_s.count(0) == 5
            started = time.monotonic()
            assert await station.let_through(20, "key:c") == 5
            assert time.monotonic() - started < 0.1, "nobody waits for what is known to be lost"
            station.clock.ahead_s = 6
            crowd = await asyncio.gather(*(station.wait_s("key:d") for _ in range(100)))
            assert crowd.count(0) == 5
            assert station.told == [False]

            server.send(signal.SIGCONT)
            station.clock.ahead_s = 12
            assert await station.let_through(9, "key:e") == 5
            assert station.told == [False, True]

    asyncio.run(scenario())


@pytest.mark.parametrize("break_it", ["nobody listens", "wrong password", "no such host"])
def test_a_redis_that_was_never_there_leaves_local_limits(
    server: RedisServer, break_it: str
) -> None:
    url = {
        "nobody listens": "redis://127.0.0.1:1/0",
        "wrong password": server.url.replace("//", "//nobody:wrong@"),
        "no such host": "redis://mien.invalid:6379/0",
    }[break_it]

    async def scenario() -> None:
        async with Station(url, "5/minute") as station:
            assert await station.let_through(20) == 5
            assert station.told == [False]

    asyncio.run(scenario())


def test_real_servers_refuse_together_and_say_whether_they_share(
    server: RedisServer, data_dir: Path, tmp_path: Path
) -> None:
    # Nothing but Redis in common: the folders, so the databases, are their own.
    other_dir = shutil.copytree(data_dir, tmp_path / "other" / "data")
    limited = {
        "MIEN_UNSAFE_NO_RATE_LIMITS": "",
        "MIEN_REDIS_URL": server.url,
        "MIEN_RATES__GENERAL": "5/minute;1000/hour",
    }
    with running_server(data_dir, **limited) as one, running_server(other_dir, **limited) as two:
        assert [status_of(one.client) for _ in range(2)] == [200, 200]
        assert [status_of(two.client) for _ in range(2)] == [200, 200]
        assert shared_limits_up(two.client) == "1.0"  # the fifth request
        for client in (one.client, two.client):
            refused = client.get("/api/v1/users")
            assert refused.status_code == httpx.codes.TOO_MANY_REQUESTS
            assert refused.json()["code"] == "RATE_LIMITED"
            assert 1 < int(refused.headers["Retry-After"]) <= 61

        server.kill()
        assert shared_limits_up(one.client) == "0.0"  # it has let through two by itself, now three
        assert [status_of(one.client) for _ in range(3)] == [200, 200, 429]


def status_of(client: httpx.Client) -> int:
    return client.get("/api/v1/users").status_code


def shared_limits_up(client: httpx.Client) -> str:
    answer = client.get("/metrics")
    assert answer.status_code == httpx.codes.OK
    (line,) = [one for one in answer.text.splitlines() if one.startswith(METRIC)]
    return line.removeprefix(METRIC).strip()
