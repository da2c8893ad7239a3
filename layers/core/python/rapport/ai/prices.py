"""What tokens cost: a versioned table, `prices.json`, in micro-USD per thousand tokens."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from rapport.ai.model import Model, Usage

TABLE = Path(__file__).with_name("prices.json")
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


class Price(Model):
    """Micro-USD per thousand tokens, from a day (UTC, 2026-01-31) until the next price of the same model."""

    model: str
    valid_from: str
    input: int
    cached: int
    output: int


@cache
def prices() -> tuple[Price, ...]:
    return tuple(Price.model_validate(row) for row in json.loads(TABLE.read_text(encoding="utf-8"))["prices"])


def price_of(model: str, day: str, table: tuple[Price, ...] | None = None) -> Price | None:
    """The price of a model (or of a dated snapshot of it) on a day; None where the table does not know it."""
    name = _SNAPSHOT.sub("", model)
    known = [row for row in (table or prices()) if row.model == name and row.valid_from <= day]
    return max(known, key=lambda row: row.valid_from, default=None)


def cost(price: Price, usage: Usage) -> int:
    """Micro-USD, rounded up. Reasoning tokens are part of the output tokens already."""
    fresh = max(0, usage.input - usage.cached)
    return -(-(fresh * price.input + usage.cached * price.cached + usage.output * price.output) // 1000)


def estimate(price: Price, size: int, max_output: int) -> int:
    """The most a call is likely to cost: three bytes of UTF-8 a token in (a Japanese character is three bytes),
    and everything out that may be written.
    """
    return cost(price, Usage(input=-(-size // 3), output=max_output))
