"""The stream hears of every call once, without a number in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pytest
from rapport.callers.feed import CallFeed
from rapport.calls.model import (
    AnalysisStatus,
    Call,
    CallStatus,
    Channel,
    Insights,
    Quality,
    Role,
    SentimentSummary,
    TimelineEntry,
)
from rapport.realtime.event import Event
from rapport.runtime.errors import DependencyUnavailableError

from tests.builders.callers import NOW, SCRIPT, STRANGER, TOKENS

CALL = Call(
    contact_id="c-1",
    channel=Channel.VOICE,
    language="en-US",
    status=CallStatus.ACTIVE,
    analysis=AnalysisStatus.IN_PROGRESS,
    seq=1,
    started_at=NOW,
    phone=STRANGER,
    agent_id="ann",
    team="blue",
    insights=Insights(sentiment=SentimentSummary(customer=-0.4), quality=Quality(customer_talk_share=0.7)),
)
ENDED = CALL.model_copy(update={"status": CallStatus.ENDED, "ended_at": NOW + 30_000, "outcome": "REFUSED"})


@dataclass
class World:
    stored: set[str] = field(default_factory=set)
    sent: list[Event] = field(default_factory=list)
    busy: bool = False
    down: bool = False

    def known(self, event_ids: Collection[str]) -> set[str]:
        if self.down:
            raise DependencyUnavailableError("the callers table did not answer")
        return self.stored & set(event_ids)

    def remember(self, event_ids: Collection[str]) -> None:
        self.stored |= set(event_ids)

    def dialled(self, token: str, contact_id: str) -> str | None:
        return "n_dialled" if (token, contact_id) == (TOKENS.of(STRANGER), "c-1") else None

    def entries(self, contact_id: str) -> Sequence[TimelineEntry]:
        def entry(role: Role, content: str) -> TimelineEntry:
            return TimelineEntry(segment_id="s", role=role, participant_id="p", content=content, begin_ms=0, end_ms=1)

        return [entry(Role.CUSTOMER, SCRIPT), entry(Role.AGENT, "no thank you")]

    def publish(self, events: Sequence[Event]) -> set[str]:
        if self.busy:
            return {event.event_id for event in events}
        self.sent += events
        return set()

    def feed(self, *calls: Call) -> list[int]:
        return [CallFeed(TOKENS, self, self, self).feed(call) for call in calls]


def test_a_call_begins_once_and_ends_once() -> None:
    world = World()
    assert world.feed(CALL, CALL) == [1, 0]
    assert world.feed(CALL, ENDED, ENDED) == [0, 1, 0]
    assert [event.event_id for event in world.sent] == ["c-1:started", "c-1:ended"]


def test_the_end_tells_how_it_went_and_never_the_number() -> None:
    world = World()
    world.feed(ENDED)
    end = next(event for event in world.sent if event.name == "call.ended")
    assert (end.caller, end.at) == (TOKENS.of(STRANGER), NOW + 30_000)
    assert (
        end.attributes | {"answered": True, "duration_s": 30.0, "talk_share": 0.7, "sentiment": -0.4} == end.attributes
    )
    assert (end.text("disposition"), end.text("dialled"), end.text("number_kind")) == ("REFUSED", "n_dialled", "VOIP")
    assert end.text("sketch")
    assert STRANGER.lstrip("+") not in end.model_dump_json()


def test_what_the_stream_did_not_take_is_told_again() -> None:
    world = World(busy=True)
    with pytest.raises(DependencyUnavailableError):
        world.feed(ENDED)
    world.busy = False
    assert world.feed(ENDED) == [2]
    assert [event.name for event in world.sent] == ["call.started", "call.ended"]


def test_while_a_store_is_down_nothing_is_told() -> None:
    world = World(down=True)
    with pytest.raises(DependencyUnavailableError):
        world.feed(ENDED)
    assert world.sent == []


def test_calls_without_a_number_are_not_told_of() -> None:
    world = World()
    world.feed(CALL.model_copy(update={"phone": None}), CALL.model_copy(update={"phone": "+1"}))
    assert world.sent == []


def test_a_long_contact_id_still_makes_a_valid_event() -> None:
    world = World()
    world.feed(ENDED.model_copy(update={"contact_id": "x" * 128, "customer_id": "y" * 100}))
    assert len(world.sent) == 2
    assert {event.user_id for event in world.sent} == {None}
