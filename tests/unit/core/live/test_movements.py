from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from mien.core.live.demands import Demand
from mien.core.live.movements import Movement, follow

SHOWN = st.lists(st.frozensets(st.sampled_from(list(Demand))), max_size=12)


def test_one_reading_is_not_sure_and_lasts_no_time() -> None:
    movement = follow({}, [Demand.SMILE], 3.0)[Demand.SMILE]

    assert not movement.is_sure
    assert movement.held_s == 0


def test_what_goes_on_is_held_since_it_began() -> None:
    first = follow({}, [Demand.SMILE], 3.0)
    second = follow(first, [Demand.SMILE, Demand.LOOK_UP], 3.5)

    assert second[Demand.SMILE] == Movement(3.0, 3.5, 2)
    assert second[Demand.SMILE].is_sure
    assert second[Demand.LOOK_UP] == Movement(3.5, 3.5)


def test_what_breaks_off_begins_anew() -> None:
    first = follow({}, [Demand.SMILE], 3.0)
    broken = follow(first, [], 3.1)

    assert follow(broken, [Demand.SMILE], 3.2)[Demand.SMILE].began_s == 3.2


@given(SHOWN)
def test_a_movement_counts_the_readings_in_a_row_that_show_it(
    shown: Sequence[frozenset[Demand]],
) -> None:
    movements: dict[Demand, Movement] = {}
    for number, done in enumerate(shown):
        movements = follow(movements, done, float(number))
        assert movements.keys() == done
    for demand, movement in movements.items():
        row = 0
        while row < len(shown) and demand in shown[-1 - row]:
            row += 1
        assert movement.readings == row
        assert movement.held_s == row - 1
