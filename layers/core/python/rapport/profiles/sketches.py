"""Summaries of bounded size that do not care in which order they are told, or how they are merged.

All arithmetic is on whole numbers: sums of floats would differ with the order. Bytes are little-endian, as every
processor that Lambda runs on is. A count stops at `MOST` (16.8 million).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from math import ceil, exp2, log

MOST = 2**24 - 1
HOURS = 168
HOUR_S = 3600
# Weights of decayed counts are relative to this moment (2024-01-01), epoch seconds.
EPOCH_S = 1_704_067_200
WEIGHT_UNIT = 2**30


@lru_cache(maxsize=65_536)
def digest(value: str) -> int:
    """64 bits of a text; two texts share them with probability 2**-64."""
    return int.from_bytes(blake2b(value.encode(), digest_size=8).digest(), "little")


class Counts(dict[int, int]):
    """How often each of up to 256 numbered things was seen; 4 bytes for each thing that was. Exact."""

    __slots__ = ()

    def add(self, index: int, times: int = 1) -> None:
        self[index] = min(self.get(index, 0) + times, MOST)

    def merged(self, other: Mapping[int, int]) -> Counts:
        whole = Counts(self)
        for index, times in other.items():
            whole.add(index, times)
        return whole

    @property
    def total(self) -> int:
        return sum(self.values())

    def to_bytes(self) -> bytes:
        return array("I", [index << 24 | self[index] for index in sorted(self)]).tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Counts:
        return cls((packed >> 24, packed & MOST) for packed in array("I", data))


class Quantiles:
    """Quantiles of positive numbers within 5 % of the true one, from counts in bins that grow by a tenth.

    Numbers below `LEAST` count as `LEAST`, those beyond the last bin (2.6e8 times `LEAST`) as the last. At most 204
    bins of 4 bytes: 816 bytes.
    """

    __slots__ = ("bins",)
    LEAST = 0.01
    GROWTH = 1.1
    BINS = 204
    _LOG_GROWTH = log(GROWTH)

    def __init__(self, bins: Counts | None = None) -> None:
        self.bins = bins if bins is not None else Counts()

    def add(self, value: float) -> None:
        position = ceil(log(value / self.LEAST) / self._LOG_GROWTH) if value > self.LEAST else 0
        self.bins.add(min(position, self.BINS - 1))

    def merged(self, other: Quantiles) -> Quantiles:
        return Quantiles(self.bins.merged(other.bins))

    def quantile(self, share: float) -> float | None:
        """The value below which this share lies, None of nothing."""
        rank = share * (self.bins.total - 1)
        passed = 0
        for position in sorted(self.bins):
            passed += self.bins[position]
            if passed > rank:
                # The middle of a bin, in the sense that both of its ends are as far off, relatively.
                return 2 * self.LEAST * self.GROWTH**position / (1 + self.GROWTH)
        return None

    def to_bytes(self) -> bytes:
        return self.bins.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Quantiles:
        return cls(Counts.from_bytes(data))


class Distinct:
    """How many different values there were and when each was first seen: the `K` values of least digest.

    Exact up to 64 values. Beyond, the estimate (K - 1) / (largest kept digest) has a standard error of
    1 / sqrt(K - 2) = 12.7 %. 12 bytes a value, 768 at most.
    """

    __slots__ = ("first",)
    K = 64

    def __init__(self, first: dict[int, int] | None = None) -> None:
        self.first = first if first is not None else {}

    def add(self, value: str, at_s: int) -> None:
        """A value seen at this time (epoch seconds)."""
        self._keep(digest(value), at_s)

    def _keep(self, key: int, at_s: int) -> None:
        before = self.first.get(key)
        if before is None or at_s < before:
            self.first[key] = at_s
            if len(self.first) > self.K:
                del self.first[max(self.first)]

    def merged(self, other: Distinct) -> Distinct:
        whole = Distinct(dict(self.first))
        for key, at_s in other.first.items():
            whole._keep(key, at_s)
        return whole

    @property
    def estimate(self) -> float:
        if len(self.first) < self.K:
            return float(len(self.first))
        return (self.K - 1) / (max(self.first) / 2**64)

    def seen_before(self, value: str, at_s: int) -> bool:
        """Whether the value was seen before this time. Right up to 63 values; a value beyond them counts as seen."""
        first = self.first.get(digest(value))
        return first < at_s if first is not None else len(self.first) >= self.K

    def to_bytes(self) -> bytes:
        keys = sorted(self.first)
        return array("Q", keys).tobytes() + array("I", [self.first[key] for key in keys]).tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Distinct:
        size = len(data) // 12
        return cls(dict(zip(array("Q", data[: 8 * size]), array("I", data[8 * size :]), strict=True)))


class Decayed:
    """A count in which an event weighs half after each half-life, told by the hour.

    Events are weighed relative to a fixed moment, by whole numbers that never overflow: the sum is the same in any
    order, and as exact as one weight (1e-9). A byte for every 8 half-lives since then, and up to 7 for the count: with
    a half-life of a week 26 bytes at the end of 2026, 7 more with every year.
    """

    __slots__ = ("half_life_h", "whole")

    def __init__(self, half_life_h: int, whole: int = 0) -> None:
        self.half_life_h = half_life_h
        self.whole = whole

    def add(self, at_s: int) -> None:
        self.whole += weight((at_s - EPOCH_S) // HOUR_S, self.half_life_h)

    def merged(self, other: Decayed) -> Decayed:
        return Decayed(self.half_life_h, self.whole + other.whole)

    def value(self, at_s: int) -> float:
        """The count as it weighs at this time."""
        return self.whole / weight((at_s - EPOCH_S) // HOUR_S, self.half_life_h)

    def to_bytes(self) -> bytes:
        return self.whole.to_bytes((self.whole.bit_length() + 7) // 8, "little")

    @classmethod
    def from_bytes(cls, half_life_h: int, data: bytes) -> Decayed:
        return cls(half_life_h, int.from_bytes(data, "little"))


@lru_cache(maxsize=4096)
def weight(hour: int, half_life_h: int) -> int:
    """2 ** (hours / half-life) in units of 2 ** -30; of the first hour for those before."""
    doubled, rest = divmod(max(hour, 0), half_life_h)
    return round(exp2(rest / half_life_h) * WEIGHT_UNIT) << doubled


def hour_of_week(at_s: int) -> int:
    """0 is Monday 00:00 to 00:59 UTC, 167 the last hour of Sunday."""
    # The epoch began on a Thursday.
    return (at_s // HOUR_S + 72) % HOURS


def circular_distance_h(hour: float, other: float) -> float:
    """Hours between two times of day, 0 to 12."""
    apart = abs(hour - other) % 24
    return min(apart, 24 - apart)


def times_of_day(hours: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """(hour of the day, count) from counts by the hour of the week."""
    for hour, times in hours.items():
        yield hour % 24, times
