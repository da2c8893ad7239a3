"""Trends: events are counted once, forecast, watched, and told of without a storm."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
from rapport.realtime.event import Event

from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually, invoke

pytestmark = pytest.mark.e2e

HOUR_MS = 3_600_000
NAME = "branch.visited"
SERIES = f"event:{NAME}"
# Nobody else counts for them.
VISITOR = f"VISITOR-{uuid4().hex[:8]}"


def put(stack: LocalStack, events: list[Event]) -> None:
    client, stream = stack.client("kinesis"), stack.outputs["IntelligenceStreamName"]
    for start in range(0, len(events), 500):
        client.put_records(
            StreamName=stream,
            Records=[{"Data": each.encoded(), "PartitionKey": each.partition} for each in events[start : start + 500]],
        )


def visits(number: int, at: int, user_id: str | None = None) -> list[Event]:
    return [
        Event.model_validate(
            {"event_id": str(uuid4()), "kind": "interaction", "name": NAME, "at": at, "user_id": user_id}
        )
        for _ in range(number)
    ]


def summary(person: Person, series: str) -> dict[str, Any]:
    answer = person.get(f"/api/trends/{series}/summary")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counted(person: Person, series: str, total: int) -> dict[str, Any]:
    return eventually(lambda: summary(person, series), lambda found: found["total"] >= total)


@pytest.fixture(scope="module")
def visited(stack: LocalStack, liam: Person) -> dict[str, Any]:
    """Three visits an hour for two days, and forty within the hour."""
    now = int(time.time() * 1000)
    events = [each for i in range(1, 49) for each in visits(3, now - i * HOUR_MS, VISITOR)]
    put(stack, events + visits(40, now))
    return counted(liam, SERIES, 184)


def test_events_are_counted_by_their_hour_and_forecast(visited: dict[str, Any], liam: Person) -> None:
    assert visited["total"] == 184
    assert visited["hours"][-2]["count"] in (3, 43)
    said = visited["forecast"]
    assert said["method"] == "robust"
    assert len(said["hours"]) == 48
    assert all(0 <= hour["low"] <= hour["expected"] <= hour["high"] for hour in said["hours"])
    assert summary(liam, SERIES)["forecast"] == said
    assert counted(liam, VISITOR, 144)["total"] == 144


def test_an_unreadable_record_holds_up_nothing(stack: LocalStack, liam: Person, visited: dict[str, Any]) -> None:
    stack.client("kinesis").put_record(
        StreamName=stack.outputs["IntelligenceStreamName"], Data=b'{"event_id": "x y"}', PartitionKey="C00003"
    )
    put(stack, visits(1, int(time.time() * 1000)))

    assert counted(liam, SERIES, int(visited["total"]) + 1)["total"] == visited["total"] + 1


def test_the_demonstration_line_has_season_change_and_outage(liam: Person) -> None:
    found = summary(liam, "calls")

    assert found["seasonality"]["daily"] > 0.5
    assert any(point["ratio"] > 1.15 for point in found["change_points"])
    assert any(each["score"] < -4 for each in found["anomalies"])
    assert found["forecast"] is not None
    listed = liam.get("/api/trends/series").json()["items"]
    assert {"all", "calls", "team:cards", SERIES} <= set(listed)


def test_an_alert_is_told_once_on_every_channel(stack: LocalStack, liam: Person, visited: dict[str, Any]) -> None:
    del visited
    sqs, events = stack.client("sqs"), stack.client("events")
    queue = sqs.create_queue(QueueName="trend-alerts")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="trend-alerts", EventPattern=json.dumps({"source": ["rapport.trends"]}))
    events.put_targets(Rule="trend-alerts", Targets=[{"Id": "queue", "Arn": arn}])
    body = {"name": "Full branch", "kind": "count_above", "threshold": 20, "sustain": 1, "email": True}
    key = {"idempotency-key": "trends-monitor-1"}

    made = liam.post(f"/api/trends/{SERIES}/monitor", body, headers=key)
    again = liam.post(f"/api/trends/{SERIES}/monitor", body, headers=key)
    assert made.status_code == 201, made.text
    monitor = made.json()
    assert again.json() == monitor
    second = liam.post(f"/api/trends/{SERIES}/monitor", {**body, "name": "Fuller branch", "threshold": 30}).json()

    with liam.live() as live:
        live.send(action="join_agent", agent_id="liam.hughes")
        live.until(lambda message: message["type"] == "joined")
        first = invoke(stack, "TrendsForecast", {})
        told = live.until(lambda message: message["type"] == "trend_alerts")
    invoke(stack, "TrendsForecast", {})

    # Monitors of others are looked at in the same run.
    assert min(first[what] for what in ("opened", "told_bus", "told_live", "told_email")) >= 2
    assert {alert["name"] for alert in told["alerts"]} == {"Full branch", "Fuller branch"}
    mails = httpx.get(
        f"{stack.url}/sandbox/inbox/messages.json", params={"to": "liam.hughes@example.com"}, timeout=10
    ).json()["emails"]
    assert [mail["subject"].startswith("2 alerts: ") for mail in mails] == [True]
    heard = eventually(
        lambda: sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []), bool
    )
    assert json.loads(heard[0]["Body"])["detail-type"] == "Trend Alert Opened"

    alerts = liam.get("/api/trends/alerts").json()["items"]
    opened = [alert["monitor_id"] for alert in alerts]
    assert [opened.count(each["monitor_id"]) for each in (monitor, second)] == [1, 1]
    listed = liam.get("/api/trends/monitors", params={"series": SERIES}).json()["items"]
    assert all(each["firing"] for each in listed)
    for each in (monitor, second):
        assert liam.request("DELETE", f"/api/trends/monitors/{each['monitor_id']}").status_code == 204
    assert liam.get("/api/trends/monitors", params={"series": SERIES}).json()["items"] == []


def test_what_makes_no_sense_is_refused_with_the_field(liam: Person) -> None:
    body = {"name": "Wrong", "kind": "count_above", "threshold": 20, "clear": 30}

    answer = liam.post("/api/trends/calls/monitor", body, headers={"idempotency-key": "trends-monitor-2"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "clear"
    assert liam.post("/api/trends/calls/monitor", {**body, "kind": "sometimes"}).status_code == 422
    assert liam.get("/api/trends/a%2Fb/summary").status_code in (404, 422)
    assert liam.get("/api/trends/alerts", params={"cursor": "nonsense"}).status_code == 422


def test_agents_see_customers_and_their_own_team_only(hana: Person, emma: Person, yuki: Person) -> None:
    assert hana.get("/api/trends/C00003/summary").status_code == 200
    assert hana.get("/api/trends/team:collections/summary").status_code == 200
    assert hana.get("/api/trends/all/summary").status_code == 403
    assert emma.get("/api/trends/team:collections/summary").status_code == 403
    assert yuki.get("/api/trends/team:cards/summary").status_code == 403
    assert yuki.get("/api/trends/all/summary").status_code == 200
    assert hana.post("/api/trends/all/monitor", {"name": "x", "kind": "unusual", "threshold": 2}).status_code == 403
