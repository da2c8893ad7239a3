"""Contact events and contact records, in the shapes and with the oddities of their published samples."""

from __future__ import annotations

from typing import Any

import pytest
from rapport.calls.desk import CallRegister
from rapport.calls.joins import AgentIdentity, ContactJoiner
from rapport.calls.model import CallStatus
from rapport.runtime.errors import PoisonRecordError

from tests.builders.calls import CONTACT, MemoryStore

INSTANCE = "arn:aws::connect:us-west-2:123456789012:instance/12345678-1234-1234-1234-123456789012"


class Agents:
    def find(self, connect_agent_id: str) -> AgentIdentity | None:
        return AgentIdentity("hana.sato", "collections") if connect_agent_id == "hana" else None


def joiner(store: MemoryStore) -> ContactJoiner:
    def clock() -> int:
        return 1_750_000_000_000

    return ContactJoiner(register=CallRegister(store=store, clock=clock), agents=Agents(), clock=clock)


def connected(**more: Any) -> dict[str, Any]:
    return {
        "eventType": "CONNECTED_TO_AGENT",
        "contactId": CONTACT,
        "channel": "VOICE",
        "instanceArn": INSTANCE,
        "initiationTimestamp": "2026-08-04T17:17:53.000Z",
        "agentInfo": {"agentArn": f"{INSTANCE}/agent/hana"},
        "queueInfo": {"queueArn": f"{INSTANCE}/queue/q1"},
        **more,
    }


def disconnected() -> dict[str, Any]:
    """The other case of names, as the other sample has it."""
    return {
        "eventType": "DISCONNECTED",
        "contactId": CONTACT,
        "channel": "Voice",
        "instanceArn": INSTANCE,
        "AgentInfo": {"AgentArn": f"{INSTANCE}/agent/hana"},
        "disconnectTimestamp": "2026-08-04T17:18:37.000Z",
    }


def record(updated: str, **more: Any) -> dict[str, Any]:
    return {
        "ContactId": CONTACT,
        "Channel": "VOICE",
        "LastUpdateTimestamp": updated,
        "InitiationTimestamp": "2026-08-04T17:17:53Z",
        "DisconnectTimestamp": "2026-08-04T17:18:37Z",
        "Agent": {"ARN": f"{INSTANCE}/agent/hana"},
        "Queue": {"Name": "Collections"},
        "InitialContactId": None,
        **more,
    }


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "out of order"])
def test_contact_events_join_agent_and_end_in_any_order_and_case(order: tuple[int, int]) -> None:
    store = MemoryStore()
    events = [connected(), disconnected()]
    for index in order:
        joiner(store).apply_contact_event(events[index])
    call = store.headers[CONTACT].call
    assert (call.agent_id, call.team, call.status, call.ended_at) == (
        "hana.sato",
        "collections",
        CallStatus.ENDED,
        1_785_863_917_000,
    )


def test_an_event_applied_twice_writes_once() -> None:
    store = MemoryStore()
    for _ in range(3):
        joiner(store).apply_contact_event(connected())
    assert store.commits == 1


@pytest.mark.parametrize("kind", ["INITIATED", "QUEUED", "AMD_DISABLED", "CONTACT_DATA_UPDATED", "SOMETHING_NEW"])
def test_events_of_no_concern_write_nothing(kind: str) -> None:
    store = MemoryStore()
    assert joiner(store).apply_contact_event(connected(eventType=kind)) is None
    assert store.headers == {}


def test_an_older_copy_of_a_contact_record_changes_nothing() -> None:
    store = MemoryStore()
    joiner(store).apply_contact_record(record("2026-08-04T17:20:00Z"))
    joiner(store).apply_contact_record(record("2026-08-04T17:19:00Z", Queue={"Name": "Older"}))
    assert store.headers[CONTACT].call.queue == "Collections"
    assert store.commits == 1


def test_a_call_abandoned_before_an_agent_has_neither_agent_nor_queue() -> None:
    store = MemoryStore()
    joiner(store).apply_contact_record(record("2026-08-04T17:20:00Z", Agent=None, Queue=None, CustomerEndpoint=None))
    call = store.headers[CONTACT].call
    assert (call.agent_id, call.queue, call.status) == (None, None, CallStatus.ENDED)


def test_what_names_no_contact_is_poison() -> None:
    for apply in (joiner(MemoryStore()).apply_contact_event, joiner(MemoryStore()).apply_contact_record):
        with pytest.raises(PoisonRecordError):
            apply({})


def test_a_look_up_without_result_does_not_take_a_link_back() -> None:
    store = MemoryStore()
    common = {"channel": "VOICE", "language": "ja-JP", "previous_contact_id": None}
    joiner(store).link_customer(CONTACT, customer_id="C1", customer_name="山田", phone="+81312345678", **common)  # type: ignore[arg-type]
    joiner(store).link_customer(CONTACT, customer_id=None, customer_name=None, phone=None, **common)  # type: ignore[arg-type]
    assert store.headers[CONTACT].call.customer_id == "C1"
