"""Percentiles and medians of measured times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Summary:
    """Percentiles of times, in milliseconds."""

    p50: float
    p95: float
    p99: float
    longest: float
    count: int

    def __str__(self) -> str:
        """Return the percentiles as text."""
        return f"p50 {self.p50:.1f} · p95 {self.p95:.1f} · p99 {self.p99:.1f} ms"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def summary(seconds: Sequence[float]) -> Summary:
    """Return the percentiles of times given in seconds."""
    p50, p95, p99 = (percentile(seconds, share) * 1e3 for share in (0.50, 0.95, 0.99))
    return Summary(p50, p95, p99, max(seconds) * 1e3, len(seconds))


def middle(summaries: Sequence[Summary]) -> Summary:
    """Return the median of each percentile over repeated runs."""
    return Summary(
        median(item.p50 for item in summaries),
        median(item.p95 for item in summaries),
        median(item.p99 for item in summaries),
        max(item.longest for item in summaries),
        sum(item.count for item in summaries),
    )
