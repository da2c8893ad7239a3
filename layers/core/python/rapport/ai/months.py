"""Months as partitions are called by them."""

from __future__ import annotations

from rapport.runtime.clock import month_of


def months_back(at: int, count: int) -> list[str]:
    """The UTC month of epoch milliseconds and those before it, newest first."""
    year, month = (int(part) for part in month_of(at).split("-"))
    last = year * 12 + month - 1
    return [f"{(last - back) // 12:04d}-{(last - back) % 12 + 1:02d}" for back in range(count)]
