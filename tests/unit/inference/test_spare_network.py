from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest

from mien.inference.runtime import Network, Tensor
from mien.inference.spare_network import SpareNetwork

ONES = np.ones((1, 3), np.float32)
BRIEFLY_S = 0.05
LONG_S = 60.0
DEADLINE_S = 10.0


class Doubling:
    """A network that doubles, and waits while it does when it is told to."""

    def __init__(self, proceed: threading.Event | None = None) -> None:
        self.proceed = proceed
        self.started = threading.Event()

    def run(self, values: npt.NDArray[np.generic]) -> Tensor:
        (doubled,) = self.run_all(values)
        return doubled

    def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        self.started.set()
        if self.proceed is not None:
            assert self.proceed.wait(DEADLINE_S)
        return [np.asarray(values, np.float32) * 2]


@dataclass
class Loader:
    """Loads a new network each time, and remembers which, without keeping them."""

    pause_s: float = 0.0
    loaded: list[weakref.ref[Network]] = field(default_factory=list)

    def __call__(self) -> Network:
        time.sleep(self.pause_s)
        network = Doubling()
        self.loaded.append(weakref.ref(network))
        return network


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_nothing_is_loaded_before_the_first_run() -> None:
    load = Loader()

    spare = SpareNetwork(load, idle_s=LONG_S)

    assert not spare.is_loaded
    assert load.loaded == []


def test_a_run_is_that_of_the_network() -> None:
    spare = SpareNetwork(Loader(), idle_s=LONG_S)

    np.testing.assert_array_equal(spare.run(ONES), 2 * ONES)
    (output,) = spare.run_all(ONES)
    np.testing.assert_array_equal(output, 2 * ONES)
    assert spare.is_loaded


def test_it_is_loaded_once_for_many_threads() -> None:
    load = Loader(pause_s=0.05)
    spare = SpareNetwork(load, idle_s=LONG_S)

    with ThreadPoolExecutor(8) as pool:
        outputs = list(pool.map(spare.run, [ONES * n for n in range(32)]))

    assert len(load.loaded) == 1
    for n, output in enumerate(outputs):
        np.testing.assert_array_equal(output, 2 * n * ONES)


def test_its_memory_is_given_back_when_nobody_ran_it_for_a_while() -> None:
    load = Loader()
    spare = SpareNetwork(load, idle_s=BRIEFLY_S)

    spare.run(ONES)
    _wait_until(lambda: not spare.is_loaded)

    gc.collect()
    assert load.loaded[0]() is None


def test_it_is_loaded_again_when_it_is_needed_again() -> None:
    load = Loader()
    spare = SpareNetwork(load, idle_s=BRIEFLY_S)
    spare.run(ONES)
    _wait_until(lambda: not spare.is_loaded)

    np.testing.assert_array_equal(spare.run(ONES), 2 * ONES)

    assert len(load.loaded) == 2
    _wait_until(lambda: not spare.is_loaded)


def test_it_stays_as_long_as_somebody_keeps_running_it() -> None:
    load = Loader()
    spare = SpareNetwork(load, idle_s=1.0)

    started = time.monotonic()
    while time.monotonic() - started < 1.5:
        spare.run(ONES)
        time.sleep(0.02)

    assert len(load.loaded) == 1


def test_a_run_in_progress_survives_that_it_is_let_go() -> None:
    proceed = threading.Event()
    network = Doubling(proceed)
    spare = SpareNetwork(lambda: network, idle_s=BRIEFLY_S)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(spare.run, ONES)
        assert network.started.wait(DEADLINE_S)
        _wait_until(lambda: not spare.is_loaded)
        proceed.set()

        np.testing.assert_array_equal(running.result(DEADLINE_S), 2 * ONES)


def test_a_load_that_failed_is_tried_again() -> None:
    networks = iter([None, Doubling()])

    def load() -> Network:
        network = next(networks)
        if network is None:
            raise OSError("the disk is busy")
        return network

    spare = SpareNetwork(load, idle_s=LONG_S)
    with pytest.raises(OSError, match="busy"):
        spare.run(ONES)

    np.testing.assert_array_equal(spare.run(ONES), 2 * ONES)


def test_what_waits_to_let_it_go_does_not_keep_the_process_alive() -> None:
    spare = SpareNetwork(Loader(), idle_s=LONG_S)
    before = set(threading.enumerate())

    spare.run(ONES)

    assert all(thread.daemon for thread in set(threading.enumerate()) - before)
