"""What is told of groups, and that it gives nobody away."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mien.core.groups import DEPARTMENT, FEWEST, Group
from mien.core.template import SubjectId
from mien.core.wellbeing.periods import Period, Span
from mien.core.wellbeing.release import Release, release, rounded
from mien.core.wellbeing.score import Days, Figure, Interval

MONDAY = date(2026, 11, 2)
SPAN = Span(MONDAY, MONDAY + timedelta(days=14))
SIZES = st.lists(st.integers(0, 9), min_size=1, max_size=6)


def told_of(*sizes: int, valence: float = 0.2, span: Span = SPAN, start: date = MONDAY) -> Release:
    """Return what is told of groups g0, g1, ... of so many people, each seen on one day."""
    members: dict[SubjectId, Group] = {}
    days: dict[SubjectId, Days] = {}
    for number, size in enumerate(sizes):
        for person in range(size):
            who = SubjectId(f"{number}-{person}")
            members[who] = Group(f"g{number}")
            days[who] = {start: valence}
    return release(days, members, DEPARTMENT, Period.WEEK, span)


def test_a_group_of_five_is_told_and_one_of_four_is_not() -> None:
    told = told_of(5, 4)
    assert list(told.groups) == ["g0"]
    assert told.withheld == 1


def test_everybody_is_not_told_where_that_gives_a_small_group_away() -> None:
    """The people of the small group would be everybody, less those that are told."""
    assert told_of(9, 4).everybody.points == ()
    assert told_of(9, 0).everybody.points != ()


def test_everybody_is_told_where_the_small_groups_are_many_people_together() -> None:
    told = told_of(9, 3, 2)
    assert [point.figure.count for point in told.everybody.points] == [14]
    assert told.withheld == 2


def test_a_few_people_are_not_told_even_as_everybody() -> None:
    told = told_of(2, 2)
    assert told.groups == {}
    assert told.everybody.points == ()


@given(sizes=SIZES)
def test_no_sum_or_difference_of_what_is_told_is_of_few_people(sizes: list[int]) -> None:
    told = told_of(*sizes)
    groups = [point.figure.count for line in told.groups.values() for point in line.points]
    assert all(count >= FEWEST for count in groups)
    for point in told.everybody.points:
        left = point.figure.count - sum(groups)
        assert left == 0 or left >= FEWEST
        assert point.figure.count == sum(sizes)


def test_whoever_was_not_seen_in_a_period_is_not_counted_in_it() -> None:
    later = MONDAY + timedelta(days=7)
    who = [SubjectId(str(number)) for number in range(6)]
    members = dict.fromkeys(who, Group("research"))
    days: dict[SubjectId, Days] = {each: {MONDAY: 0.0} for each in who}
    days |= {each: {MONDAY: 0.0, later: 0.5} for each in who[:4]}
    told = release(days, members, DEPARTMENT, Period.WEEK, SPAN)
    assert [point.start for point in told.groups[Group("research")].points] == [MONDAY]


def test_whoever_has_no_group_or_no_consent_is_in_no_figure() -> None:
    members = {SubjectId(f"member {number}"): Group("g") for number in range(9)}
    days: dict[SubjectId, Days] = {
        SubjectId(f"seen {number}"): {MONDAY: 0.0} for number in range(9)
    }
    told = release(days, members, DEPARTMENT, Period.WEEK, SPAN)
    assert told.groups == {}
    assert told.everybody.points == ()


def test_a_week_that_is_not_over_is_not_told() -> None:
    begun = Span(MONDAY, MONDAY + timedelta(days=6))
    assert told_of(9, span=begun).groups == {}


def test_a_person_counts_once_however_many_days_they_came() -> None:
    members = {SubjectId(str(number)): Group("g") for number in range(5)}
    days: dict[SubjectId, Days] = {who: {MONDAY: 0.0} for who in members}
    days[SubjectId("0")] = {MONDAY + timedelta(days=day): 1.0 for day in range(7)}
    (point,) = release(days, members, DEPARTMENT, Period.WEEK, SPAN).groups[Group("g")].points
    assert point.figure.count == 5
    assert point.figure.score == 60


@given(
    score=st.floats(0, 100),
    below=st.floats(0, 50),
    above=st.floats(0, 50),
)
def test_figures_are_whole_points_and_intervals_no_narrower(
    score: float, below: float, above: float
) -> None:
    exact = Interval(max(score - below, 0), min(score + above, 100))
    told = rounded(Figure(score, exact, 7))
    assert told.interval is not None
    assert told.score == int(told.score)
    assert told.interval.low <= exact.low <= exact.high <= told.interval.high
    assert told.interval.low <= told.score <= told.interval.high
    assert abs(told.score - score) <= 0.5


def test_lines_and_trends_tell_nothing_more_than_the_whole_points() -> None:
    """Valences that differ by less than a point give the same release, to the last digit."""
    assert told_of(9, valence=0.2001) == told_of(9, valence=0.2039)
