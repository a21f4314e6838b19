"""Streams wait for their turn, in order; what was begun is finished before anybody goes on."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from mien.api.stream.lane import Lane
from mien.api.stream.mailbox import Mailbox


def test_everybody_has_a_turn_and_no_more_work_at_a_time_than_there_are_workers() -> None:
    async def scenario() -> None:
        lane, guard = Lane(2), threading.Lock()
        running, most, order = 0, 0, list[int]()

        def work(number: int) -> None:
            nonlocal running, most
            with guard:
                running += 1
                most = max(most, running)
                order.append(number)
            time.sleep(0.002)
            with guard:
                running -= 1

        await asyncio.gather(*(lane.run(lambda n=n: work(n)) for n in range(40)))  # type: ignore[misc]  # bound now
        assert most == 2
        assert all(abs(place - number) <= 2 for place, number in enumerate(order))
        lane.close()

    asyncio.run(scenario())


def test_what_is_taken_is_the_newest_at_the_turn_and_not_at_the_wait() -> None:
    async def scenario() -> None:
        lane, release, box = Lane(1), threading.Event(), Mailbox[int]()
        busy = asyncio.create_task(lane.run(release.wait))
        await asyncio.sleep(0.01)
        box.put(1)
        looking = asyncio.create_task(lane.run_newest(box, lambda number: number))
        await asyncio.sleep(0.01)
        box.put(2)
        release.set()
        assert await looking == 2
        assert box.dropped == 1
        await busy
        lane.close()

    asyncio.run(scenario())


def test_a_turn_that_is_cancelled_ends_when_its_work_does() -> None:
    async def scenario() -> None:
        lane, began, done = Lane(1), threading.Event(), threading.Event()

        def work() -> None:
            began.set()
            time.sleep(0.05)
            done.set()

        task = asyncio.create_task(lane.run(work))
        await asyncio.to_thread(began.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert done.is_set()
        assert await lane.run(lambda: "next") == "next"
        lane.close()

    asyncio.run(scenario())


def test_errors_come_back_and_free_the_turn() -> None:
    async def scenario() -> None:
        lane = Lane(1)
        with pytest.raises(ZeroDivisionError):
            await lane.run(lambda: 1 // 0)
        assert await lane.run(lambda: 42) == 42
        lane.close()

    asyncio.run(scenario())
