"""Callbacks: what is believed, what is refused and counted, and that twice is once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto import mock_aws
from rapport.runtime.errors import DependencyUnavailableError, MalformedRequestError, NotFoundError
from rapport.vendors.secrets import SecretStore
from rapport.vendors.store import LEASE_S, VendorsStore
from rapport.vendors.vonage_webhooks import Reason, WebhookRejected, WebhookReplayed, WebhookUnsigned
from rapport.vendors.webhooks import DetailType, VendorEvent, VonageKind, Webhooks

from sandbox.vendors.callbacks import signature
from tests.builders.dynamodb import aws_client, create_table
from tests.builders.vendors import SecretsManager, credentials

NOW = 1_700_000_000_000
STATUS = {"message_uuid": "aaaa", "to": "447700900000", "status": "delivered", "wubwub": {"new": True}}
RECORD = {
    "id": "01234567-0123-0123-0123-0123456789ab",
    "type": "UPDATE_RECORD",
    "app": {"id": "1", "name": "案件管理"},
    "record": {"$id": {"type": "__ID__", "value": "2"}, "氏名": {"type": "SINGLE_LINE_TEXT", "value": "山田"}},
    "recordTitle": "山田",
}


@dataclass
class Bus:
    events: list[tuple[DetailType, VendorEvent]] = field(default_factory=list)
    down: bool = False

    def publish(self, kind: DetailType, event: VendorEvent) -> None:
        if self.down:
            raise DependencyUnavailableError("EventBridge did not answer")
        self.events.append((kind, event))


@dataclass
class World:
    """Webhooks over a pretended table, at a time of its own."""

    client: Any
    secret: dict[str, Any] = field(default_factory=lambda: credentials().secret)
    bus: Bus = field(default_factory=Bus)
    now: int = NOW

    @property
    def webhooks(self) -> Webhooks:
        store = VendorsStore(self.client, "vendors")
        return Webhooks(SecretStore(SecretsManager(self.secret), "arn"), store, store, self.bus, lambda: self.now)

    def headers(self, body: bytes, secret: str = "signature_secret") -> dict[str, str]:
        known = credentials().of("vonage")
        token = signature(
            body,
            secret=known[secret],
            application_id=known["application_id"],
            api_key=known["api_key"],
            now=self.now / 1000,
        )
        return {"authorization": f"Bearer {token}"}

    def refusals(self) -> dict[str, int]:
        """How many by `vendor#kind#reason`."""
        items = self.client.scan(TableName="vendors")["Items"]
        return {
            item["sk"]["S"].partition("#")[2]: int(item["refusals"]["N"])
            for item in items
            if item["pk"]["S"].startswith("REFUSED#")
        }


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        client = aws_client("dynamodb")
        create_table(client, "vendors")
        yield World(client)


def raw(body: object) -> bytes:
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("kind", "detail_type"),
    [
        (VonageKind.STATUS, DetailType.MESSAGE_STATUS),
        (VonageKind.INBOUND, DetailType.MESSAGE_INBOUND),
        (VonageKind.VERIFY, DetailType.VERIFICATION),
    ],
)
def test_a_good_callback_is_put_on_the_bus_as_it_is(world: World, kind: VonageKind, detail_type: DetailType) -> None:
    body = raw(STATUS)
    assert not world.webhooks.vonage(kind, world.headers(body), body).duplicate
    ((published, event),) = world.bus.events
    assert published is detail_type
    assert event.body == STATUS
    assert event.received_at == NOW
    assert world.refusals() == {}


def test_a_video_callback_is_signed_with_the_secret_of_its_own(world: World) -> None:
    body = raw({"event": "connectionCreated"})
    with pytest.raises(WebhookRejected):
        world.webhooks.vonage(VonageKind.VIDEO, world.headers(body), body)
    world.webhooks.vonage(VonageKind.VIDEO, world.headers(body, "video_signature_secret"), body)
    assert [kind for kind, _ in world.bus.events] == [DetailType.VIDEO]


def test_the_secret_before_is_good_while_it_is_rotated(world: World) -> None:
    body = raw(STATUS)
    headers = world.headers(body)
    known = credentials().of("vonage")
    rotated = {**known, "signature_secret": "n" * 40, "previous_signature_secret": known["signature_secret"]}
    world.secret = {**credentials().secret, "vonage": rotated}
    assert world.webhooks.vonage(VonageKind.STATUS, headers, body).received
    world.secret = {**credentials().secret, "vonage": {**known, "signature_secret": "n" * 40}}
    with pytest.raises(WebhookRejected) as refused:
        world.webhooks.vonage(VonageKind.STATUS, headers, body)
    assert refused.value.reason is Reason.SIGNATURE


def test_an_unsigned_callback_is_asked_for_again_and_counted(world: World) -> None:
    for _ in range(3):
        with pytest.raises(WebhookUnsigned) as refused:
            world.webhooks.vonage(VonageKind.STATUS, {}, raw(STATUS))
    assert refused.value.status == 503
    assert world.refusals() == {"vonage#status#unsigned": 3}


def test_an_altered_body_an_old_one_and_a_repeated_one_are_refused_and_counted(world: World) -> None:
    body = raw(STATUS)
    headers = world.headers(body)
    with pytest.raises(WebhookRejected):
        world.webhooks.vonage(VonageKind.STATUS, headers, body + b" ")
    world.webhooks.vonage(VonageKind.STATUS, headers, body)
    with pytest.raises(WebhookReplayed) as replayed:
        world.webhooks.vonage(VonageKind.STATUS, headers, body)
    assert replayed.value.status == 409
    world.now += 301_000
    with pytest.raises(WebhookRejected):
        world.webhooks.vonage(VonageKind.STATUS, headers, body)
    assert world.refusals() == {
        "vonage#status#payload": 1,
        "vonage#status#replay": 1,
        "vonage#status#age": 1,
    }
    assert len(world.bus.events) == 1


def test_the_same_callback_under_a_new_signature_changes_nothing(world: World) -> None:
    body = raw(STATUS)
    assert not world.webhooks.vonage(VonageKind.STATUS, world.headers(body), body).duplicate
    assert world.webhooks.vonage(VonageKind.STATUS, world.headers(body), body).duplicate
    assert len(world.bus.events) == 1


def test_a_callback_that_could_not_be_published_is_not_lost(world: World) -> None:
    body = raw(STATUS)
    world.bus.down = True
    with pytest.raises(DependencyUnavailableError):
        world.webhooks.vonage(VonageKind.STATUS, world.headers(body), body)
    world.bus.down = False
    # Signed anew and at once: somebody may still be working on it, so it is not called done.
    with pytest.raises(DependencyUnavailableError):
        world.webhooks.vonage(VonageKind.STATUS, world.headers(body), body)
    world.now += (LEASE_S + 1) * 1000
    assert not world.webhooks.vonage(VonageKind.STATUS, world.headers(body), body).duplicate
    assert len(world.bus.events) == 1


def test_a_notification_of_kintone_is_a_hint_which_record_to_read(world: World) -> None:
    secret = credentials().of("kintone")["webhook_secret"]
    assert not world.webhooks.kintone(secret, RECORD).duplicate
    ((kind, event),) = world.bus.events
    assert kind is DetailType.RECORD_CHANGED
    assert event.body == {"type": "UPDATE_RECORD", "app_id": "1", "record_id": "2"}
    assert "山田" not in event.model_dump_json()
    assert world.webhooks.kintone(secret, RECORD).duplicate
    assert len(world.bus.events) == 1


def test_a_deleted_record_is_told_by_its_id(world: World) -> None:
    body = {"id": "0" * 36, "type": "DELETE_RECORD", "app": {"id": "1"}, "recordId": "7"}
    world.webhooks.kintone(credentials().of("kintone")["webhook_secret"], body)
    assert world.bus.events[0][1].body["record_id"] == "7"


@pytest.mark.parametrize("secret", ["", "wrong", "日本語", "x" * 200])
def test_who_does_not_know_the_address_finds_nothing_there(world: World, secret: str) -> None:
    with pytest.raises(NotFoundError):
        world.webhooks.kintone(secret, RECORD)
    assert world.refusals() == {"kintone#record#signature": 1}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**RECORD, "id": 7},
        {**RECORD, "id": "x' OR 1=1"},
        {**RECORD, "type": "DROP_TABLE"},
        {**RECORD, "app": "1"},
        {**RECORD, "app": {"id": "one"}},
        {**RECORD, "record": None},
        {**RECORD, "record": {"$id": {"value": "../2"}}},
    ],
)
def test_what_is_no_notification_is_refused_and_counted(world: World, body: dict[str, Any]) -> None:
    with pytest.raises(MalformedRequestError):
        world.webhooks.kintone(credentials().of("kintone")["webhook_secret"], body)
    assert world.refusals() == {"kintone#record#unreadable": 1}
    assert world.bus.events == []
