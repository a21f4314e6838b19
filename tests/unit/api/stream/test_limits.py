from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.api.stream.limits import Flow, Places
from mien.errors import OverloadedError


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_burst_passes_and_then_so_much_a_second() -> None:
    clock = Clock()
    flow = Flow(10, burst_s=2, monotonic_s=clock)
    assert [flow.has_room_for(1) for _ in range(21)] == [True] * 20 + [False]
    clock.now_s += 1
    assert [flow.has_room_for(1) for _ in range(10)].count(True) == 9


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 30)), max_size=50))
def test_never_more_passes_than_the_rate_and_one_burst(steps: list[tuple[float, float]]) -> None:
    clock = Clock()
    flow, passed = Flow(10, burst_s=2, monotonic_s=clock), 0.0
    for wait_s, amount in steps:
        clock.now_s += wait_s
        passed += amount if flow.has_room_for(amount) else 0
    assert passed <= 10 * (clock.now_s - 100) + 20 + 1e-6


def test_places_end_for_one_holder_and_for_all() -> None:
    places = Places(3, 2)
    with places.one("ada"), places.one("ada"):
        with pytest.raises(OverloadedError), places.one("ada"):
            pass
        with places.one("bob"), pytest.raises(OverloadedError), places.one("carl"):
            pass
        with places.one("carl"):
            pass
    with places.one("bob"), places.one("bob"), places.one("ada"):
        pass


def test_a_place_is_given_back_whatever_happens() -> None:
    places = Places(1, 1)
    with pytest.raises(ArithmeticError), places.one("ada"):
        raise ArithmeticError
    with places.one("ada"):
        pass
