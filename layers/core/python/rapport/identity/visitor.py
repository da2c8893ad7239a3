"""Who knocks, before it is known who it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from."""

    address: str
    device: str = ""
