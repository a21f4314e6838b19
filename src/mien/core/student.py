"""Quantiles of Student's t, for intervals of means of few values.

Source: G. W. Hill, Algorithm 396: Student's t-quantiles, Communications of the ACM 13(10), 1970.
Six digits and more for any degrees of freedom, which is more than an interval needs.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

_NORMAL: Final = NormalDist()


def student_t(confidence: float, degrees: int) -> float:
    """Return how many standard errors an interval reaches to each side of a mean.

    confidence: of the two-sided interval, between 0 and 1. degrees: of freedom, 1 or more. Raises
    ValueError for others.
    """
    if not 0 < confidence < 1 or degrees < 1:
        raise ValueError("a confidence is between 0 and 1, and there is a degree of freedom")
    outside, n = 1 - confidence, float(degrees)
    if degrees == 1:
        return 1 / math.tan(outside * math.pi / 2)
    if degrees == 2:
        return math.sqrt(2 / (outside * (2 - outside)) - 2)
    a = 1 / (n - 0.5)
    b = 48 / (a * a)
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * n
    y = (d * outside) ** (2 / n)
    if y > 0.05 + a:
        return math.sqrt(n * _near_the_normal(outside, n, a, b, c, d))
    tail = 1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)
    return math.sqrt(n * ((tail * y - 1) * (n + 1) / (n + 2) + 1 / y))


def _near_the_normal(outside: float, n: float, a: float, b: float, c: float, d: float) -> float:
    """Expand about the normal distribution's quantile; the names are those of the source."""
    x = _NORMAL.inv_cdf(outside / 2)
    y = x * x
    if n < 5:
        c += 0.3 * (n - 4.5) * (x + 0.6)
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    return math.expm1(a * y * y)
