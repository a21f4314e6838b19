from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mien.inference.cores import ONE_CORE, Cores

PATIENCE_S = 30
COUNTS = pytest.mark.parametrize("count", [1, 2, 3])


def thread_of(_: object) -> int:
    return threading.get_ident()


@COUNTS
@pytest.mark.parametrize("length", [0, 1, 2, 20])
def test_what_is_made_comes_in_the_order_of_what_was_given(count: int, length: int) -> None:
    assert Cores(count).map(lambda n: n * n, range(length)) == [n * n for n in range(length)]


@COUNTS
def test_values_may_come_one_by_one(count: int) -> None:
    assert Cores(count).map(str, iter([3, 1, 2])) == ["3", "1", "2"]


@pytest.mark.parametrize("cores", [ONE_CORE, Cores(1)])
def test_one_lane_is_the_calling_thread(cores: Cores) -> None:
    assert set(cores.map(thread_of, range(8))) == {threading.get_ident()}


@COUNTS
def test_a_single_value_stays_in_the_calling_thread(count: int) -> None:
    assert Cores(count).map(thread_of, [1]) == [threading.get_ident()]


@pytest.mark.parametrize("count", [2, 3])
def test_as_many_things_as_lanes_are_done_at_once(count: int) -> None:
    meeting = threading.Barrier(count, timeout=PATIENCE_S)

    arrived = Cores(count).map(lambda _: meeting.wait(), range(count))

    assert sorted(arrived) == list(range(count))


@COUNTS
@pytest.mark.parametrize("bad", [0, 1, 2])
def test_what_the_work_raises_is_raised_wherever_it_was_done(count: int, bad: int) -> None:
    def work(value: int) -> int:
        if value == bad:
            raise LookupError(f"number {value}")
        return value

    with pytest.raises(LookupError, match=f"number {bad}"):
        Cores(count).map(work, range(3))


def test_after_something_was_raised_it_works_as_before() -> None:
    cores = Cores(2)
    with pytest.raises(ZeroDivisionError):
        cores.map(lambda n: 1 // n, [1, 0])

    assert cores.map(lambda n: 1 // n, [1, 1]) == [1, 1]


def test_what_no_helper_has_begun_the_caller_does() -> None:
    cores = Cores(2)
    all_busy = threading.Barrier(3, timeout=PATIENCE_S)
    done = threading.Event()

    def keep_busy(_: int) -> bool:
        all_busy.wait()
        return done.wait(PATIENCE_S)

    with ThreadPoolExecutor(1) as other:
        busy = other.submit(cores.map, keep_busy, range(2))
        all_busy.wait()  # the only helper is taken, and the other caller waits in its own work
        threads = cores.map(thread_of, range(3))
        done.set()

        assert threads == [threading.get_ident()] * 3
        assert busy.result() == [True, True]


@pytest.mark.parametrize("count", [2, 3])
def test_work_that_is_itself_done_in_lanes_does_not_wait_for_itself(count: int) -> None:
    cores = Cores(count)

    def leaves(depth: int) -> int:
        return sum(cores.map(leaves, [depth - 1] * 3)) if depth else 1

    assert leaves(4) == 3**4


def test_many_callers_at_once_each_get_their_own() -> None:
    cores = Cores(2)

    def call(caller: int) -> list[tuple[int, int]]:
        return cores.map(lambda n: (caller, n), range(5))

    with ThreadPoolExecutor(8) as callers:
        made = list(callers.map(call, range(200)))

    assert made == [[(caller, n) for n in range(5)] for caller in range(200)]
