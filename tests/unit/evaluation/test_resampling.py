from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mien.evaluation.resampling import People, PeopleResampler

PEOPLE = 12


def _resampler() -> PeopleResampler:
    return PeopleResampler(PEOPLE, np.random.default_rng(0))


def _people(*numbers: int) -> People:
    return np.array(numbers, dtype=np.int32)


def test_the_same_seed_gives_the_same_interval() -> None:
    errors = np.arange(PEOPLE) % 3 == 0
    people = np.arange(PEOPLE, dtype=np.int32)
    assert _resampler().estimate_rates([errors], people, people) == _resampler().estimate_rates(
        [errors], people, people
    )


def test_repeating_a_person_adds_no_certainty() -> None:
    people = np.arange(PEOPLE, dtype=np.int32)
    errors = people < 3
    (once,) = _resampler().estimate_rates([errors], people, people)
    many = np.repeat(people, 50)
    (often,) = _resampler().estimate_rates([np.repeat(errors, 50)], many, many)
    assert once.low == pytest.approx(often.low)
    assert once.high == pytest.approx(often.high)


def test_one_bad_person_spoils_every_pair_it_is_in() -> None:
    first, second = (side.astype(np.int32) for side in np.triu_indices(PEOPLE, k=1))
    of_one = (first == 0) | (second == 0)
    spread = np.arange(len(first)) % 6 == 0
    assert of_one.sum() == spread.sum()
    one, many = _resampler().estimate_rates([of_one, spread], first, second)
    assert one.high - one.low > many.high - many.low


def test_no_error_and_nothing_but_errors_are_as_uncertain_as_their_people_are_few() -> None:
    people = np.repeat(_people(0, 1, 2), 100)
    errors = np.zeros(300, dtype=np.bool_)
    none, every = _resampler().estimate_rates([errors, ~errors], people, people)
    assert (none.value, every.value) == (0, 1)
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 3))
    assert every.low == pytest.approx(0.025 ** (1 / 3))


@settings(max_examples=20)
@given(st.data())
def test_a_rate_lies_in_its_interval(data: st.DataObject) -> None:
    numbers = st.integers(0, PEOPLE - 1)
    first = data.draw(arrays(np.int32, 30, elements=numbers))
    second = (first + data.draw(arrays(np.int32, 30, elements=st.integers(1, 3)))) % PEOPLE
    errors = data.draw(arrays(np.bool_, 30))
    (estimate,) = _resampler().estimate_rates([errors], first, second.astype(np.int32))
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert estimate.value == errors.mean()


def test_equal_error_rate_and_area_lie_in_their_intervals() -> None:
    rng = np.random.default_rng(2)
    first = rng.integers(0, PEOPLE, 300).astype(np.int32)
    second = np.where(rng.random(300) < 0.5, first, (first + 1) % PEOPLE).astype(np.int32)
    genuine = first == second
    scores = (rng.normal(size=300) + 2 * genuine).astype(np.float32)
    rate, area = _resampler().estimate_separation(scores, genuine, first, second)
    assert 0 < rate.low < rate.value < rate.high < 0.5
    assert 0.5 < area.low < area.value < area.high < 1
