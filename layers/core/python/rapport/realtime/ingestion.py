"""Events from outside: each is checked by itself, and the answer says of each what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from enum import StrEnum
from time import perf_counter, process_time
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rapport.calls.ports import Clock
from rapport.identity.service import e164
from rapport.realtime.event import (
    MOST_ATTRIBUTES,
    Attribute,
    AttributeName,
    CallerToken,
    Event,
    EventId,
    EventKind,
    EventName,
    UserId,
)
from rapport.realtime.measures import INGESTION, Measures, MeasureSink
from rapport.runtime.clock import DAY_MS
from rapport.runtime.errors import DependencyUnavailableError, InvalidInputError
from rapport.runtime.http import PROBLEMS

OLDEST_MS, NEWEST_MS = 30 * DAY_MS, 5 * 60_000
MOST_EVENTS = 500
# Whoever sends these in free text would have them kept where nobody looks for them.
_PERSONAL = re.compile(r"\+\d{8,15}(?!\d)|[^@\s]+@[^@\s]+\.[^@\s]+")


class IncomingEvent(BaseModel):
    """Something that happened at `at` (epoch milliseconds, of the last 30 days). `event_id` is the sender's own: the
    same one again is the same event. `phone` is an E.164 number; only its token is kept. `user_id` is the id of the
    customer. `attributes` has at most 24 texts (200 characters), numbers and booleans.
    """

    model_config = ConfigDict(extra="forbid")

    event_id: EventId
    kind: Literal["call", "interaction", "security", "system"]
    name: EventName
    at: int = Field(strict=True, ge=0, lt=2**42)
    user_id: UserId | None = None
    caller: CallerToken | None = None
    phone: str | None = Field(default=None, max_length=32)
    attributes: dict[AttributeName, Attribute] = Field(default_factory=dict, max_length=MOST_ATTRIBUTES)


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class Refusal(BaseModel):
    """Why an event was refused: the problem's stable type, the field that is wrong, and what is wrong with it."""

    type: str
    field: str | None
    detail: str


class EventOutcome(BaseModel):
    """What became of the event at this place of the request. `duplicate`: the request holds its id before."""

    index: int
    event_id: str | None
    outcome: Outcome
    problem: Refusal | None = None


class Ingested(BaseModel):
    """What became of every event, in the order of the request."""

    accepted: int
    duplicates: int
    refused: int
    events: list[EventOutcome]


class EventSink(Protocol):
    """The stream."""

    def put(self, events: Sequence[Event]) -> Collection[str]:
        """Put events; returns the ids of those that the stream did not take."""
        ...


class Ingestion:
    """Takes events into the stream. `token_of` makes a token of an E.164 number; without it no numbers are taken."""

    def __init__(
        self, *, sink: EventSink, measures: MeasureSink, clock: Clock, token_of: Callable[[str], str] | None = None
    ) -> None:
        self._sink = sink
        self._token_of = token_of
        self._measures = measures
        self._clock = clock

    def take(self, given: Sequence[Any]) -> Ingested:
        """Check and put events. `DependencyUnavailableError` when the stream took none of the good ones."""
        began, worked, now = perf_counter(), process_time(), self._clock()
        measured = Measures(batches=1, records=len(given))
        outcomes: list[EventOutcome] = []
        good: dict[str, Event] = {}
        for index, each in enumerate(given):
            name = each.get("event_id") if isinstance(each, dict) else None
            event_id = name[:64] if isinstance(name, str) else None
            try:
                event = self._event(each, now)
            except InvalidInputError as error:
                measured.poison += 1
                outcomes.append(_refused(index, event_id, error.kind, error.field, error.detail))
                continue
            duplicate = event.event_id in good
            good.setdefault(event.event_id, event)
            outcome = Outcome.DUPLICATE if duplicate else Outcome.ACCEPTED
            outcomes.append(EventOutcome(index=index, event_id=event_id, outcome=outcome))
        left = self._put(list(good.values()))
        outcomes = [_not_taken(one) if one.event_id in left and one.problem is None else one for one in outcomes]
        count = {outcome: sum(one.outcome is outcome for one in outcomes) for outcome in Outcome}
        measured.written, measured.duplicates = count[Outcome.ACCEPTED], count[Outcome.DUPLICATE]
        measured.failures = len(left)
        measured.busy_ms = round((perf_counter() - began) * 1000)
        measured.own_ms = round((process_time() - worked) * 1000)
        self._measures.add(INGESTION, now, measured)
        return Ingested(
            accepted=count[Outcome.ACCEPTED],
            duplicates=count[Outcome.DUPLICATE],
            refused=count[Outcome.REFUSED],
            events=outcomes,
        )

    def _put(self, events: Sequence[Event]) -> Collection[str]:
        left = self._sink.put(events) if events else ()
        if events and len(left) == len(events):
            raise DependencyUnavailableError("the stream took none of the events: send them again")
        return left

    def _event(self, given: Any, now: int) -> Event:
        try:
            incoming = IncomingEvent.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or None
            raise InvalidInputError(_readable(str(first["msg"])), field=_readable(field) if field else None) from None
        if not now - OLDEST_MS <= incoming.at <= now + NEWEST_MS:
            raise InvalidInputError("an event is not older than 30 days, and not more than 5 minutes ahead", field="at")
        for name, value in incoming.attributes.items():
            if isinstance(value, str) and _PERSONAL.search(value):
                raise InvalidInputError(
                    "attributes hold no phone numbers and no e-mail addresses", field=f"attributes.{name}"
                )
        caller = incoming.caller
        if incoming.phone is not None:
            if caller is not None or self._token_of is None:
                raise InvalidInputError("send either the phone number or the caller's token", field="phone")
            caller = self._token_of(_number(incoming.phone))
        return Event(
            event_id=incoming.event_id,
            kind=EventKind(incoming.kind),
            name=incoming.name,
            at=incoming.at,
            user_id=incoming.user_id,
            caller=caller,
            attributes=incoming.attributes,
        )


def _number(phone: str) -> str:
    try:
        return e164(phone)
    except InvalidInputError as error:
        raise InvalidInputError(error.detail, field="phone") from None


def _readable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:300]


def _refused(index: int, event_id: str | None, kind: str, field: str | None, detail: str) -> EventOutcome:
    problem = Refusal(type=PROBLEMS + kind, field=field, detail=detail)
    return EventOutcome(index=index, event_id=event_id, outcome=Outcome.REFUSED, problem=problem)


def _not_taken(one: EventOutcome) -> EventOutcome:
    kind = DependencyUnavailableError.kind
    return _refused(one.index, one.event_id, kind, None, "the stream did not take it: send it again")
