"""Watches whether some group of people is refused more often than others, for an alarm."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, final

from mien.api.observability import Metrics
from mien.bootstrap.application import Application
from mien.core.fairness import ENOUGH_ATTEMPTS, GroupComparison, Rate
from mien.core.groups import Attribute

_EVERY_S: Final = 60 * 60
"""The figures are of whole days: only consent and erasure change them in between."""


@final
class GroupWatch:
    """Sets the gauges of groups, once an hour at most."""

    def __init__(
        self,
        application: Application,
        metrics: Metrics,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the attributes from the settings; without any, nothing is read."""
        self._application: Final = application
        self._metrics: Final = metrics
        self._monotonic_s: Final = monotonic_s
        self._due_s = monotonic_s()

    def update(self) -> None:
        """Compare the groups of every attribute, if that is due; raise a StorageError."""
        attributes = self._application.settings.fairness_attributes
        if not attributes or self._monotonic_s() < self._due_s:
            return
        self._due_s = self._monotonic_s() + _EVERY_S
        with self._application.unit_of_work("mien") as work:
            compared = [self._application.compare_groups(work, Attribute(a)) for a in attributes]
        # A group that may no longer be told of is no longer told of here either.
        self._metrics.group_refusal_ratio.clear()
        for comparison in compared:
            self._show(comparison)

    def _show(self, comparison: GroupComparison) -> None:
        for group, rate in comparison.rates[Rate.REFUSED].items():
            if rate.ratio is not None and rate.attempts >= ENOUGH_ATTEMPTS:
                gauge = self._metrics.group_refusal_ratio.labels(comparison.attribute, group)
                gauge.set(rate.ratio.value)
        self._metrics.group_drift.labels(comparison.attribute).set(comparison.drifted)
