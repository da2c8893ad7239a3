"""What two calls have in common: places where sightings of numbers meet, and the links that follow.

A place is a block of a hundred numbers, a band of what was said, a customer, a device, or a kind of number from a
country whose calls break off at once. Every call is seen at its places; whoever was seen there shortly before is
linked with it, the less the longer ago.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import sqrt

from rapport.callers import minhash, simhash
from rapport.callers.calls import CallerState, CallFact

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
# The newest sightings of a place: about 170 bytes each, 240 with what was said, so a place stays below 16 kB and a
# band below 12 kB.
MOST_SIGHTINGS, MOST_SPOKEN = 96, 48
BRIEF_S, LONG_S = 12.0, 60.0
OLD_MS = 7 * DAY_MS
LEAST_STRANGE = 0.3
# How much two texts count that are just alike enough.
JUST_ALIKE = 0.3


class CallerEvidence(StrEnum):
    """What two numbers share."""

    TEXT = "text"
    BLOCK = "block"
    PACE = "pace"
    DEVICE = "device"
    CUSTOMER = "customer"


_BY_NAME = {evidence.value: evidence for evidence in CallerEvidence}


@dataclass(frozen=True, slots=True)
class Rule:
    """How much a shared place says of two unknown callers at once, after how long it says half (ms), and until when.

    Numbers that share a customer are related, but that is a family and no campaign: its weight is 0.
    """

    weight: float
    half_life: int
    until: int


RULES = {
    CallerEvidence.TEXT: Rule(1.0, 2 * HOUR_MS, 12 * HOUR_MS),
    CallerEvidence.BLOCK: Rule(0.8, 30 * MINUTE_MS, 6 * HOUR_MS),
    CallerEvidence.PACE: Rule(0.5, 5 * MINUTE_MS, 10 * MINUTE_MS),
    CallerEvidence.DEVICE: Rule(0.8, 12 * HOUR_MS, 7 * DAY_MS),
    CallerEvidence.CUSTOMER: Rule(0.0, 30 * DAY_MS, 90 * DAY_MS),
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """A call at a place. `strange` is 0 to 1: how little we know of who calls, and how little came of the call. Bands
    alone keep `sketch`, or `simhash` of a call that was told of without one.
    """

    contact_id: str
    token: str
    at: int
    strange: float
    simhash: str | None = None
    sketch: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The newest sightings, by contact; `horizon` (epoch ms) as in a caller's state. `hours` counts sightings by hour
    since the epoch, so that a busy place is not surprising.
    """

    key: str
    sightings: dict[str, Sighting] = field(default_factory=dict)
    hours: dict[int, int] = field(default_factory=dict)
    horizon: int = 0
    version: int = 0

    @property
    def evidence(self) -> CallerEvidence:
        return _BY_NAME[self.key.partition(":")[0]]


@dataclass(frozen=True, slots=True)
class Link:
    """Two numbers and what they share; `weight` is 0 to 1, `other_at` when the other one called (epoch ms)."""

    one: str
    other: str
    evidence: CallerEvidence
    weight: float
    other_at: int


def strangeness(state: CallerState, call: CallFact) -> float:
    """1 for a caller whom nobody knows and who breaks off; near 0 for a customer."""
    if state.customers or call.customer_id:
        return 0.05
    known = 0.3 if call.at - (state.first_seen or call.at) > OLD_MS else 1.0
    return known * (0.3 if call.answered and call.duration_s >= LONG_S else 1.0)


def places(state: CallerState, call: CallFact) -> list[str]:
    """Where a call is seen. Customers leave no text and no pace behind: what they say is theirs."""
    found = [f"{CallerEvidence.BLOCK}:{state.block}"] if state.block else []
    if call.customer_id:
        found.append(f"{CallerEvidence.CUSTOMER}:{call.customer_id}")
    found += [f"{CallerEvidence.DEVICE}:{device}" for device in state.devices]
    if strangeness(state, call) < LEAST_STRANGE:
        return found
    if call.sketch:
        found += [f"{CallerEvidence.TEXT}:{band}" for band in minhash.bands(call.sketch)]
    elif call.simhash:
        found += [f"{CallerEvidence.TEXT}:{band}" for band in simhash.bands(call.simhash)]
    if call.ended and call.duration_s <= BRIEF_S:
        found.append(f"{CallerEvidence.PACE}:{state.country or '-'}:{state.kind}")
    return found


def see(place: Place, sighting: Sighting) -> Place:
    """The place after a sighting; a repeated one replaces itself, one that is too late changes nothing."""
    text = place.evidence is CallerEvidence.TEXT
    if not text and (sighting.sketch or sighting.simhash):
        sighting = replace(sighting, sketch=None, simhash=None)
    new = sighting.contact_id not in place.sightings
    if new and sighting.at <= place.horizon:
        return place
    seen = {**place.sightings, sighting.contact_id: sighting}
    horizon, hours = place.horizon, place.hours
    if place.evidence is CallerEvidence.PACE and new:
        hour = sighting.at // HOUR_MS
        hours = {h: count for h, count in hours.items() if h > hour - 24}
        hours[hour] = hours.get(hour, 0) + 1
    if len(seen) > (MOST_SPOKEN if text else MOST_SIGHTINGS):
        oldest = min(seen.values(), key=lambda s: (s.at, s.contact_id))
        del seen[oldest.contact_id]
        horizon = max(horizon, oldest.at)
    return replace(place, sightings=seen, hours=hours, horizon=horizon)


def links(sighting: Sighting, found: Iterable[Place], least: float = 0.0) -> list[Link]:
    """What links a call to other numbers, the strongest link of each kind with each of them; what cannot weigh `least`
    is left out.
    """
    best: dict[tuple[str, CallerEvidence], Link] = {}
    for place in _met(found):
        for link in _links_at(place, sighting, least):
            known = best.get((link.other, link.evidence))
            if known is None or link.weight > known.weight:
                best[link.other, link.evidence] = link
    return list(best.values())


def _met(found: Iterable[Place]) -> list[Place]:
    """The bands as one place: who met in several of them is compared once."""
    apart, spoken = list[Place](), dict[str, Sighting]()
    for place in found:
        if place.evidence is CallerEvidence.TEXT:
            spoken |= place.sightings
        else:
            apart.append(place)
    return [*apart, Place(f"{CallerEvidence.TEXT}:", spoken)] if spoken else apart


def _links_at(place: Place, mine: Sighting, least: float) -> Iterator[Link]:
    evidence = place.evidence
    rule = RULES[evidence]
    if evidence is CallerEvidence.PACE and not _surprising(place, mine):
        return
    weight = rule.weight * mine.strange * (_suspect(place) if evidence is CallerEvidence.BLOCK else 1.0)
    for other in place.sightings.values():
        ago = abs(mine.at - other.at)
        # Both must be strange: people who talk at length about the day's topic say similar things.
        both = weight * other.strange
        if both < least or ago > rule.until or other.token == mine.token:
            continue
        most = both * 2 ** (-ago / rule.half_life)
        if most < least:
            continue
        alike = _alike(mine, other) if evidence is CallerEvidence.TEXT else 1.0
        if alike and most * alike >= least:
            yield Link(mine.token, other.token, evidence, most * alike, other.at)


def _alike(mine: Sighting, other: Sighting) -> float:
    """How much two texts count as versions of one script: 0, or 0.3 to 1."""
    if mine.sketch and other.sketch:
        beyond = (minhash.likeness(mine.sketch, other.sketch) - minhash.ALIKE) / (1 - minhash.ALIKE)
        return 0.0 if beyond < 0 else JUST_ALIKE + (1 - JUST_ALIKE) * beyond
    if mine.simhash and other.simhash:
        apart = simhash.near(mine.simhash, other.simhash)
        return 0.0 if apart is None else 1 - apart / (2 * simhash.NEAR)
    return 0.0


def _suspect(place: Place) -> float:
    """0 to 1: how little a block looks like a company's lines, from which people talk at length now and then."""
    seen = place.sightings.values()
    ordinary = sum(sighting.strange < 1.0 for sighting in seen)
    return (1 - ordinary / len(seen)) ** 3 if seen else 1.0


def _surprising(place: Place, mine: Sighting) -> bool:
    """Whether far more numbers break off within two minutes than the last day would let one expect."""
    window = 2 * MINUTE_MS
    near = {other.token for other in place.sightings.values() if abs(mine.at - other.at) <= window} - {mine.token}
    hour = mine.at // HOUR_MS
    before = [count for h, count in place.hours.items() if h < hour]
    expected = max(1.0, (max(before, default=0) / HOUR_MS) * window * 2)
    return len(near) >= 8 and len(near) >= expected + 6 * sqrt(expected)
