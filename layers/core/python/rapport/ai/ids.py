"""Ids that say when: a store finds an item and orders items by them."""

from __future__ import annotations

from rapport.runtime.clock import new_id


def timed_id(at: int) -> str:
    """Epoch milliseconds, then sixteen random hexadecimal digits."""
    return f"{at:013d}-{new_id().replace('-', '')[:16]}"
