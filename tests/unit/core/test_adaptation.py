"""What is learned, how slowly, and that it stays within its bounds whatever comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.adaptation import ADAPTATION, AdaptationPolicy, Change, of_origin
from mien.core.attempt import AttemptId, new_attempt_id, parse_attempt_id
from mien.core.learner import Learner
from mien.core.matching import Matcher
from mien.core.policy import decide
from mien.core.scoring import Calibration, Curve, FalseMatchRate
from mien.core.template import (
    Embedding,
    EmbeddingPart,
    Origin,
    StoredTemplate,
    SubjectId,
    Template,
    normalize,
)
from mien.errors import InvalidRequestError

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TARGET = FalseMatchRate(1e-3)
CURVE = Curve(
    similarities=(-1.0, 0.2, 0.4, 0.6, 0.8),
    false_match_rates=(1.0, 1e-2, 1e-4, 1e-6, 1e-8),
    fmr_intervals=((1.0, 1.0), (1e-2, 1e-2), (1e-4, 1e-4), (1e-6, 1e-6), (1e-8, 1e-8)),
    false_non_match_rates=(0.0, 0.0, 0.01, 0.1, 0.5),
    measured=5,
    likelihood_ratio=(5.0, -2.0),
    impostor_comparisons=10**9,
    genuine_comparisons=10**3,
)
STRONG = 0.5
"""The similarity at a hundredth of TARGET."""

CALIBRATION = Calibration("fake", "made up", {1: CURVE, 3: CURVE, 5: CURVE})
MATCHER = Matcher([EmbeddingPart("only", "fake", dimension=3, weight=1.0)])


def stored(
    name: str, origin: Origin, at: datetime = NOW, *, to: Embedding | None = None
) -> StoredTemplate:
    embedding = np.array([1, 0, 0], np.float32) if to is None else to
    return StoredTemplate(name, Template(embedding, "fake", 1.0), origin, at, AttemptId(name))


def plan(
    *learned: StoredTemplate, now: datetime = NOW, limit: int = 3, confirms: bool = True
) -> Change:
    return ADAPTATION.plan(learned, limit, now, lambda _: confirms)


CANDIDATE = stored("c", Origin.CANDIDATE)


def test_the_first_strong_match_only_becomes_a_candidate() -> None:
    assert plan() == Change(keep=True)


@pytest.mark.parametrize("confirms", [True, False])
def test_nothing_happens_within_a_day(confirms: bool) -> None:  # noqa: FBT001 pytest names it
    later = NOW + DAY - timedelta(seconds=1)
    assert plan(CANDIDATE, now=later, confirms=confirms).is_none


def test_a_candidate_that_is_confirmed_the_next_day_counts() -> None:
    assert plan(CANDIDATE, now=NOW + DAY) == Change(adopt=CANDIDATE)


def test_a_candidate_that_is_not_confirmed_is_replaced() -> None:
    changed = plan(CANDIDATE, now=NOW + DAY, confirms=False)
    assert changed == Change(drop=(CANDIDATE,), keep=True)


def test_the_oldest_adapted_one_makes_room() -> None:
    adapted = [stored(str(day), Origin.ADAPTED, NOW - day * DAY) for day in (1, 3, 2)]
    changed = plan(*adapted, CANDIDATE, now=NOW + DAY)
    assert changed == Change(adopt=CANDIDATE, drop=(adapted[1],))


def test_a_second_candidate_is_not_kept() -> None:
    older = stored("b", Origin.CANDIDATE, NOW - DAY)
    assert plan(older, CANDIDATE) == Change(drop=(older,))


def test_where_nothing_may_be_learned_what_was_is_forgotten() -> None:
    adapted = stored("a", Origin.ADAPTED)
    assert plan(adapted, CANDIDATE, limit=0) == Change(drop=(CANDIDATE, adapted))
    assert plan(limit=0).is_none


@pytest.mark.parametrize(
    ("enrolled", "limit"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 1), (5, 0), (9, 0)]
)
def test_half_is_enrolled_and_all_is_calibrated(enrolled: int, limit: int) -> None:
    assert ADAPTATION.limit(enrolled, CALIBRATION) == limit


def test_strong_is_a_hundredth_as_far_as_the_calibration_goes() -> None:
    assert ADAPTATION.strong_rate(CURVE, TARGET) == pytest.approx(1e-5)
    assert ADAPTATION.strong_rate(CURVE, FalseMatchRate(1e-7)) == 1e-8
    assert ADAPTATION.strong_rate(CURVE, FalseMatchRate(1e-8)) is None


def test_an_attempt_is_named_by_32_hex_digits() -> None:
    name = new_attempt_id()
    assert parse_attempt_id(name) == name
    assert name != new_attempt_id()
    for wrong in ("", "ada", name.upper().replace("0", "A"), name + "0", f" {name[1:]}"):
        with pytest.raises(InvalidRequestError):
            parse_attempt_id(wrong)


# The learner, on whatever faces come


def directions() -> st.SearchStrategy[Embedding]:
    number = st.floats(-1, 1, width=32)
    vectors = st.tuples(number, number, number).map(lambda xyz: np.array(xyz, np.float32))
    return vectors.filter(lambda vector: float(np.linalg.norm(vector)) > 0.1)


def after(
    templates: list[StoredTemplate], change: Change, probe: Embedding, name: str, now: datetime
) -> list[StoredTemplate]:
    kept = [each for each in templates if each not in change.drop]
    if change.adopt is not None:
        kept.remove(change.adopt)
        kept.append(replace(change.adopt, origin=Origin.ADAPTED))
    return [*kept, stored(name, Origin.CANDIDATE, now, to=probe)] if change.keep else kept


def direction_of(templates: list[StoredTemplate]) -> Embedding:
    embeddings = [each.template.embedding for each in templates]
    return MATCHER.reference(SubjectId("ada"), embeddings).direction


@given(
    enrolled=st.lists(directions(), min_size=1, max_size=6),
    attempts=st.lists(st.tuples(directions(), st.integers(0, 48)), max_size=25),
)
def test_whatever_comes_what_was_enrolled_stays_and_leads(
    enrolled: list[Embedding], attempts: list[tuple[Embedding, int]]
) -> None:
    learner = Learner(MATCHER, CALIBRATION)
    first = [stored(f"e{i}", Origin.ENROLLED, to=each) for i, each in enumerate(enrolled)]
    templates, now, names = list(first), NOW, count()
    for probe, hours in attempts:
        now += timedelta(hours=hours)
        change = learner.change(templates, probe, TARGET, now)
        templates = after(templates, change, probe, str(next(names)), now)
        adapted = of_origin(templates, Origin.ADAPTED)
        # 1. Not one enrolled template goes.
        assert of_origin(templates, Origin.ENROLLED) == first
        # 2. The bounds hold.
        assert len(adapted) <= ADAPTATION.limit(len(first), CALIBRATION)
        assert len(of_origin(templates, Origin.CANDIDATE)) <= 1
        # 3. All that counts is a strong match of the enrollment.
        for each in adapted:
            assert float(normalize(each.template.embedding) @ direction_of(first)) >= STRONG - 1e-5
        # 4. So the reference turns by less than what counts is away from it.
        assert float(direction_of([*first, *adapted]) @ direction_of(first)) > STRONG


@given(probe=directions())
def test_what_is_not_a_strong_match_changes_nothing(probe: Embedding) -> None:
    enrolled = stored("e", Origin.ENROLLED)
    learner = Learner(MATCHER, CALIBRATION)
    change = learner.change([enrolled], probe, TARGET, NOW)
    similarity = float(normalize(probe)[0])
    if abs(similarity - STRONG) > 1e-5:
        assert change.keep == (similarity > STRONG)


def test_what_was_learned_vouches_for_nothing() -> None:
    """Each step is near to the one before, and only the first ones to the enrollment."""
    learner = Learner(MATCHER, CALIBRATION, AdaptationPolicy(most=9))
    enrolled = [stored(f"e{i}", Origin.ENROLLED) for i in range(2)]
    templates, farthest = list(enrolled), 1.0
    for day in range(60):
        angle = day / 60 * np.pi
        probe = np.array([np.cos(angle), np.sin(angle), 0], np.float32)
        now = NOW + day * DAY
        templates = after(
            templates, learner.change(templates, probe, TARGET, now), probe, str(day), now
        )
        farthest = min(
            farthest, float(direction_of(of_origin(templates, Origin.ENROLLED, Origin.ADAPTED))[0])
        )
    assert of_origin(templates, Origin.ADAPTED)
    assert farthest > np.cos(np.arccos(STRONG) / 2) - 0.05


def test_an_acceptance_that_is_only_just_one_is_not_strong() -> None:
    learner = Learner(MATCHER, CALIBRATION)
    enrolled = MATCHER.reference(SubjectId("ada"), [np.array([1, 0, 0], np.float32)])
    for x, strong in ((0.4, False), (0.7, True)):
        probe = np.array([x, np.sqrt(1 - x * x), 0], np.float32)
        decision = decide(MATCHER.compare(probe, enrolled), CURVE, TARGET)
        assert decision.accepted
        assert learner.is_strong(decision) is strong


def test_where_no_rate_is_stricter_than_the_target_nothing_is_learned() -> None:
    learner = Learner(MATCHER, CALIBRATION)
    same = np.array([1, 0, 0], np.float32)
    enrolled = [stored("e", Origin.ENROLLED)]
    assert learner.change(enrolled, same, FalseMatchRate(1e-8), NOW).is_none
    assert learner.change(enrolled, same, FalseMatchRate(1e-7), NOW).keep
