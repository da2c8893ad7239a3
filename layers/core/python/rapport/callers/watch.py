"""Follows the calls of the stream: profiles of numbers, places where they meet, campaigns that come of it.

Everything stored is a set keyed by contact, written on condition that nobody wrote before. A batch that was cut off,
repeated or shuffled is simply folded again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapport.callers.calls import CallerState, CallFact, contact_of, fold
from rapport.callers.campaigns import Campaign, Star, settle
from rapport.callers.evidence import Place, Sighting, links, places, see, strangeness
from rapport.realtime.event import Event
from rapport.runtime.errors import DependencyUnavailableError

ATTEMPTS = 5
# Links weaker than this never make the difference; most calls have many.
LEAST_LINK = 0.1
# A number that shares so little with others is not worth the reading of theirs.
LEAST_OTHERS = 2


class StaleError(Exception):
    """Somebody else wrote first: read and fold again."""


class WatchStore(Protocol):
    """Where states, places and campaigns are kept. What is not stored is absent from the answers."""

    def callers(self, tokens: Collection[str]) -> dict[str, CallerState]: ...

    def places(self, keys: Collection[str]) -> dict[str, Place]: ...

    def campaigns_of(self, tokens: Collection[str]) -> dict[str, Campaign]:
        """The campaigns, by id, that these numbers belong to now."""

    def save(self, callers: Sequence[CallerState], places: Sequence[Place]) -> None:
        """Write each on condition of its version; `StaleError` when one was written meanwhile."""

    def save_campaigns(self, campaigns: Sequence[Campaign]) -> None:
        """The same; the members then belong to the first of them."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a batch came to: calls folded, and the campaigns that changed, as they are now."""

    calls: int
    campaigns: tuple[Campaign, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """The fold of a batch over the store."""

    store: WatchStore

    def take(self, events: Iterable[Event]) -> Watched:
        """Fold these events. `DependencyUnavailableError` when the store does not answer or is contended."""
        mine = [event for event in events if event.caller is not None]
        for _ in range(ATTEMPTS):
            try:
                return self._take(mine)
            except StaleError:
                continue
        raise DependencyUnavailableError("the callers table is contended")

    def _take(self, events: Sequence[Event]) -> Watched:
        by_caller: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_caller[event.caller or ""].append(event)
        before = self.store.callers(by_caller.keys())
        after = {token: fold(before.get(token, CallerState(token)), told) for token, told in by_caller.items()}
        seen = [found for token, told in by_caller.items() for found in sightings(after[token], told)]
        here = self.store.places({key for _, keys in seen for key in keys})
        new = {key: here.get(key, Place(key)) for _, keys in seen for key in keys}
        for sighting, keys in seen:
            for key in keys:
                new[key] = see(new[key], sighting)
        self.store.save(
            [state for token, state in after.items() if state != before.get(token)],
            [place for key, place in new.items() if place != here.get(key)],
        )
        changed: dict[str, Campaign] = {}
        for sighting, keys in sorted(seen, key=lambda pair: (pair[0].at, pair[0].contact_id)):
            star = Star(sighting.token, sighting.at, tuple(links(sighting, [new[key] for key in keys], LEAST_LINK)))
            for campaign in self._settle(star):
                changed[campaign.campaign_id] = campaign
        return Watched(len(seen), tuple(changed.values()))

    def _settle(self, star: Star) -> list[Campaign]:
        others = star.others
        if len(others) < LEAST_OTHERS:
            return []
        known = self.store.campaigns_of([star.token, *others])
        settled = settle(star, known)
        changed = [campaign for campaign in settled if campaign != known.get(campaign.campaign_id)]
        if changed:
            self.store.save_campaigns(settled)
        return changed


def sightings(state: CallerState, events: Iterable[Event]) -> list[tuple[Sighting, list[str]]]:
    """Where the calls that these events tell of are seen, each once."""
    contacts = {contact for event in events if (contact := contact_of(event)) is not None}
    calls = [state.calls[contact] for contact in sorted(contacts) if contact in state.calls]
    return [(sighting_of(state, call), places(state, call)) for call in calls]


def sighting_of(state: CallerState, call: CallFact) -> Sighting:
    return Sighting(
        call.contact_id, state.token, call.at, strangeness(state, call), simhash=call.simhash, sketch=call.sketch
    )


class MemoryStore:
    """Implements `WatchStore` in memory, for measurements and tests."""

    def __init__(self) -> None:
        self.states: dict[str, CallerState] = {}
        self.seen: dict[str, Place] = {}
        self.found: dict[str, Campaign] = {}
        self.belongs: dict[str, str] = {}

    def callers(self, tokens: Collection[str]) -> dict[str, CallerState]:
        return {token: self.states[token] for token in tokens if token in self.states}

    def places(self, keys: Collection[str]) -> dict[str, Place]:
        return {key: self.seen[key] for key in keys if key in self.seen}

    def campaigns_of(self, tokens: Collection[str]) -> dict[str, Campaign]:
        ids = {self.belongs[token] for token in tokens if token in self.belongs}
        return {found: self.found[found] for found in ids}

    def save(self, callers: Sequence[CallerState], places: Sequence[Place]) -> None:
        self.states.update({state.token: state for state in callers})
        self.seen.update({place.key: place for place in places})

    def save_campaigns(self, campaigns: Sequence[Campaign]) -> None:
        self.found.update({campaign.campaign_id: campaign for campaign in campaigns})
        self.belongs.update(membership(campaigns))


def membership(campaigns: Sequence[Campaign]) -> Mapping[str, str]:
    """To which campaign each member of these belongs: the first of them took the others' members."""
    heir = campaigns[0].campaign_id
    return {token: heir for campaign in campaigns for token in campaign.members}
