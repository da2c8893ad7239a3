"""What is counted of a caller's number before it is put through: its calls, its form, what others said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import nan, sqrt

from rapport.customers.phone import CallerNumber, NumberKind

HOUR_MS, DAY_MS, WEEK_MS = 3_600_000, 86_400_000, 604_800_000
NIGHT = (21, 8)


@dataclass(frozen=True, slots=True)
class Feature:
    """A model input. `monotone` is the direction in which it may move the probability of spam."""

    name: str
    unit: str
    monotone: int = 0


DECLARED: tuple[Feature, ...] = (
    Feature("calls_1h", "calls before this one"),
    Feature("calls_24h", "calls before this one"),
    Feature("calls_7d", "calls before this one"),
    Feature("dialled_share_7d", "distinct numbers dialled / calls, 0 to 1"),
    Feature("answer_rate_7d", "0 to 1"),
    Feature("mean_duration_s", "seconds of answered calls"),
    Feature("night_share_7d", "0 to 1"),
    Feature("gap_variation", "deviation / mean of the gaps; 0 is a machine"),
    Feature("mobile", "0 or 1"),
    Feature("voip", "0 or 1"),
    Feature("toll_free", "0 or 1"),
    Feature("withheld", "0 or 1"),
    Feature("invalid", "0 or 1", 1),
    Feature("foreign", "0 or 1"),
    Feature("neighbours_7d", "numbers that differ in the last two digits and called", 1),
    Feature("agent_marks_30d", "agents who said spam", 1),
    Feature("blocklist_hits", "lists that hold the number", 1),
)
FEATURES = tuple(feature.name for feature in DECLARED)
MONOTONE = {feature.name: feature.monotone for feature in DECLARED if feature.monotone}


@dataclass(frozen=True, slots=True)
class PastCall:
    """A finished call of the number: epoch ms, hour of the day where it rang, whom it dialled, how it went."""

    at: int
    local_hour: int
    dialled: str
    answered: bool
    duration_s: float


def observe(calls: Iterable[PastCall], now: int) -> dict[str, float]:
    """The features of behaviour from calls before `now` (epoch ms); NaN where there is nothing to say it from."""
    week = sorted((c for c in calls if now - WEEK_MS < c.at < now), key=lambda c: c.at)
    count = len(week)
    durations = [c.duration_s for c in week if c.answered]
    gaps = [later.at - earlier.at for earlier, later in pairwise(week)]
    return {
        "calls_1h": float(sum(now - c.at < HOUR_MS for c in week)),
        "calls_24h": float(sum(now - c.at < DAY_MS for c in week)),
        "calls_7d": float(count),
        "dialled_share_7d": len({c.dialled for c in week}) / count if count else nan,
        "answer_rate_7d": len(durations) / count if count else nan,
        "mean_duration_s": sum(durations) / len(durations) if durations else nan,
        "night_share_7d": sum(is_night(c.local_hour) for c in week) / count if count else nan,
        "gap_variation": variation(gaps),
    }


def is_night(hour: int) -> bool:
    return hour >= NIGHT[0] or hour < NIGHT[1]


def variation(gaps: list[int]) -> float:
    """Deviation over mean of at least two gaps; NaN of fewer, or when all calls came at once."""
    if len(gaps) < 2 or not sum(gaps):
        return nan
    mean = sum(gaps) / len(gaps)
    return sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) / mean


def describe_number(number: CallerNumber, home: str) -> dict[str, float]:
    """The features of the number itself; `home` is the country (ISO 3166) of the centre."""
    return {
        "mobile": float(number.kind is NumberKind.MOBILE),
        "voip": float(number.kind is NumberKind.VOIP),
        "toll_free": float(number.kind is NumberKind.TOLL_FREE),
        "withheld": float(number.kind is NumberKind.WITHHELD),
        "invalid": float(number.kind is NumberKind.INVALID),
        "foreign": float(number.country is not None and number.country != home),
    }
