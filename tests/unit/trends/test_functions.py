"""The trends functions as Lambda calls them, on a pretended DynamoDB."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from rapport.realtime.event import Event

from tests.builders.dynamodb import create_table
from tests.builders.http import Caller, load_handler
from tests.builders.realtime import event

HOUR_MS = 3_600_000
TABLES = {"TRENDS_TABLE": "trends", "IDENTITY_TABLE": "identity", "REALTIME_TABLE": "realtime"}


def batch(events: list[Event], start: int = 1) -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventID": f"shardId-000000000000:{number}",
                "eventSourceARN": "arn:aws:kinesis:::stream/intelligence",
                "kinesis": {
                    "sequenceNumber": str(number),
                    "approximateArrivalTimestamp": time.time(),
                    "data": base64.b64encode(each.encoded()).decode(),
                },
            }
            for number, each in enumerate(events, start)
        ]
    }


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    with mock_aws():
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = boto3.client("dynamodb")
        for table in TABLES.values():
            create_table(client, table)
        yield monkeypatch


@pytest.fixture
def lead(aws: pytest.MonkeyPatch) -> Caller:
    return Caller(load_handler("trends_api", aws, TABLES), ("analyst",), "liam")


def count(aws: pytest.MonkeyPatch, *batches: dict[str, Any]) -> None:
    queue = boto3.client("sqs").create_queue(QueueName="poison")["QueueUrl"]
    counter = load_handler("trends_counter", aws, {**TABLES, "POISON_QUEUE_URL": queue})
    for each in batches:
        assert counter.handler(each, None) == {"batchItemFailures": []}


def two_days() -> list[Event]:
    now = int(time.time() * 1000)
    return [event(f"e-{i}", at=now - i * HOUR_MS // 2, name="page.viewed") for i in range(96)]


def test_events_are_counted_and_summed_up_however_often_they_come(aws: pytest.MonkeyPatch, lead: Caller) -> None:
    events = two_days()

    count(aws, batch(events[:60]), batch(events[30:], 31), batch(events))

    for series in ("all", "event:page.viewed", "C1", "user:C1"):
        found = lead.get(f"/api/trends/{series}/summary")
        assert found.status == 200
        assert found.body["total"] == 96
        assert len(found.body["forecast"]["hours"]) == 48
    assert lead.get("/api/trends/series").body["items"] == ["all", "event:page.viewed"]


def test_a_monitor_is_made_once_listed_and_removed(lead: Caller) -> None:
    body = {"name": "Busy", "kind": "count_above", "threshold": 10}

    first = lead.post("/api/trends/calls/monitor", body, idempotency_key="monitor-1")
    again = lead.post("/api/trends/calls/monitor", body, idempotency_key="monitor-1")

    assert (first.status, again.body) == (201, first.body)
    assert lead.get("/api/trends/monitors", series="calls").body["items"] == [first.body]
    path = f"/api/trends/monitors/{first.body['monitor_id']}"
    assert [lead.request("DELETE", path).status for _ in range(2)] == [204, 404]
    assert lead.get("/api/trends/alerts").body == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"threshold": -1}, "threshold"),
        ({"kind": "sometimes"}, "kind"),
        ({"clear": 11}, "clear"),
        ({"name": "a\nb"}, "name"),
        ({"cool_down_m": 0}, "cool_down_m"),
        ({"more": 1}, "more"),
    ],
)
def test_a_wrong_monitor_is_refused_with_its_field(lead: Caller, wrong: dict[str, Any], field: str) -> None:
    body = {"name": "Busy", "kind": "count_above", "threshold": 10, **wrong}

    answer = lead.post("/api/trends/calls/monitor", body)

    assert (answer.status, answer.fields) == (422, [field])


def test_an_agent_reads_a_customer_and_no_bank_wide_series(lead: Caller) -> None:
    agent = Caller(lead.module, ("agent", "team:red"), "hana")

    assert agent.get("/api/trends/C1/summary").status == 200
    assert agent.get("/api/trends/team:red/summary").status == 200
    assert agent.get("/api/trends/team:blue/summary").status == 403
    assert agent.get("/api/trends/all/summary").status == 403
    assert agent.get("/api/trends/series").status == 403
