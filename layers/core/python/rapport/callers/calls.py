"""What is kept of one number's calls: a set of calls by contact, so that neither order nor repetition matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from rapport.inference.caller_features import PastCall
from rapport.realtime.event import Event, EventKind

# The newest calls of a number; a call takes about 320 bytes, so a profile stays below 65 kB.
MOST_CALLS = 200
MOST_CUSTOMERS, MOST_DEVICES = 16, 16
STARTED, ENDED = "call.started", "call.ended"


@dataclass(frozen=True, slots=True)
class CallFact:
    """One call of a number; `at` is its beginning in epoch ms. None is what nobody told (yet). What was said is a
    `sketch`, or in older calls a `simhash`.

    `answered` is None while the call goes on. `talk_share` is the caller's, 0 to 1; `sentiment` is -1 to 1.
    """

    contact_id: str
    at: int
    local_hour: int = 0
    dialled: str = ""
    answered: bool | None = None
    duration_s: float = 0.0
    talk_share: float | None = None
    sentiment: float | None = None
    customer_id: str | None = None
    simhash: str | None = None
    sketch: str | None = None

    @property
    def ended(self) -> bool:
        return self.answered is not None


@dataclass(frozen=True, slots=True)
class CallerState:
    """Everything stored of a number. `forgotten` counts calls older than those in `calls`; what began at or before
    `horizon` was counted, or is too late to be. `customers` and `devices` say when each was last seen (epoch ms).
    """

    token: str
    kind: str = "OTHER"
    country: str | None = None
    block: str | None = None
    first_seen: int | None = None
    calls: dict[str, CallFact] = field(default_factory=dict)
    forgotten: int = 0
    horizon: int = 0
    customers: dict[str, int] = field(default_factory=dict)
    devices: dict[str, int] = field(default_factory=dict)
    version: int = 0

    @property
    def last_seen(self) -> int | None:
        return max((call.at for call in self.calls.values()), default=None)

    @property
    def total(self) -> int:
        return self.forgotten + len(self.calls)

    def past(self) -> list[PastCall]:
        """The calls as the model's features take them; those that still go on have not been answered yet."""
        return [
            PastCall(call.at, call.local_hour, call.dialled, bool(call.answered), call.duration_s)
            for call in self.calls.values()
        ]


def contact_of(event: Event) -> str | None:
    """Of which call of a number an event tells; None for any other event."""
    told = event.kind is EventKind.CALL and event.caller is not None and event.name in (STARTED, ENDED)
    return event.text("contact_id") if told else None


def fact_of(event: Event) -> CallFact | None:
    """What a call event says; None for an event that tells of no call of a number."""
    contact = contact_of(event)
    if contact is None:
        return None
    if event.name == STARTED:
        return CallFact(contact, event.at, _hour(event), event.text("dialled") or "", customer_id=event.user_id or None)
    duration = max(0.0, event.figure("duration_s") or 0.0)
    return CallFact(
        contact_id=contact,
        at=event.at - round(1000 * duration),
        local_hour=_hour(event),
        dialled=event.text("dialled") or "",
        answered=bool(event.flag("answered")),
        duration_s=duration,
        talk_share=event.figure("talk_share"),
        sentiment=event.figure("sentiment"),
        customer_id=event.user_id,
        simhash=event.text("simhash"),
        sketch=event.text("sketch"),
    )


def joined(one: CallFact, other: CallFact) -> CallFact:
    """Two tellings of one call. The end knows more than the beginning; the result does not depend on their order."""
    more, less = sorted((one, other), key=lambda fact: (fact.ended, _rank(fact)), reverse=True)
    return replace(
        more,
        at=min(one.at, other.at),
        dialled=more.dialled or less.dialled,
        customer_id=more.customer_id or less.customer_id,
        simhash=more.simhash or less.simhash,
        sketch=more.sketch or less.sketch,
    )


def fold(state: CallerState, events: Iterable[Event]) -> CallerState:
    """The state after these events, in whatever order and however often they come."""
    for event in events:
        state = _with_device(_with_call(state, event), event)
    return state


def _with_call(state: CallerState, event: Event) -> CallerState:
    fact = fact_of(event)
    if fact is None or (fact.at <= state.horizon and fact.contact_id not in state.calls):
        return state
    known = state.calls.get(fact.contact_id)
    calls = {**state.calls, fact.contact_id: joined(known, fact) if known else fact}
    customers = dict(state.customers)
    if fact.customer_id:
        customers[fact.customer_id] = max(fact.at, customers.get(fact.customer_id, 0))
    forgotten, horizon = state.forgotten, state.horizon
    if len(calls) > MOST_CALLS:
        oldest = min(calls.values(), key=lambda call: (call.at, call.contact_id))
        del calls[oldest.contact_id]
        forgotten, horizon = forgotten + 1, max(horizon, oldest.at)
    at = calls[fact.contact_id].at if fact.contact_id in calls else fact.at
    return replace(
        state,
        kind=event.text("number_kind") or state.kind,
        country=event.text("country") or state.country,
        block=event.text("block") or state.block,
        first_seen=min(at, state.first_seen if state.first_seen is not None else at),
        calls=calls,
        forgotten=forgotten,
        horizon=horizon,
        customers=_newest(customers, MOST_CUSTOMERS),
    )


def _with_device(state: CallerState, event: Event) -> CallerState:
    device = event.text("device")
    if device is None:
        return state
    seen = {**state.devices, device: max(event.at, state.devices.get(device, 0))}
    return replace(state, devices=_newest(seen, MOST_DEVICES))


def _newest(seen: dict[str, int], most: int) -> dict[str, int]:
    return dict(sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))[:most])


def _hour(event: Event) -> int:
    return int(event.figure("local_hour") or 0) % 24


def _rank(fact: CallFact) -> tuple[Any, ...]:
    """Any fixed order of tellings that differ."""
    said = fact.sketch or "", fact.simhash or ""
    return fact.duration_s, bool(fact.answered), said, fact.dialled, fact.customer_id or "", fact.at
