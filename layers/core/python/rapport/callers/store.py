"""The callers table.

| item | pk | sk |
|---|---|---|
| state of a number | CALLER#token | PROFILE |
| its calls of the last day, as the look-up noted them | CALLER#token | CALL#ms#contact |
| its campaign | CALLER#token | CAMPAIGN |
| its entries on lists | CALLER#token | LIST#ALLOW, LIST#BLOCK |
| what agents said last | CALLER#token | MARK#agent |
| place where numbers meet | PLACE#key | PLACE |
| campaign | CAMPAIGN#id | CAMPAIGN |
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from pydantic import TypeAdapter

from rapport.callers.calls import CallerState
from rapport.callers.campaigns import Campaign
from rapport.callers.evidence import RULES, CallerEvidence, Place
from rapport.callers.watch import StaleError, membership
from rapport.runtime.dynamodb import AwsClient, Item, batch_get, dependency, n, s, write_if

NAME = "the callers table"
SCHEMA_VERSION = 1
# How many conditional writes are under way at once: one after the other they would hold up the stream.
FAN_OUT = 16
DAY_S = 86_400
CALLER_DAYS, CAMPAIGN_DAYS = 400, 180
CAMPAIGNS = "CAMPAIGN"
HOPS = 4

STATE = TypeAdapter(CallerState)
PLACE = TypeAdapter(Place)
CAMPAIGN = TypeAdapter(Campaign)
T = TypeVar("T", CallerState, Place, Campaign)


def caller_key(token: str, sk: str = "PROFILE") -> Item:
    return {"pk": s(f"CALLER#{token}"), "sk": s(sk)}


def place_key(key: str) -> Item:
    return {"pk": s(f"PLACE#{key}"), "sk": s("PLACE")}


def campaign_key(campaign_id: str) -> Item:
    return {"pk": s(f"CAMPAIGN#{campaign_id}"), "sk": s("CAMPAIGN")}


def read(adapter: TypeAdapter[T], item: Item) -> T:
    """What an item's JSON holds."""
    return adapter.validate_json(item["json"]["S"])


class DynamoWatch:
    """Implements `WatchStore`."""

    def __init__(self, client: AwsClient, table: str, clock: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def callers(self, tokens: Collection[str]) -> dict[str, CallerState]:
        """Access pattern: states of numbers."""
        return {state.token: state for state in self._read(STATE, map(caller_key, tokens))}

    def places(self, keys: Collection[str]) -> dict[str, Place]:
        """Access pattern: places by key."""
        return {place.key: place for place in self._read(PLACE, map(place_key, keys))}

    def block_of(self, block: str) -> Place | None:
        """Access pattern: who called from the hundred numbers around one."""
        key = f"{CallerEvidence.BLOCK}:{block}"
        return self.places([key]).get(key)

    def campaigns(self, ids: Collection[str]) -> dict[str, Campaign]:
        """Access pattern: campaigns by id; one that was merged is followed to its heir."""
        found = {c.campaign_id: c for c in self._read(CAMPAIGN, map(campaign_key, ids))}
        for _ in range(HOPS):
            heirs = {c.merged_into for c in found.values() if c.merged_into} - found.keys()
            if not heirs:
                break
            found |= {c.campaign_id: c for c in self._read(CAMPAIGN, map(campaign_key, heirs))}
        return {name: campaign for name, campaign in found.items() if campaign.merged_into is None}

    def campaigns_of(self, tokens: Collection[str]) -> dict[str, Campaign]:
        """Access pattern: campaigns that numbers belong to."""
        keys = [caller_key(token, CAMPAIGNS) for token in dict.fromkeys(tokens)]
        items = batch_get(self._client, self._table, keys, NAME, consistent=True)
        return self.campaigns({item["campaign_id"]["S"] for item in items})

    def save(self, callers: Sequence[CallerState], places: Sequence[Place]) -> None:
        """Access pattern: states and places, each on condition of its version."""
        items = [self._state_item(state) for state in callers] + [self._place_item(place) for place in places]
        self._write(items)

    def save_campaigns(self, campaigns: Sequence[Campaign]) -> None:
        """Access pattern: campaigns on condition of their versions, then whom they hold."""
        self._write([self._campaign_item(campaign) for campaign in campaigns])
        expires = self._clock() // 1000 + CAMPAIGN_DAYS * DAY_S
        members = [
            {
                **caller_key(token, CAMPAIGNS),
                "schema_version": n(SCHEMA_VERSION),
                "expires_at": n(expires),
                "campaign_id": s(heir),
            }
            for token, heir in membership(campaigns).items()
        ]
        self._each(members, self._put)

    def _read(self, adapter: TypeAdapter[T], keys: Iterable[Item]) -> list[T]:
        items = batch_get(self._client, self._table, list(keys), NAME, consistent=True)
        return [read(adapter, item) for item in items]

    def _write(self, items: Sequence[Item]) -> None:
        if not all(self._each(items, self._put_if)):
            raise StaleError

    def _each(self, items: Sequence[Item], write: Callable[[Item], bool]) -> list[bool]:
        if len(items) < 2:
            return [write(item) for item in items]
        # A share for each thread: handing them items one by one takes longer than making these.
        shares = [items[start::FAN_OUT] for start in range(min(FAN_OUT, len(items)))]
        with ThreadPoolExecutor(len(shares)) as pool:
            written = pool.map(lambda share: [write(item) for item in share], shares)
            return [each for share in written for each in share]

    def _put(self, item: Item) -> bool:
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)
        return True

    def _put_if(self, item: Item) -> bool:
        before = n(int(item["version"]["N"]) - 1)
        condition = "version = :before" if before != n(0) else "attribute_not_exists(pk) OR version = :before"
        return write_if(self._client, self._table, item, condition, {":before": before}, NAME)

    def _state_item(self, state: CallerState) -> Item:
        token = caller_key(state.token)
        return self._item(STATE, state, token, expires=(state.last_seen or 0) // 1000 + CALLER_DAYS * DAY_S)

    def _place_item(self, place: Place) -> Item:
        last = max((sighting.at for sighting in place.sightings.values()), default=0)
        # Neighbours are counted for seven days, whatever a link needs.
        kept = max(RULES[place.evidence].until, 7 * DAY_S * 1000)
        return self._item(PLACE, place, place_key(place.key), expires=(last + kept) // 1000)

    def _campaign_item(self, campaign: Campaign) -> Item:
        key = campaign_key(campaign.campaign_id)
        item = self._item(CAMPAIGN, campaign, key, expires=campaign.last // 1000 + CAMPAIGN_DAYS * DAY_S)
        listed = {"listed": s(CAMPAIGNS), "changed_at": n(campaign.last)}
        return item if campaign.merged_into else {**item, **listed}

    def _item(self, adapter: TypeAdapter[T], value: T, key: Item, *, expires: int) -> Item:
        after = replace(value, version=value.version + 1)
        return {
            **key,
            "schema_version": n(SCHEMA_VERSION),
            "version": n(after.version),
            "expires_at": n(expires),
            "json": s(adapter.dump_json(after, exclude_defaults=True).decode()),
        }
