"""What processors and the ingestion measure of themselves, a minute at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

# Upper edges of the bins in which lags are counted, milliseconds; the last bin is open.
LAG_EDGES_MS = (100, 250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000)
INGESTION = "ingestion"


@dataclass(slots=True)
class Measures:
    """Counts that add up over invocations.

    `records` came, `poison` could not be read, `duplicates` were known already, `late` came after the horizon of
    their state, `failures` are delivered again, `conflicts` are states that somebody else wrote meanwhile, `written`
    are states written. `busy_ms` is wall time, `own_ms` the processor time in it (what is left were calls of AWS).
    `lags` counts records by the time from their arrival in the stream to their end, in the bins of `LAG_EDGES_MS`.
    """

    batches: int = 0
    records: int = 0
    poison: int = 0
    duplicates: int = 0
    late: int = 0
    failures: int = 0
    conflicts: int = 0
    written: int = 0
    busy_ms: int = 0
    own_ms: int = 0
    lag_ms: int = 0
    lags: list[int] = field(default_factory=lambda: [0] * (len(LAG_EDGES_MS) + 1))

    def waited(self, lags_ms: Iterable[int]) -> None:
        """Count how long records waited."""
        for lag in lags_ms:
            waited = max(lag, 0)
            self.lag_ms += waited
            self.lags[bisect_left(LAG_EDGES_MS, waited)] += 1

    def add(self, other: Measures) -> None:
        """Add another one's counts."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.lags = [mine + its for mine, its in zip(self.lags, other.lags, strict=True)]

    def lag_quantile_ms(self, share: float) -> int | None:
        """An upper bound of this quantile of the lag (an edge of its bin), None where it is beyond the last edge
        or nothing came.
        """
        total, passed = sum(self.lags), 0
        for edge, number in zip(LAG_EDGES_MS, self.lags, strict=False):
            passed += number
            if total and passed >= share * total:
                return edge
        return None


COUNTS: Sequence[str] = (
    "batches",
    "records",
    "poison",
    "duplicates",
    "late",
    "failures",
    "conflicts",
    "written",
    "busy_ms",
    "own_ms",
    "lag_ms",
)


@dataclass(frozen=True, slots=True)
class Minute:
    """What one of them measured in the minute that began at `at` (epoch milliseconds)."""

    at: int
    measures: Measures


class MeasureSink(Protocol):
    """Where measures go."""

    def add(self, name: str, at: int, measures: Measures) -> None: ...


class MeasureSource(Protocol):
    """Where measures are read."""

    def minutes(self, name: str, since: int, until: int) -> Sequence[Minute]: ...
