"""The eighteen months that the demonstration bank lives through, in days and in epoch milliseconds (UTC)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

DAY_MS = 86_400_000
FIRST = date(2025, 1, 1)
DAYS = 546
START_MS = int(datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC).timestamp() * 1000)
END_MS = START_MS + DAYS * DAY_MS
# The bank sends a statement every 90 days. Customers who leave do so when they read it, so a cut-off on the
# day of a statement asks the question of the churn model: from this day, 90 days without a transaction?
STATEMENT_DAYS = 90
STATEMENTS = tuple(range(0, DAYS, STATEMENT_DAYS))
CUTOFF_DAYS = tuple(day for day in STATEMENTS if 0 < day <= DAYS - STATEMENT_DAYS)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Strings = NDArray[np.str_]
Columns = dict[str, NDArray[Any]]


def to_ms(day: NDArray[Any]) -> Ints:
    """Days since the start (fractions allowed) as epoch milliseconds."""
    return (START_MS + np.round(np.asarray(day, dtype=np.float64) * DAY_MS)).astype(np.int64)


def to_day(at: NDArray[Any]) -> Ints:
    """Whole days since the start, of epoch milliseconds."""
    found: Ints = (np.asarray(at, dtype=np.int64) - START_MS) // DAY_MS
    return found


def calendar() -> tuple[Ints, Ints, Ints]:
    """Weekday (Monday 0), day of the month and month of every day, each `(DAYS,)`."""
    dates = [FIRST + timedelta(days=number) for number in range(DAYS)]
    weekday, day, month = zip(*((d.weekday(), d.day, d.month) for d in dates), strict=True)
    return np.array(weekday), np.array(day), np.array(month)
