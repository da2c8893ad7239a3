"""How soon a planted burst is found in a day of normal calls, and how often normal calls are taken for one.

    python -m models.benchmarks.campaigns [--days 3] [--calls 100000] [--output FILE]

All SYNTHETIC (models/data/caller_traffic.py): it shows that the method does what it is meant to, no more.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

from rapport.callers.campaigns import Campaign
from rapport.callers.watch import MemoryStore, Watch
from rapport.inference.statistics import wilson
from rapport.realtime.event import Event

from models.data.caller_traffic import CALLS, Day

KINDS = ("row", "script", "slow", "silent")
# A burst is found when a campaign holds so many of its numbers.
FOUND = 5


@dataclass(frozen=True)
class DayResult:
    """`found_at` is the burst's call with which it was found, None if never. `held` is the share of its numbers that
    its campaign held in the end. `false` counts campaigns of which less than half are planted numbers."""

    seed: int
    normal: int
    found_at: dict[str, int | None]
    held: dict[str, float]
    false: int
    joined: int
    seconds: float


def measure(seed: int, calls: int) -> DayResult:
    """One day, call by call in the order in which calls end."""
    day = Day(seed, calls)
    normal = list(day.normal())
    planted = dict(zip(KINDS, day.bursts(), strict=True))
    owner = {event.caller: kind for kind, events in planted.items() for event in events}
    events = sorted([*normal, *(event for made in planted.values() for event in made)], key=lambda event: event.at)
    store, begin = MemoryStore(), time.process_time()
    watch = Watch(store)
    calls_of: dict[str, int] = defaultdict(int)
    found: dict[str, int | None] = dict.fromkeys(KINDS)
    for event in events:
        kind = owner.get(event.caller)
        if kind is not None:
            calls_of[kind] += 1
        for campaign in watch.take([event]).campaigns:
            for burst in KINDS:
                if found[burst] is None and sum(owner.get(token) == burst for token in campaign.members) >= FOUND:
                    found[burst] = calls_of[burst]
    standing = [campaign for campaign in store.found.values() if campaign.merged_into is None]
    own = [sum(token in owner for token in campaign.members) for campaign in standing]
    return DayResult(
        seed=seed,
        normal=len(normal),
        found_at=found,
        held={kind: _held(standing, planted[kind]) for kind in KINDS},
        false=sum(2 * mine < len(campaign.members) for mine, campaign in zip(own, standing, strict=True)),
        joined=sum(len(c.members) - mine for mine, c in zip(own, standing, strict=True) if 2 * mine >= len(c.members)),
        seconds=round(time.process_time() - begin, 1),
    )


def _held(standing: list[Campaign], events: list[Event]) -> float:
    numbers = {event.caller for event in events}
    return max((len(numbers & c.members.keys()) / len(numbers) for c in standing), default=0.0)


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    results = []
    for seed in range(arguments.seed, arguments.seed + arguments.days):
        results.append(measure(seed, arguments.calls))
        print(json.dumps(asdict(results[-1])), flush=True)
    places = [found for result in results for found in result.found_at.values()]
    soon = sum(place is not None and place <= 20 for place in places)
    normal, false = sum(result.normal for result in results), sum(result.false for result in results)
    low, high = wilson(soon, len(places))
    said = {
        "synthetic": True,
        "bursts": len(places),
        "found_within_20": soon,
        "share": [round(soon / len(places), 4), round(low, 4), round(high, 4)],
        "latest": max((place for place in places if place is not None), default=None),
        "normal_calls": normal,
        "false_campaigns": false,
        "per_100000": round(100_000 * false / normal, 3),
        "normal_numbers_drawn_in": sum(result.joined for result in results),
        "events_per_second": round(sum(r.normal for r in results) / sum(r.seconds for r in results)),
    }
    print(json.dumps(said, indent=2))
    if arguments.output:
        arguments.output.write_text(json.dumps(said, indent=2) + "\n")


if __name__ == "__main__":
    main()
