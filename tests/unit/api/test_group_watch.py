"""The gauges that an alarm is raised by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

import pytest

from mien.api.group_watch import GroupWatch
from mien.api.observability import Metrics
from mien.bootstrap.application import Application
from mien.core.fairness import Attempts, GroupComparison, compare_groups
from mien.core.groups import Attribute, Group
from mien.core.policy import Reason
from mien.core.template import SubjectId
from mien.settings import Settings

NOW = datetime(2026, 11, 21, tzinfo=UTC)
AGE = Attribute("age")
HOUR_S = 3600.0


def comparison(people: int = 40) -> GroupComparison:
    """Two groups as large as each other; the old are refused three times as often."""
    members = {
        SubjectId(f"{group}.{number}"): Group(group)
        for group in ("young", "old")
        for number in range(people)
    }
    attempts = [
        Attempts(who, reason, checked=True, count=count)
        for who, group in members.items()
        for reason, count in (
            (Reason.MATCH, 17 if group == "old" else 19),
            (Reason.LOW_CONFIDENCE, 3 if group == "old" else 1),
        )
    ]
    return compare_groups(AGE, members, attempts, since=NOW, until=NOW)


@dataclass
class FakeApplication:
    """Answers with what it is told, and counts how often it is asked."""

    settings: Settings
    answer: GroupComparison = field(default_factory=comparison)
    asked: int = 0

    def compare_groups(self, _work: None, attribute: Attribute) -> GroupComparison:
        assert attribute == AGE
        self.asked += 1
        return self.answer

    @contextmanager
    def unit_of_work(self, actor: str) -> Iterator[None]:
        assert actor == "mien"
        yield None


@dataclass
class Watched:
    """A watch with a clock that is set by hand."""

    application: FakeApplication
    metrics: Metrics = field(default_factory=Metrics)
    now_s: float = 0.0

    def __post_init__(self) -> None:
        self.watch = GroupWatch(
            cast("Application", self.application), self.metrics, lambda: self.now_s
        )

    def ratio(self, group: str) -> float | None:
        labels = {"attribute": "age", "group": group}
        return self.metrics.registry.get_sample_value("mien_group_refusal_ratio", labels)

    def drift(self) -> float | None:
        return self.metrics.registry.get_sample_value("mien_group_drift", {"attribute": "age"})


@pytest.fixture
def watched() -> Watched:
    return Watched(FakeApplication(Settings(fairness_attributes=("age",))))


def test_a_group_that_is_refused_more_often_shows_and_raises_the_alarm(watched: Watched) -> None:
    watched.watch.update()
    assert watched.ratio("old") == pytest.approx(3)
    assert watched.ratio("young") == pytest.approx(1 / 3)
    assert watched.drift() == 1


def test_groups_are_compared_once_an_hour_at_most(watched: Watched) -> None:
    for watched.now_s in (0, 1, HOUR_S - 1):
        watched.watch.update()
    assert watched.application.asked == 1
    watched.now_s = HOUR_S
    watched.watch.update()
    assert watched.application.asked == 2


def test_a_group_that_may_no_longer_be_told_of_disappears(watched: Watched) -> None:
    watched.watch.update()
    watched.application.answer = comparison(people=4)
    watched.now_s = HOUR_S
    watched.watch.update()
    assert watched.ratio("old") is None
    assert watched.drift() == 0


def test_few_attempts_show_nothing(watched: Watched) -> None:
    watched.application.answer = comparison(people=0)
    watched.watch.update()
    assert watched.ratio("old") is None
    assert watched.drift() == 0


def test_without_attributes_nothing_is_read() -> None:
    watched = Watched(FakeApplication(Settings()))
    watched.watch.update()
    assert watched.application.asked == 0
    assert watched.drift() is None
