"""Groups by their attempts: nobody is told of in a crowd of fewer than five."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.fairness import (
    Attempts,
    GroupComparison,
    Interval,
    Rate,
    Verdict,
    choose_told,
    compare_groups,
    judge_ratio,
)
from mien.core.groups import FEWEST, Attribute, Group
from mien.core.policy import Reason
from mien.core.template import SubjectId

UNTIL = datetime(2026, 11, 21, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=30)
AGE = Attribute("age")
YOUNG, OLD, MIDDLE = Group("20-29"), Group("60-69"), Group("40-49")


def crowd(group: Group, people: int) -> dict[SubjectId, Group]:
    return {SubjectId(f"{group}.{number}"): group for number in range(people)}


def ended(
    members: Mapping[SubjectId, Group],
    group: Group,
    reason: Reason,
    count: int,
    *,
    checked: bool = True,
) -> list[Attempts]:
    """So many attempts of each of a group's people."""
    return [Attempts(who, reason, checked, count) for who, of in members.items() if of == group]


def compare(members: Mapping[SubjectId, Group], attempts: list[Attempts]) -> GroupComparison:
    return compare_groups(AGE, members, attempts, since=SINCE, until=UNTIL)


def test_a_group_that_is_refused_three_times_as_often_is_outside() -> None:
    members = crowd(YOUNG, 40) | crowd(OLD, 40)
    attempts = [
        *ended(members, YOUNG, Reason.MATCH, 19),
        *ended(members, YOUNG, Reason.LOW_CONFIDENCE, 1),
        *ended(members, OLD, Reason.MATCH, 17),
        *ended(members, OLD, Reason.LOW_CONFIDENCE, 3),
    ]
    compared = compare(members, attempts)
    young, old = (compared.rates[Rate.REFUSED][group] for group in (YOUNG, OLD))
    assert (old.people, old.attempts, old.refused) == (40, 800, 120)
    assert old.ratio is not None
    assert old.ratio.value == pytest.approx(3)
    assert (young.verdict, old.verdict) == (Verdict.WITHIN, Verdict.OUTSIDE)
    assert compared.drifted
    assert compared.reasons[OLD] == {Reason.MATCH: 680, Reason.LOW_CONFIDENCE: 120}


def test_one_person_who_always_fails_is_no_difference_between_groups() -> None:
    members = crowd(YOUNG, 20) | crowd(OLD, 20)
    unlucky = next(who for who, group in members.items() if group == OLD)
    attempts = [
        *ended(members, YOUNG, Reason.MATCH, 19),
        *ended(members, YOUNG, Reason.LOW_CONFIDENCE, 1),
        *ended(members, OLD, Reason.MATCH, 19),
        Attempts(unlucky, Reason.LOW_CONFIDENCE, checked=True, count=200),
    ]
    old = compare(members, attempts).rates[Rate.REFUSED][OLD]
    assert old.ratio is not None
    assert old.ratio.value > 5
    assert old.verdict is Verdict.UNDECIDABLE


def test_few_attempts_raise_no_alarm() -> None:
    members = crowd(YOUNG, 12) | crowd(OLD, 30)
    attempts = [
        *ended(members, YOUNG, Reason.LOW_CONFIDENCE, 4),
        *ended(members, OLD, Reason.MATCH, 99),
        *ended(members, OLD, Reason.LOW_CONFIDENCE, 1),
    ]
    compared = compare(members, attempts)
    assert compared.rates[Rate.REFUSED][YOUNG].verdict is Verdict.OUTSIDE
    assert not compared.drifted


def test_locks_and_replays_are_reasons_and_no_refusals_of_a_face() -> None:
    members = crowd(YOUNG, 5) | crowd(OLD, 5)
    attempts = [
        *ended(members, YOUNG, Reason.MATCH, 1),
        *ended(members, YOUNG, Reason.LOCKED_OUT, 9),
        *ended(members, YOUNG, Reason.IMAGE_REPLAYED, 9),
        *ended(members, OLD, Reason.MATCH, 1),
    ]
    compared = compare(members, attempts)
    young = compared.rates[Rate.REFUSED][YOUNG]
    assert (young.attempts, young.refused) == (5, 0)
    assert compared.reasons[YOUNG][Reason.LOCKED_OUT] == 45


def test_suspected_attacks_are_a_share_of_what_was_checked() -> None:
    members = crowd(YOUNG, 5) | crowd(OLD, 5)
    attempts = [
        *ended(members, YOUNG, Reason.MATCH, 90, checked=False),
        *ended(members, YOUNG, Reason.MATCH, 8),
        *ended(members, YOUNG, Reason.SPOOF_SUSPECTED, 2),
        *ended(members, OLD, Reason.MATCH, 8),
    ]
    young = compare(members, attempts).rates[Rate.SPOOF_SUSPECTED][YOUNG]
    assert (young.attempts, young.refused) == (50, 10)
    assert young.share.value == pytest.approx(0.2)


def test_without_refusals_the_bound_is_that_of_as_many_trials_as_people() -> None:
    members = crowd(YOUNG, 10) | crowd(OLD, 10)
    attempts = [*ended(members, YOUNG, Reason.MATCH, 1000), *ended(members, OLD, Reason.MATCH, 1)]
    young = compare(members, attempts).rates[Rate.REFUSED][YOUNG]
    assert (young.share.value, young.share.low) == (0.0, 0.0)
    assert young.share.high == pytest.approx(1 - 0.025**0.1)  # Clopper-Pearson of 0 in 10
    assert young.ratio is None
    assert young.verdict is Verdict.UNDECIDABLE


def test_who_has_no_group_counts_nowhere() -> None:
    members = crowd(YOUNG, 5) | crowd(OLD, 5)
    known = [*ended(members, YOUNG, Reason.MATCH, 2), *ended(members, OLD, Reason.MATCH, 2)]
    stranger = Attempts(SubjectId("stranger"), Reason.LOW_CONFIDENCE, checked=True, count=999)
    assert compare(members, [*known, stranger]) == compare(members, known)


def test_four_people_are_withheld_and_so_is_the_group_they_could_be_told_by() -> None:
    members = crowd(YOUNG, 4) | crowd(MIDDLE, 6) | crowd(OLD, 9)
    attempts = [entry for group in (YOUNG, MIDDLE, OLD) for entry in
                ended(members, group, Reason.MATCH, 2)]  # fmt: skip
    compared = compare(members, attempts)
    assert set(compared.rates[Rate.REFUSED]) == set(compared.reasons) == {OLD}
    assert compared.withheld == 2


def test_people_without_attempts_hide_nobody() -> None:
    members = crowd(YOUNG, 50) | crowd(OLD, 9)
    few = [who for who in members if members[who] == YOUNG][:3]
    attempts = [
        *(Attempts(who, Reason.LOW_CONFIDENCE, checked=True, count=1) for who in few),
        *ended(members, OLD, Reason.MATCH, 2),
    ]
    assert not compare(members, attempts).reasons


def test_nothing_is_told_of_nobody() -> None:
    compared = compare({}, [])
    assert not compared.reasons
    assert not compared.drifted


@given(st.dictionaries(st.sampled_from("abcdefgh").map(Group), st.integers(0, 12)))
def test_neither_a_group_nor_all_withheld_together_are_one_to_four_people(
    people: dict[Group, int],
) -> None:
    told = choose_told(people)
    assert all(people[group] >= FEWEST for group in told)
    withheld = sum(count for group, count in people.items() if group not in told)
    assert not told or withheld == 0 or withheld >= FEWEST


@given(
    st.lists(
        st.tuples(
            st.sampled_from([YOUNG, MIDDLE, OLD]),
            st.integers(0, 11),
            st.sampled_from(list(Reason)),
            st.booleans(),
            st.integers(1, 9),
        ),
        max_size=60,
    )
)
def test_every_figure_is_of_five_people_and_lies_in_its_interval(
    rows: list[tuple[Group, int, Reason, bool, int]],
) -> None:
    members = crowd(YOUNG, 12) | crowd(MIDDLE, 12) | crowd(OLD, 12)
    attempts = [
        Attempts(SubjectId(f"{group}.{number}"), reason, checked, count)
        for group, number, reason, checked, count in rows
    ]
    for rates in compare(members, attempts).rates.values():
        for rate in rates.values():
            assert rate.people >= FEWEST
            assert 0 <= rate.share.low <= rate.share.value == rate.refused / rate.attempts
            assert rate.share.high is not None
            assert rate.share.value <= rate.share.high <= 1
            if rate.ratio is not None:
                assert rate.ratio.low <= rate.ratio.value <= (rate.ratio.high or float("inf"))


@pytest.mark.parametrize(
    ("ratio", "errors", "verdict"),
    [
        (Interval(1.0, 0.9, 1.25), 500, Verdict.WITHIN),
        (Interval(2.0, 1.26, 3.0), 10, Verdict.OUTSIDE),
        (Interval(2.0, 1.26, 3.0), 9, Verdict.UNDECIDABLE),
        (Interval(1.1, 0.9, 1.3), 500, Verdict.UNDECIDABLE),
        (Interval(2.0, 1.5, None), 500, Verdict.OUTSIDE),
        (None, 500, Verdict.UNDECIDABLE),
    ],
)
def test_a_limit_is_kept_broken_or_cannot_be_told(
    ratio: Interval | None, errors: int, verdict: Verdict
) -> None:
    assert judge_ratio(ratio, errors) is verdict
