"""The bank's local days and hours, from epoch milliseconds.

The offset from UTC is fixed: a bank closes its day at one wall-clock time, and Japan knows no summer time. The
arithmetic is on whole numbers, so it also serves numpy arrays unchanged.
"""

from __future__ import annotations

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
# Japan Standard Time.
OFFSET_MS = 9 * HOUR_MS
WEEKEND = frozenset({5, 6})
NIGHT = frozenset(range(6))
PARTS = 4
_EPOCH_WEEKDAY = 3


def day_of(at: int, offset_ms: int = OFFSET_MS) -> int:
    """Local days since 1970-01-01."""
    return (at + offset_ms) // DAY_MS


def hour_of(at: int, offset_ms: int = OFFSET_MS) -> int:
    """Local hour, 0 to 23."""
    return (at + offset_ms) % DAY_MS // HOUR_MS


def weekday_of(day: int) -> int:
    """Monday 0 to Sunday 6, of a local day."""
    return (day + _EPOCH_WEEKDAY) % 7


def part_of(hour: int) -> int:
    """Quarter of the day: night 0, morning 1, afternoon 2, evening 3."""
    return hour // (24 // PARTS)


def last_known_day(as_of: int, offset_ms: int = OFFSET_MS) -> int:
    """The local day of the last instant before a cut-off: at local midnight that is the day that just ended."""
    return day_of(as_of - 1, offset_ms)
