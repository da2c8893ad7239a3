"""Whoever is interested hears of each call that began or ended, and of nothing that was said."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rapport.calls.changes import tell_changes
from rapport.calls.model import Call, CallEvent, CallStatus, EventType, Insights
from rapport.runtime.event_bus import BusEvent

from tests.unit.calls.test_counting import call, event

RINGING: dict[str, Any] = {"status": CallStatus.ACTIVE, "ended_at": None}
TALKING = {**RINGING, "insights": Insights(segment_count=3)}


@dataclass
class Bus:
    """The event bus, which does not take these calls."""

    refused: set[str] = field(default_factory=set)
    taken: list[dict[str, Any]] = field(default_factory=list)

    def put(self, events: list[BusEvent]) -> set[int]:
        details = [json.loads(event.detail) for event in events]
        self.taken += [detail for detail in details if detail["contact_id"] not in self.refused]
        return {place for place, detail in enumerate(details) if detail["contact_id"] in self.refused}


def batch(*calls: Call) -> list[tuple[str, CallEvent]]:
    return [(str(100 + n), event(each, n)) for n, each in enumerate(calls, 1)]


def test_a_call_is_told_when_it_begins_and_when_it_ends_and_not_between() -> None:
    bus = Bus()
    assert tell_changes(bus, batch(call("c-1", **RINGING))) == []
    assert tell_changes(bus, batch(call("c-1", **TALKING))) == []
    assert tell_changes(bus, batch(call("c-1", phone="+12025550100", customer_name="Ann"))) == []
    assert bus.taken == [{"contact_id": "c-1", "seq": 1}] * 2


def test_what_changes_no_call_is_not_told() -> None:
    note = CallEvent(contact_id="c-1", seq=1, type=EventType.NOTE, at=1)
    bus = Bus()
    assert tell_changes(bus, [("7", note)]) == []
    assert bus.taken == []


@given(
    contacts=st.lists(st.sampled_from(["c-1", "c-2", "c-3"]), max_size=12),
    refused=st.sets(st.sampled_from(["c-1", "c-2"])),
)
def test_each_call_is_told_once_a_batch_as_it_was_last_or_delivered_again(
    contacts: list[str], refused: set[str]
) -> None:
    bus, records = Bus(refused), batch(*(call(contact) for contact in contacts))
    again = tell_changes(bus, records)
    last = {change.contact_id: (number, change.seq) for number, change in records}
    assert sorted(again) == sorted(number for contact, (number, _) in last.items() if contact in refused)
    assert {each["contact_id"]: each["seq"] for each in bus.taken} == {
        contact: seq for contact, (_, seq) in last.items() if contact not in refused
    }
