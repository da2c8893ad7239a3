"""SYNTHETIC calls by the hour for ten weeks, so that the trends of a new stack show something: busy mornings, quiet
weekends, a level that rose three weeks ago, and one outage of the line.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

from rapport.trends.counting import Place, Tally
from rapport.trends.counts_store import DynamoCounts
from rapport.trends.series import DAY_HOURS, hour_of
from rapport.trends.series import Place as Clock

DAYS, RISE_DAYS, OUTAGE_DAYS = 70, 21, 9
SHARES = {"collections": 0.6, "cards": 0.4}
SHARD = "demonstration"


def _mean(hour: int, today: int, clock: Clock) -> float:
    """Calls expected in an hour."""
    of_day, weekday, ago = clock.hour_of_day(hour), clock.weekday(hour), today - hour // DAY_HOURS
    if not 8 <= of_day < 21 or (ago == OUTAGE_DAYS and 10 <= of_day < 13):
        return 0.0
    shape = math.exp(-((of_day - 10.5) ** 2) / 8) + 0.7 * math.exp(-((of_day - 16) ** 2) / 10)
    return 40 * shape * (1.25 if weekday == 0 else 0.3 if weekday > 4 else 1.0) * (1.3 if ago <= RISE_DAYS else 1.0)


def book(counts: DynamoCounts, now: int, clock: Clock, seed: int = 11) -> None:
    """Counts of ended calls, of all and by team, up to the whole hours before now."""
    rng, hour = random.Random(seed), hour_of(now)
    today = hour // DAY_HOURS
    made: dict[Place, list[int]] = {}
    for at in range((today - DAYS) * DAY_HOURS, hour):
        for team, share in SHARES.items():
            mean = share * _mean(at, today, clock)
            number = max(0, round(rng.gauss(mean, math.sqrt(mean)))) if mean else 0
            for series in _series(team):
                counted = made.setdefault(Place(series, at // DAY_HOURS, SHARD), [0] * DAY_HOURS)
                counted[at % DAY_HOURS] += number
    known = counts.load(made)
    fresh = {place: Tally(tuple(counted), 0) for place, counted in made.items() if place not in known}
    if fresh:
        counts.save(fresh)


def _series(team: str) -> Iterator[str]:
    yield from ("all", "calls", "event:call.ended", f"team:{team}")
