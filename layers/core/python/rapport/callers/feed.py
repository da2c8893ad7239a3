"""What the calls context stored, as events of the intelligence stream: that a call began, and how it ended."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from rapport.callers.calls import ENDED, STARTED
from rapport.callers.minhash import sketch
from rapport.callers.tokens import NumberTokens
from rapport.calls.model import Call, CallStatus, Role, TimelineEntry
from rapport.customers.features.calendar import hour_of
from rapport.customers.phone import read_number
from rapport.inference.caller_features import is_night
from rapport.realtime.event import Attribute, Event, EventKind
from rapport.runtime.errors import DependencyUnavailableError

LONGEST_ID = 64


class Told(Protocol):
    """Which events of which calls the stream has already."""

    def known(self, event_ids: Collection[str]) -> set[str]: ...

    def remember(self, event_ids: Collection[str]) -> None: ...

    def dialled(self, token: str, contact_id: str) -> str | None:
        """The token of the number that a call reached, as the contact flow's look-up saw it."""


class Talk(Protocol):
    """What was said in a call."""

    def entries(self, contact_id: str) -> Sequence[TimelineEntry]: ...


class Stream(Protocol):
    """The intelligence stream; returns the ids of the events that it did not take."""

    def publish(self, events: Sequence[Event]) -> set[str]: ...


class CallFeed:
    """Tells the stream of every call once, as far as at-least-once allows: consumers know a repeated event by its id.

    An event is remembered only after the stream took it, so that none is lost.
    """

    def __init__(self, tokens: NumberTokens, told: Told, talk: Talk, stream: Stream) -> None:
        self._tokens = tokens
        self._told = told
        self._talk = talk
        self._stream = stream

    def feed(self, call: Call) -> int:
        """Publish what is new of a call; how many events that is. `DependencyUnavailableError` if one was not taken."""
        if call.phone is None:
            return 0
        wanted = {f"{call.contact_id}:started"}
        if call.status is CallStatus.ENDED and call.ended_at is not None:
            wanted.add(f"{call.contact_id}:ended")
        # The beginning before the end.
        new = sorted(wanted - self._told.known(wanted), reverse=True)
        events = {name: event for name in new if (event := self._event(name, call)) is not None}
        busy = self._stream.publish(list(events.values())) if events else set()
        self._told.remember([name for name, event in events.items() if event.event_id not in busy])
        if busy:
            raise DependencyUnavailableError("the intelligence stream did not take every event")
        return len(events)

    def _event(self, name: str, call: Call) -> Event | None:
        number = read_number(call.phone)
        if number.e164 is None:
            return None
        token = self._tokens.of(number.e164)
        hour = hour_of(call.started_at)
        attributes: dict[str, Attribute | None] = {
            "contact_id": call.contact_id,
            "channel": call.channel.value,
            "direction": "inbound",  # Calls out are not made here.
            "dialled": self._told.dialled(token, call.contact_id) or call.queue,
            "number_kind": number.kind.value,
            "country": number.country,
            "block": self._tokens.block_of(number.e164),
            "local_hour": float(hour),
        }
        ended = name.endswith(":ended") and call.ended_at is not None
        if ended:
            attributes |= self._ending(call, hour)
        return Event(
            event_id=name if len(name) <= LONGEST_ID else hashlib.sha256(name.encode()).hexdigest(),
            kind=EventKind.CALL,
            name=ENDED if ended else STARTED,
            at=(call.ended_at or call.started_at) if ended else call.started_at,
            user_id=call.customer_id if len(call.customer_id or "") <= LONGEST_ID else None,
            caller=token,
            attributes={key: value for key, value in attributes.items() if value is not None},
        )

    def _ending(self, call: Call, hour: int) -> Mapping[str, Attribute | None]:
        said = " ".join(
            entry.content
            for entry in self._talk.entries(call.contact_id)
            if entry.role is Role.CUSTOMER and not entry.partial
        )
        answered = call.agent_id is not None
        quality, sentiment = call.insights.quality, call.insights.sentiment
        return {
            "answered": answered,
            "abandoned": not answered,
            "duration_s": max(0, (call.ended_at or 0) - call.started_at) / 1000,
            "talk_share": quality.customer_talk_share,
            "sentiment": sentiment.customer,
            "score": float(call.score.value) if call.score else None,
            "agent_id": call.agent_id,
            "team": call.team,
            "disposition": call.outcome,
            "night": is_night(hour),
            "sketch": sketch(said),
        }
