from __future__ import annotations

import asyncio

import pytest

from mien.api.stream.mailbox import Mailbox


def test_the_newest_is_taken_and_what_it_replaced_is_counted() -> None:
    box: Mailbox[int] = Mailbox()
    for number in range(5):
        box.put(number)
    assert box.take() == 4
    assert box.dropped == 4
    box.put(5)
    assert (box.take(), box.dropped) == (5, 4)
    with pytest.raises(LookupError):
        box.take()


def test_whoever_takes_waits_until_there_is_something() -> None:
    async def scenario() -> None:
        box: Mailbox[str] = Mailbox()
        waiting = asyncio.create_task(box.filled())
        await asyncio.sleep(0)
        assert not waiting.done()
        box.put("news")
        await waiting
        assert box.take() == "news"
        again = asyncio.create_task(box.filled())
        await asyncio.sleep(0)
        assert not again.done()
        again.cancel()

    asyncio.run(scenario())
