"""Events from outside: what is taken, what is refused and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pytest
from rapport.realtime.event import Event
from rapport.realtime.gateway import KinesisEvents
from rapport.realtime.ingestion import Ingested, Ingestion, Outcome
from rapport.realtime.measures import INGESTION
from rapport.runtime.errors import DependencyUnavailableError

from tests.builders.realtime import NOW, MeasureBox, event

DAY_MS = 86_400_000


class Stream:
    """Takes events, but for those it is told to refuse."""

    def __init__(self, refuse: Collection[str] = ()) -> None:
        self.taken: list[Event] = []
        self.refuse = refuse

    def put(self, events: Sequence[Event]) -> Collection[str]:
        left = {each.event_id for each in events} & set(self.refuse)
        self.taken += [each for each in events if each.event_id not in left]
        return left


def taken(stream: Stream, *given: Any, measures: MeasureBox | None = None) -> Ingested:
    ingestion = Ingestion(
        sink=stream,
        token_of=lambda number: "n_" + "a" * 24 + number[-2:].translate({ord(d): "b" for d in "0123456789"}),
        measures=measures or MeasureBox(),
        clock=lambda: NOW,
    )
    return ingestion.take(given)


def incoming(event_id: str = "e1", **given: Any) -> dict[str, Any]:
    return {"event_id": event_id, "kind": "interaction", "name": "page.viewed", "at": NOW, "user_id": "C1", **given}


def test_good_events_go_into_the_stream_although_others_are_refused() -> None:
    stream = Stream()

    found = taken(stream, incoming("e1"), incoming("e2", name="No"), incoming("e3"), "text", None)

    assert [one.outcome for one in found.events] == ["accepted", "refused", "accepted", "refused", "refused"]
    assert (found.accepted, found.duplicates, found.refused) == (2, 0, 3)
    assert [each.event_id for each in stream.taken] == ["e1", "e3"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"at": NOW - 30 * DAY_MS - 1}, "at"),
        ({"at": NOW + 5 * 60_000 + 1}, "at"),
        ({"at": "now"}, "at"),
        ({"kind": "gossip"}, "kind"),
        ({"phone": "12"}, "phone"),
        ({"phone": "+81312345678", "caller": "n_" + "a" * 26}, "phone"),
        ({"caller": "+81312345678"}, "caller"),
        ({"user_id": "taro@example.com"}, "user_id"),
        ({"attributes": {"note": "call me at +819012345678"}}, "attributes.note"),
        ({"attributes": {"to": "taro@example.com"}}, "attributes.to"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_refusal_names_the_field_and_the_kind_of_problem(given: dict[str, Any], field: str) -> None:
    [one] = taken(Stream(), incoming(**given)).events

    assert one.outcome is Outcome.REFUSED
    assert one.problem is not None
    assert one.problem.field == field
    assert one.problem.type == "https://rapport.dev/problems/invalid-input"


def test_a_phone_number_is_kept_as_its_token_only() -> None:
    stream = Stream()

    taken(stream, incoming(phone="+81 3-1234-5678"))

    assert stream.taken[0].caller == "n_" + "a" * 24 + "bb"
    assert b"1234" not in stream.taken[0].encoded()


def test_the_same_id_twice_in_a_request_is_one_event() -> None:
    stream = Stream()

    found = taken(stream, incoming("e1"), incoming("e1"))

    assert [one.outcome for one in found.events] == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    assert len(stream.taken) == 1


def test_what_the_stream_did_not_take_is_told_so() -> None:
    found = taken(Stream(refuse={"e2"}), incoming("e1"), incoming("e2"))

    assert found.events[0].outcome is Outcome.ACCEPTED
    assert found.events[1].problem is not None
    assert found.events[1].problem.type.endswith("/dependency-unavailable")


def test_a_stream_that_takes_nothing_is_an_error() -> None:
    with pytest.raises(DependencyUnavailableError):
        taken(Stream(refuse={"e1"}), incoming("e1"))


def test_what_came_is_measured() -> None:
    box = MeasureBox()

    taken(Stream(refuse={"e4"}), *(incoming(i) for i in ("e1", "e1", "e3", "e4")), incoming(kind="x"), measures=box)

    found = box.all_of(INGESTION)
    assert (found.records, found.written, found.duplicates, found.poison, found.failures) == (5, 2, 1, 1, 1)


class Kinesis:
    """Refuses the first `refusals` records it is sent."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.requests: list[list[dict[str, Any]]] = []

    def put_records(self, *, StreamName: str, Records: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.requests.append(Records)
        told = []
        for _ in Records:
            told.append({"ErrorCode": "ProvisionedThroughputExceededException"} if self.refusals > 0 else {})
            self.refusals -= 1
        return {"Records": told}


def test_records_that_kinesis_refuses_are_sent_again_alone() -> None:
    kinesis, waits = Kinesis(refusals=2), list[float]()

    left = KinesisEvents(kinesis, "stream", waits.append).put([event(f"e{i}") for i in range(5)])

    assert left == set()
    assert [len(request) for request in kinesis.requests] == [5, 2]
    assert len(waits) == 1


def test_what_kinesis_keeps_refusing_is_given_back() -> None:
    left = KinesisEvents(Kinesis(refusals=10**6), "stream", lambda _: None).put([event("e1"), event("e2")])

    assert left == {"e1", "e2"}


def test_a_request_holds_no_more_than_kinesis_takes() -> None:
    kinesis = Kinesis(refusals=0)
    large = {f"a{chr(97 + i)}": "x" * 200 for i in range(24)}

    KinesisEvents(kinesis, "stream").put([event(f"e{i}", attributes=large) for i in range(1200)])

    assert all(len(request) <= 500 for request in kinesis.requests)
    assert all(sum(len(each["Data"]) for each in request) <= 5_000_000 for request in kinesis.requests)
    assert sum(map(len, kinesis.requests)) == 1200
