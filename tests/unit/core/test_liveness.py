from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.liveness import Check, CheckName, Liveness, LivenessPolicy

NAN = float("nan")

policies = st.sampled_from(list(LivenessPolicy))
scores = st.none() | st.floats(allow_nan=True, allow_infinity=True)
checks = st.builds(Check, st.sampled_from(list(CheckName)), scores, st.floats(-1, 1))


def passed(name: CheckName) -> Check:
    return Check(name, 1.0, 0.5)


def all_passed(policy: LivenessPolicy) -> tuple[Check, ...]:
    return tuple(passed(name) for name in sorted(policy.asked_for))


@pytest.mark.parametrize("score", [None, NAN, 0.49, -float("inf")])
def test_what_was_not_checked_is_no_number_or_too_low_has_not_passed(score: float | None) -> None:
    assert not Check(CheckName.PASSIVE, score, 0.5).passed


def test_a_score_at_its_threshold_passes() -> None:
    assert Check(CheckName.PASSIVE, 0.5, 0.5).passed


def test_no_score_reaches_a_threshold_that_is_no_number() -> None:
    assert not Check(CheckName.PASSIVE, 1.0, NAN).passed


@pytest.mark.parametrize("policy", LivenessPolicy)
def test_who_passes_all_that_is_asked_for_is_accepted(policy: LivenessPolicy) -> None:
    assert Liveness(policy, all_passed(policy)).accepted


@given(policy=policies, data=st.data())
def test_without_any_one_check_that_is_asked_for_nobody_is_accepted(
    policy: LivenessPolicy, data: st.DataObject
) -> None:
    every = all_passed(policy)
    if not every:
        return
    missing = data.draw(st.integers(0, len(every) - 1))

    assert not Liveness(policy, every[:missing] + every[missing + 1 :]).accepted


@given(policy=policies, score=scores, data=st.data())
def test_one_check_that_fails_refuses(
    policy: LivenessPolicy, score: float | None, data: st.DataObject
) -> None:
    every = all_passed(policy)
    if not every or (score is not None and score >= 0.5):
        return
    place = data.draw(st.integers(0, len(every) - 1))
    failed = Check(every[place].name, score, 0.5)

    assert not Liveness(policy, (*every[:place], failed, *every[place + 1 :])).accepted


@given(policy=policies, given_checks=st.lists(checks, max_size=8), more=st.lists(checks))
def test_more_checks_never_turn_a_failed_one_into_a_pass(
    policy: LivenessPolicy, given_checks: list[Check], more: list[Check]
) -> None:
    """A check that was made twice has to pass twice."""
    failed = {c.name for c in given_checks if not c.passed} & policy.asked_for
    if failed:
        assert not Liveness(policy, (*given_checks, *more)).accepted


@given(first=policies, second=policies, given_checks=st.lists(checks, max_size=8))
def test_two_policies_together_accept_only_what_either_accepts(
    first: LivenessPolicy, second: LivenessPolicy, given_checks: list[Check]
) -> None:
    both = first.and_also(second)

    assert both is second.and_also(first)
    assert both.asked_for == first.asked_for | second.asked_for
    if Liveness(both, tuple(given_checks)).accepted:
        assert Liveness(first, tuple(given_checks)).accepted
        assert Liveness(second, tuple(given_checks)).accepted


@pytest.mark.parametrize("policy", LivenessPolicy)
def test_screen_light_counts_wherever_it_was_looked_at(policy: LivenessPolicy) -> None:
    failed = Check(CheckName.SCREEN_LIGHT, 0.1, 0.5)

    assert Liveness(policy, (*all_passed(policy), passed(CheckName.SCREEN_LIGHT))).accepted
    assert not Liveness(policy, (*all_passed(policy), failed)).accepted


def test_what_is_not_asked_for_does_not_count() -> None:
    failed = Check(CheckName.PASSIVE, 0.0, 0.5)

    assert Liveness(LivenessPolicy.ACTIVE, (*all_passed(LivenessPolicy.ACTIVE), failed)).accepted


def test_a_policy_says_what_it_needs() -> None:
    needs = {policy: (policy.needs_passive, policy.needs_session) for policy in LivenessPolicy}

    assert needs == {
        LivenessPolicy.NONE: (False, False),
        LivenessPolicy.PASSIVE: (True, False),
        LivenessPolicy.ACTIVE: (False, True),
        LivenessPolicy.BOTH: (True, True),
    }


def test_a_session_that_showed_nothing_is_refused_by_every_policy_but_none() -> None:
    accepting = [policy for policy in LivenessPolicy if Liveness(policy, ()).accepted]

    assert accepting == [LivenessPolicy.NONE]


def test_the_passive_score_is_that_of_the_pixels() -> None:
    pixels = Check(CheckName.PASSIVE, 0.7, 0.5)
    orders = itertools.permutations([pixels, passed(CheckName.MOTION)])

    assert {Liveness(LivenessPolicy.BOTH, order).passive_score for order in orders} == {0.7}
    assert Liveness(LivenessPolicy.NONE, ()).passive_score is None
