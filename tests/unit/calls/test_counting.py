"""Each ended call counts once, as it was last, whatever the stream does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws
from rapport.analytics.calls import call_analytics
from rapport.calls.counting import Counted, count_events, difference, minutes_class
from rapport.calls.counts_store import CallCountStore
from rapport.calls.model import AnalysisStatus, Call, CallEvent, CallStatus, Channel, EventType
from rapport.runtime.errors import DependencyUnavailableError

from tests.builders.customers import at
from tests.builders.dynamodb import aws_client, create_table

TABLE = "calls"


def call(contact_id: str = "c-1", **fields: Any) -> Call:
    """A call of ten minutes that has ended."""
    defaults: dict[str, Any] = {
        "channel": Channel.VOICE,
        "language": "en-US",
        "status": CallStatus.ENDED,
        "analysis": AnalysisStatus.COMPLETED,
        "seq": 1,
        "started_at": at("2025-05-10"),
        "ended_at": at("2025-05-10") + 600_000,
        "team": "collections",
    }
    return Call.model_validate({**defaults, "contact_id": contact_id, **fields})


def event(of: Call, seq: int) -> CallEvent:
    return CallEvent(contact_id=of.contact_id, seq=seq, type=EventType.SCORE, at=of.started_at, call=of)


@pytest.fixture
def store() -> Iterator[CallCountStore]:
    with mock_aws():
        client = aws_client("dynamodb")
        create_table(client, TABLE)
        yield CallCountStore(client, TABLE)


def figures(store: CallCountStore, **sees: Any) -> Any:
    return call_analytics(store, start="2025-05-01", end="2025-05-31", sees=sees.get("sees", lambda _: True))


def test_a_call_counts_when_it_has_ended_and_again_when_its_outcome_comes(store: CallCountStore) -> None:
    ringing = call(status=CallStatus.ACTIVE, ended_at=None)
    assert count_events(store, [("1", event(ringing, 1))]) == []
    assert figures(store).totals.calls == 0
    count_events(store, [("2", event(call(), 2))])
    assert [each.value for each in figures(store).outcomes] == ["NONE"]
    count_events(store, [("3", event(call(outcome="PAID"), 3))])
    found = figures(store)
    assert (found.totals.calls, found.mean_handled_ms) == (1, 600_000)
    assert [(each.value, each.calls) for each in found.outcomes] == [("PAID", 1)]
    assert [(each.from_minutes, each.calls) for each in found.lengths if each.calls] == [(10, 1)]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_duplicates_and_disorder_of_the_stream_change_nothing(data: st.DataObject) -> None:
    last = {"c-1": call("c-1", outcome="PAID"), "c-2": call("c-2", team="cards", channel=Channel.CHAT)}
    events = [
        event(call("c-1"), 2),
        event(call("c-1", team="cards"), 3),
        event(last["c-1"], 4),
        event(call("c-2", outcome="REFUSED"), 2),
        event(last["c-2"], 5),
    ]
    told = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events), max_size=5))))
    with mock_aws():
        client = aws_client("dynamodb")
        create_table(client, TABLE)
        store = CallCountStore(client, TABLE)
        for number, one in enumerate(told):
            assert count_events(store, [(str(number), one)]) == []
        found = figures(store)
        assert {each.team: each.calls for each in found.teams} == {"collections": 1, "cards": 1}
        assert {each.value: each.calls for each in found.outcomes} == {"PAID": 1, "NONE": 1}
        assert found.totals.handled_ms == 1_200_000


def test_a_supervisor_counts_the_calls_of_the_own_teams_only(store: CallCountStore) -> None:
    count_events(store, [("1", event(call("c-1"), 1)), ("2", event(call("c-2", team="cards"), 1))])
    count_events(store, [("3", event(call("c-3", team=None), 1))])
    found = figures(store, sees=lambda team: team == "cards")
    assert (found.totals.calls, [each.team for each in found.teams]) == (1, ["cards"])


def test_what_could_not_be_counted_is_delivered_again() -> None:
    class Down:
        def count(self, contact_id: str, counted: Counted) -> None:
            raise DependencyUnavailableError(f"{contact_id} {counted.day}")

    assert count_events(Down(), [("7", event(call(), 1)), ("8", event(call(), 2))]) == ["8"]


@given(handled_ms=st.integers(0, 10**8))
def test_a_call_is_in_one_class_of_length_and_no_other(handled_ms: int) -> None:
    counted = Counted.of(call(ended_at=at("2025-05-10") + handled_ms), 1)
    assert counted is not None
    assert minutes_class(handled_ms) in counted.amounts()
    again = difference(counted, counted.model_copy(update={"seq": 2}))
    assert Counter(again) == Counter()
