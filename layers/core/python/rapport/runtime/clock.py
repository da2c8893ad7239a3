"""Time and identifiers, as functions that tests can replace."""

from __future__ import annotations

import time
import uuid


def now_ms() -> int:
    """Epoch milliseconds."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """A random identifier, as Amazon Connect's contact ids look."""
    return str(uuid.uuid4())
