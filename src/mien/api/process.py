"""What the process tells of itself."""

from __future__ import annotations

import os
from http import HTTPStatus
from pathlib import Path
from typing import Final

from prometheus_client import Gauge

from mien.api.observability import Metrics

_STATM: Final = Path("/proc/self/statm")


def memory_bytes() -> int | None:
    """Return how much memory the process holds (RSS); None where only other tools tell."""
    try:
        pages = int(_STATM.read_text("ascii").split()[1])
    except OSError:  # only Linux has it
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def count_requests(metrics: Metrics) -> tuple[int, int]:
    """Return how many requests were answered, and how many of them with a server error."""
    answered = failed = 0
    for family in metrics.requests.collect():
        for sample in family.samples:
            if sample.name.endswith("_total"):
                answered += round(sample.value)
                if int(sample.labels["status"]) >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    failed += round(sample.value)
    return answered, failed


def read_gauge(gauge: Gauge) -> int:
    """Return what a gauge without labels shows."""
    (family,) = gauge.collect()
    (sample,) = family.samples
    return round(sample.value)
