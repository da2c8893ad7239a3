"""Everything that is known of a number, put together for one assessment: for the contact flow and for people alike."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from rapport.callers.campaigns import Campaign
from rapport.callers.evidence import DAY_MS, Place
from rapport.callers.model import Dossier
from rapport.callers.spam import Assessment, Known, SpamModel, assess
from rapport.customers.features.calendar import hour_of
from rapport.customers.phone import CallerNumber
from rapport.inference.caller_features import PastCall

# So many neighbours of a number in one campaign make it one of them, before it has called.
NEIGHBOURS_IN_CAMPAIGN = 2


class Network(Protocol):
    """Blocks and campaigns."""

    def block_of(self, block: str) -> Place | None: ...

    def campaigns_of(self, tokens: Collection[str]) -> Mapping[str, Campaign]: ...


@dataclass(frozen=True, slots=True)
class Around:
    """The numbers around one: neighbours that called in 7 days, and the campaign it is in or lies next to."""

    neighbours: int = 0
    campaign: Campaign | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Assesses numbers. `home` is the centre's country."""

    network: Network
    model: SpamModel
    clock: Callable[[], int]
    home: str = "JP"

    def around(self, token: str, block: str | None) -> Around:
        """What the neighbours say."""
        now = self.clock()
        place = self.network.block_of(block) if block else None
        near = {
            sighting.token
            for sighting in (place.sightings.values() if place else ())
            if sighting.token != token and now - sighting.at < 7 * DAY_MS
        }
        found = [c for c in self.network.campaigns_of([token, *near]).values() if c.active(now)]
        mine = [c for c in found if token in c.members]
        beside = [c for c in found if len(near & c.members.keys()) >= NEIGHBOURS_IN_CAMPAIGN]
        return Around(len(near), max(mine or beside, key=lambda c: (c.numbers, c.campaign_id), default=None))

    def assess(self, number: CallerNumber, dossier: Dossier, around: Around, *, customer: bool) -> Assessment:
        """The assessment now."""
        known = Known(
            number=number,
            calls=calls_of(dossier),
            neighbours=around.neighbours,
            marks=dossier.marks,
            lists=dossier.lists,
            campaign=around.campaign,
            customer=customer,
        )
        return assess(known, self.model, home=self.home, now=self.clock())


def calls_of(dossier: Dossier) -> list[PastCall]:
    """Calls that the stream told of, and those it has not told of yet but the contact flow saw."""
    state = dossier.state
    told = set(state.calls) if state else set()
    fresh = [
        PastCall(noted.at, hour_of(noted.at), noted.dialled, False, 0.0)
        for noted in dossier.noted
        if noted.contact_id not in told
    ]
    return [*(state.past() if state else []), *fresh]
