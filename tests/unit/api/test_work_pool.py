"""The pool is bounded, passes errors on, and counts places honestly."""

from __future__ import annotations

import asyncio
import threading

import pytest
from prometheus_client import CollectorRegistry, Gauge

from mien.api.work_pool import WorkPool
from mien.errors import OverloadedError


@pytest.fixture
def gauge() -> Gauge:
    return Gauge("pending", "for the test", registry=CollectorRegistry())


def value_of(gauge: Gauge) -> float:
    (sample,) = next(iter(gauge.collect())).samples
    return sample.value


def test_results_and_errors_come_back(gauge: Gauge) -> None:
    async def scenario() -> None:
        pool = WorkPool(1, 0, gauge)
        assert await pool.run(lambda: 42) == 42
        with pytest.raises(ZeroDivisionError):
            await pool.run(lambda: 1 // 0)
        assert value_of(gauge) == 0
        pool.close()

    asyncio.run(scenario())


def test_what_does_not_fit_is_refused_at_once(gauge: Gauge) -> None:
    async def scenario() -> None:
        pool, release = WorkPool(1, 1, gauge), threading.Event()
        running = [asyncio.create_task(pool.run(release.wait)) for _ in range(2)]
        await asyncio.sleep(0.05)
        assert value_of(gauge) == 2
        with pytest.raises(OverloadedError) as refused:
            await pool.run(lambda: None)
        assert refused.value.retry_after_s == 1
        release.set()
        assert await asyncio.gather(*running) == [True, True]
        assert await pool.run(lambda: "free again") == "free again"
        pool.close()

    asyncio.run(scenario())


def test_a_caller_who_gives_up_does_not_free_a_busy_place(gauge: Gauge) -> None:
    async def scenario() -> None:
        pool, release = WorkPool(1, 0, gauge), threading.Event()
        running = asyncio.create_task(pool.run(release.wait))
        await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.sleep(0.05)
        with pytest.raises(OverloadedError):
            await pool.run(lambda: None)
        release.set()
        await asyncio.sleep(0.05)
        assert await pool.run(lambda: "free again") == "free again"
        pool.close()

    asyncio.run(scenario())
