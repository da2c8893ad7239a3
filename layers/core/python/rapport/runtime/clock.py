"""Time and identifiers: functions that tests can replace, and how days and months are called in keys."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

DAY_MS = 86_400_000


def now_ms() -> int:
    """Epoch milliseconds."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """A random identifier, as Amazon Connect's contact ids look."""
    return str(uuid.uuid4())


def day_of(at: int) -> str:
    """The UTC day of epoch milliseconds, 2026-01-31."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")


def month_of(at: int) -> str:
    """The UTC month of epoch milliseconds, 2026-01."""
    return day_of(at)[:7]
