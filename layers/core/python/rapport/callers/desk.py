"""What people do with numbers: look one up, put it on a list, say whether a call was spam, judge a campaign."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rapport.callers import profile
from rapport.callers.campaigns import Campaign, CampaignVerdict
from rapport.callers.evidence import RULES, CallerEvidence, Place, links, places
from rapport.callers.judge import Around, Judge
from rapport.callers.lists import DAY_MS, Entry, ListName, Lists, Mark, learn
from rapport.callers.model import Dossier, Label
from rapport.callers.profile import CallerProfile, CampaignSummary, ListEntry, RelatedCaller
from rapport.callers.spam import Assessment, number_of
from rapport.callers.watch import StaleError, sighting_of
from rapport.customers.phone import CallerNumber
from rapport.runtime.errors import ConflictError, NotFoundError

# What of a number's calls is compared with others, and how many others are told of.
LATEST_CALLS, MOST_RELATED = 3, 25


class DeskStore(Protocol):
    """`rapport.callers.desk_store.DynamoCallers`."""

    def dossier(self, token: str) -> Dossier: ...

    def put_entry(self, entry: Entry) -> None: ...

    def delete_entry(self, token: str, name: ListName) -> None: ...

    def put_mark(self, token: str, mark: Mark) -> None: ...

    def put_label(self, label: Label) -> None: ...


class CampaignStore(Protocol):
    """`rapport.callers.store.DynamoWatch`."""

    def places(self, keys: Collection[str]) -> dict[str, Place]: ...

    def campaigns(self, ids: Collection[str]) -> dict[str, Campaign]: ...

    def save_campaigns(self, campaigns: Sequence[Campaign]) -> None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """The number somebody asks about. `number` is None where only the token is known; `customer_id` and `ending` are
    known where the number is a customer's.
    """

    token: str
    block: str | None = None
    number: CallerNumber | None = None
    customer_id: str | None = None
    ending: str | None = None


@dataclass(frozen=True, slots=True)
class CallerDesk:
    store: DeskStore
    network: CampaignStore
    judge: Judge
    clock: Callable[[], int]

    def profile(self, asked: Asked) -> CallerProfile:
        """Everything known of a number. A token that nothing is known of is `NotFoundError`; a number is just new."""
        dossier = self.store.dossier(asked.token)
        if asked.number is None and dossier.empty:
            raise NotFoundError("nothing is known of this caller")
        now, state = self.clock(), dossier.state
        number, around, found = self._assess(asked, dossier)
        calls = list(state.calls.values()) if state else []
        times = [call.at for call in calls]
        times += [noted.at for noted in dossier.noted if state is None or noted.contact_id not in state.calls]
        block, allow = dossier.lists.block, dossier.lists.allow
        return CallerProfile(
            caller=asked.token,
            ending=asked.ending,
            number_type=number.kind.value,
            country=number.country,
            first_seen=min([*times, *([state.first_seen] if state and state.first_seen else [])], default=None),
            last_seen=max(times, default=None),
            frequency=profile.frequency(times, state.forgotten if state else 0, now),
            timing=profile.timing(calls),
            persistence=profile.persistence(calls),
            aggression=profile.aggression(calls),
            spam=profile.spam_view(found),
            marked_spam=sum(mark.spam for mark in dossier.marks if mark.counts(now)),
            marked_wanted=sum(not mark.spam for mark in dossier.marks if mark.counts(now)),
            block=ListEntry.of(block) if block and block.holds(now) else None,
            allow=ListEntry.of(allow) if allow and allow.holds(now) else None,
            customers=sorted(
                {*(state.customers if state else ()), *([asked.customer_id] if asked.customer_id else ())}
            ),
            related=self._related(dossier),
            campaign=CampaignSummary.of(around.campaign, now) if around.campaign else None,
        )

    def put_on_list(self, token: str, name: ListName, *, days: int, by: str, reason: str) -> Entry:
        """A person decides; the other list lets go of the number."""
        now = self.clock()
        entry = Entry(token, name, now, now + days * DAY_MS, by, reason)
        self.store.put_entry(entry)
        other = ListName.ALLOW if name is ListName.BLOCK else ListName.BLOCK
        self.store.delete_entry(token, other)
        return entry

    def take_off_list(self, token: str, name: ListName) -> None:
        self.store.delete_entry(token, name)

    def feedback(self, asked: Asked, *, spam: bool, by: str, contact_id: str | None) -> Lists:
        """What an agent says of a call: a label with what was known, a mark, and what the lists learn of it."""
        now = self.clock()
        dossier = self.store.dossier(asked.token)
        # The label must not know itself: what the model would have said had this agent said nothing.
        without = replace(dossier, marks=tuple(mark for mark in dossier.marks if mark.agent != by), lists=Lists())
        _, around, found = self._assess(asked, without)
        self.store.put_label(
            Label(
                token=asked.token,
                agent=by,
                at=now,
                spam=spam,
                probability=round(found.probability, 6),
                model=round(found.model, 6),
                features=found.features,
                campaign=around.campaign.campaign_id if around.campaign else None,
                contact_id=contact_id,
            )
        )
        mark = Mark(by, spam, now, contact_id)
        self.store.put_mark(asked.token, mark)
        marks = [*without.marks, mark]
        learnt = learn(dossier.lists, asked.token, marks, now, customer=self._is_customer(asked, dossier))
        for before, after in ((dossier.lists.block, learnt.block), (dossier.lists.allow, learnt.allow)):
            if after is not None and after != before:
                self.store.put_entry(after)
        return learnt

    def campaign(self, campaign_id: str) -> Campaign:
        """A campaign, or the one that took its members."""
        found = self.network.campaigns([campaign_id])
        if not found:
            raise NotFoundError("there is no such campaign")
        return next(iter(found.values()))

    def judge_campaign(self, campaign_id: str, verdict: CampaignVerdict, by: str) -> Campaign:
        """A person's verdict; `ConflictError` when the campaign keeps changing meanwhile."""
        for _ in range(3):
            judged = replace(self.campaign(campaign_id), verdict=verdict, verdict_by=by)
            try:
                self.network.save_campaigns([judged])
            except StaleError:
                continue
            return judged
        raise ConflictError("the campaign is changing; try again")

    def _assess(self, asked: Asked, dossier: Dossier) -> tuple[CallerNumber, Around, Assessment]:
        state = dossier.state
        number = asked.number or number_of(state.kind if state else "OTHER", state.country if state else None)
        around = self.judge.around(asked.token, asked.block or (state.block if state else None))
        customer = self._is_customer(asked, dossier)
        return number, around, self.judge.assess(number, dossier, around, customer=customer)

    def _is_customer(self, asked: Asked, dossier: Dossier) -> bool:
        return asked.customer_id is not None or bool(dossier.state and dossier.state.customers)

    def _related(self, dossier: Dossier) -> list[RelatedCaller]:
        state = dossier.state
        if state is None:
            return []
        latest = sorted(state.calls.values(), key=lambda call: -call.at)[:LATEST_CALLS]
        keys = {call.contact_id: places(state, call) for call in latest}
        keys = {
            contact: [*found, *(f"{CallerEvidence.CUSTOMER}:{customer}" for customer in state.customers)]
            for contact, found in keys.items()
        }
        stored = self.network.places({key for found in keys.values() for key in found})
        shared: dict[str, RelatedCaller] = {}
        for call in latest:
            here = [stored[key] for key in dict.fromkeys(keys[call.contact_id]) if key in stored]
            for link in links(sighting_of(state, call), here):
                if link.weight <= 0 and RULES[link.evidence].weight > 0:
                    continue
                known = shared.get(link.other)
                evidence = {link.evidence, *(known.evidence if known else ())}
                last = max(link.other_at, known.last_at if known else 0)
                shared[link.other] = RelatedCaller(caller=link.other, evidence=sorted(evidence), last_at=last)
        return sorted(shared.values(), key=lambda one: (-len(one.evidence), -one.last_at, one.caller))[:MOST_RELATED]
