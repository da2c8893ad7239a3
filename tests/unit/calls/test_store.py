"""The calls table keeps the rules that the fold relies on: lock, gapless log, order of speech, opaque cursors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from moto import mock_aws
from rapport.calls.keys import Index
from rapport.calls.model import CallEvent, CustomerData, EventType
from rapport.calls.ports import Commit, KnownCustomer, StaleCallError
from rapport.calls.service import CallFolder, SegmentConsumer
from rapport.calls.store import DynamoCallStore
from rapport.runtime.errors import InvalidInputError

from infra.stacks.data import CALL_INDEXES
from tests.builders.calls import (
    CONTACT,
    Customers,
    FakeScorer,
    MemoryStore,
    PoisonBox,
    raw,
    transcript,
    utterance,
    voice,
)
from tests.builders.dynamodb import aws_client, create_table

TABLE = "calls"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The table as the infrastructure declares it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        dynamodb = aws_client("dynamodb")
        create_table(dynamodb, TABLE, CALL_INDEXES)
        yield dynamodb


def consumer(store: Any) -> SegmentConsumer:
    folder = CallFolder(store=store, scorer=FakeScorer(), customers=Customers(), clock=lambda: 1_750_000_000_000)
    return SegmentConsumer(folder=folder, poison=PoisonBox())


def test_the_table_and_the_memory_store_end_in_the_same_state(client: Any) -> None:
    store, memory = DynamoCallStore(client, TABLE), MemoryStore()
    records = [
        voice("STARTED"),
        voice("SEGMENTS", utterance(1, 0), transcript(2, content="i can't pay")),
        voice("SEGMENTS", transcript(1, "AGENT", "hello")),
        voice("SEGMENTS", utterance(3, 0, content="and")),
        voice("COMPLETED"),
    ]
    for target in (store, memory):
        for number, record in enumerate(records):
            assert consumer(target).consume([raw(record, number)]) == []
    stored = store.load(CONTACT)
    assert stored is not None
    assert stored == memory.headers[CONTACT]
    entries, pieces, cursor = store.timeline(CONTACT, limit=100, cursor=None)
    assert entries == memory.state()["timeline"]
    assert [piece.id for piece in pieces] == memory.state()["pieces"]
    assert cursor is None
    assert [event.seq for event in store.events_after(CONTACT, 0)] == list(range(1, stored.call.seq + 1))
    assert [event.seq for event in store.events_after(CONTACT, 3)] == list(range(4, stored.call.seq + 1))


def test_more_than_a_transaction_holds_is_split_without_a_gap(client: Any) -> None:
    store = DynamoCallStore(client, TABLE)
    turns = [transcript(number) for number in range(130)]
    pieces = [utterance(number, 0) for number in range(200, 230)]
    assert consumer(store).consume([raw(voice("SEGMENTS", *turns, *pieces))]) == []
    stored = store.load(CONTACT)
    assert stored is not None
    assert [event.seq for event in store.events_after(CONTACT, 0)] == list(range(1, stored.call.seq + 1))
    found, open_pieces = store.load_segments(CONTACT)
    assert (len(found), len(open_pieces)) == (130, 30)


def test_a_write_on_an_old_seq_is_stale(client: Any) -> None:
    store = DynamoCallStore(client, TABLE)
    consumer(store).consume([raw(voice("STARTED"))])
    stored = store.load(CONTACT)
    assert stored is not None
    events = tuple(store.events_after(CONTACT, 0))
    with pytest.raises(StaleCallError):
        store.commit(Commit(stored=stored, expected_seq=0, events=events))


def test_the_timeline_pages_in_the_order_of_speech(client: Any) -> None:
    store = DynamoCallStore(client, TABLE)
    consumer(store).consume([raw(voice("SEGMENTS", *(transcript(number) for number in (3, 1, 2, 5, 4))))])
    seen: list[str] = []
    cursor: str | None = None
    while True:
        entries, _, cursor = store.timeline(CONTACT, limit=2, cursor=cursor)
        seen += [entry.segment_id for entry in entries]
        if cursor is None:
            break
    assert seen == [f"turn-{number:03d}" for number in (1, 2, 3, 4, 5)]


@pytest.mark.parametrize("cursor", ["", "x", "%00", "bnVsbA", "eyJwayI6IHsiUyI6ICJDQUxMI290aGVyIn19", "😀"])
def test_a_made_up_cursor_is_refused(client: Any, cursor: str) -> None:
    store = DynamoCallStore(client, TABLE)
    with pytest.raises(InvalidInputError):
        store.timeline(CONTACT, limit=2, cursor=cursor)
    with pytest.raises(InvalidInputError):
        store.list_calls(Index.BY_AGENT, "hana", limit=2, cursor=cursor)


def test_what_is_known_of_the_customer_and_the_intents_of_a_turn_survive_the_table(client: Any) -> None:
    known = KnownCustomer("C1", CustomerData.TRANSACTIONS, {"spend_30d": 12.5})
    store = DynamoCallStore(client, TABLE)
    folder = CallFolder(
        store=store, scorer=FakeScorer(), customers=Customers(), clock=lambda: 1, wanted=lambda _: ("balance",)
    )
    consumer = SegmentConsumer(folder=folder, poison=PoisonBox())
    assert consumer.consume([raw(voice("SEGMENTS", transcript(1), transcript(2, "AGENT")))]) == []
    before = store.load(CONTACT)
    assert before is not None
    call = before.call.model_copy(update={"seq": before.call.seq + 1})
    event = CallEvent(contact_id=CONTACT, seq=call.seq, type=EventType.SCORE, at=1, call=call)
    store.commit(Commit(replace(before, call=call, known=known), before.call.seq, (event,)))
    again = DynamoCallStore(client, TABLE)
    found = again.load(CONTACT)
    assert found is not None
    assert found.known == known
    turns, _ = again.load_segments(CONTACT)
    assert [scored.analysis.intents for scored in turns] == [("balance",), ()]
