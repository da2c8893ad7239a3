"""An event that the bus did not take is known by its place, although the answer says 200."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapport.runtime.errors import DependencyUnavailableError
from rapport.runtime.event_bus import MOST_ENTRIES, BusEvent, EventBus


class Events:
    """EventBridge, which refuses these details."""

    def __init__(self, refused: set[str]) -> None:
        self.refused = refused
        self.requests: list[list[dict[str, str]]] = []

    def put_events(self, **request: Any) -> dict[str, Any]:
        entries = request["Entries"]
        self.requests.append(entries)
        told = [
            {"ErrorCode": "ThrottlingException"} if e["Detail"] in self.refused else {"EventId": "1"} for e in entries
        ]
        return {"FailedEntryCount": sum("ErrorCode" in each for each in told), "Entries": told}


@given(count=st.integers(0, 35), refused=st.sets(st.integers(0, 34)))
def test_each_event_is_put_once_ten_at_a_time_and_the_refused_are_named(count: int, refused: set[int]) -> None:
    client = Events({str(place) for place in refused})
    events = [BusEvent("Call Changed", str(place)) for place in range(count)]
    assert EventBus(client, "default", "rapport.calls").put(events) == {place for place in refused if place < count}
    assert [entry["Detail"] for request in client.requests for entry in request] == [str(n) for n in range(count)]
    assert all(len(request) <= MOST_ENTRIES for request in client.requests)


def test_where_all_are_needed_one_that_is_refused_is_a_failure() -> None:
    bus = EventBus(Events({"2"}), "default", "rapport.vendors")
    bus.put_all([BusEvent("Video", "1")])
    with pytest.raises(DependencyUnavailableError):
        bus.put_all([BusEvent("Video", "1"), BusEvent("Video", "2")])
