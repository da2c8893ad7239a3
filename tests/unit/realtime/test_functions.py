"""From the request to the profile through the functions themselves, on a pretended AWS."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.builders.dynamodb import create_table
from tests.builders.http import Caller, load_handler

REGION = "us-east-1"
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
STREAM_ARN = f"arn:aws:kinesis:{REGION}:123456789012:stream/intelligence"


@dataclass
class Bench:
    """The functions, and the stream between them."""

    monkeypatch: pytest.MonkeyPatch
    now: int = field(default_factory=lambda: int(time.time() * 1000))

    def __post_init__(self) -> None:
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        for name in ("realtime", "profiles", "identity"):
            create_table(dynamodb, name)
        boto3.client("kinesis", region_name=REGION).create_stream(StreamName="intelligence", ShardCount=1)
        queue = boto3.client("sqs", region_name=REGION).create_queue(QueueName="poison")["QueueUrl"]
        secret = boto3.client("secretsmanager", region_name=REGION).create_secret(
            Name="vendors", SecretString=json.dumps({"callers": {"token_key": "ab" * 32}})
        )
        self.queue = queue
        self.environment = {
            "REALTIME_TABLE": "realtime",
            "PROFILES_TABLE": "profiles",
            "IDENTITY_TABLE": "identity",
            "INTELLIGENCE_STREAM": "intelligence",
            "VENDOR_SECRETS": secret["ARN"],
            "POISON_QUEUE_URL": queue,
        }
        self.ingestion = self._load("realtime_api")
        self.profiles = self._load("profiles_api")
        self.processors = [self._load("profiles_anomalies"), self._load("profiles_updater")]

    def _load(self, name: str) -> Any:
        return load_handler(name, self.monkeypatch, self.environment)

    @property
    def analyst(self) -> Caller:
        return Caller(self.ingestion, ("analyst",), "liam")

    @property
    def agent(self) -> Caller:
        return Caller(self.profiles, ("agent",), "hana")

    def put(self, *events: Any) -> Any:
        answer = self.analyst.request("POST", "/api/realtime/events", {"events": list(events)})
        assert answer.status == 202, answer.body
        return answer.body

    def deliver(self) -> None:
        """What Lambda does: the whole stream, from its beginning, to each processor."""
        kinesis = boto3.client("kinesis", region_name=REGION)
        iterator = kinesis.get_shard_iterator(
            StreamName="intelligence", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = [
            {
                "eventID": f"shardId-000000000000:{record['SequenceNumber']}",
                "eventSourceARN": STREAM_ARN,
                "kinesis": {
                    "sequenceNumber": record["SequenceNumber"],
                    "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
                    "data": base64.b64encode(record["Data"]).decode(),
                },
            }
            for record in kinesis.get_records(ShardIterator=iterator)["Records"]
        ]
        for processor in self.processors:
            assert processor.handler({"Records": records}, None) == {"batchItemFailures": []}

    def login(self, event_id: str, at: int, *, failed: bool = False, strange: bool = False) -> dict[str, Any]:
        attributes = {"device": "stolen", "address_country": "XX"} if strange else {"device": "phone"}
        name = "login.failed" if failed else "login.succeeded"
        return {
            "event_id": event_id, "kind": "security", "name": name, "at": at, "user_id": "C1", "attributes": attributes,
        }  # fmt: skip

    def habits(self) -> list[dict[str, Any]]:
        return [self.login(f"day-{day}", self.now - day * DAY_MS) for day in range(28, 0, -1)]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with mock_aws():
        yield Bench(monkeypatch)


def test_events_become_a_profile_and_delivering_them_again_changes_nothing(bench: Bench) -> None:
    told = bench.put(*bench.habits(), bench.habits()[0], {"event_id": "bad"})
    bench.deliver()
    first = bench.agent.request("GET", "/api/profiles/C1")
    bench.deliver()

    assert (told["accepted"], told["duplicates"], told["refused"]) == (28, 1, 1)
    assert first.status == 200
    assert first.body["events"] == 28
    assert bench.agent.request("GET", "/api/profiles/C1").body == first.body
    assert sum(bench.agent.request("GET", "/api/profiles/C1/patterns").body["hours"]) == 28
    assert len(bench.agent.request("GET", "/api/profiles/C1/timeline").body["items"]) == 28


def test_an_account_taken_over_is_noticed(bench: Bench) -> None:
    night = bench.now - 12 * HOUR_MS
    tries = [bench.login(f"try-{i}", night - (9 - i) * 60_000, failed=True, strange=True) for i in range(8)]
    bench.put(*bench.habits())
    bench.deliver()
    bench.put(*tries, bench.login("in", night, strange=True))
    bench.deliver()

    found = bench.agent.request("GET", "/api/profiles/C1/anomalies").body["items"]

    assert [each["event_id"] for each in found] == ["in"]
    assert found[0]["reasons"][0]["ja"]
    assert bench.agent.request("GET", "/api/profiles/C1").body["allow_list"]["strategy"] == "strict"


def test_a_number_goes_in_and_its_token_comes_out(bench: Bench) -> None:
    call = {"event_id": "call", "kind": "call", "name": "call.ended", "at": bench.now, "user_id": "C1"}

    assert bench.analyst.request("POST", "/api/realtime/events", {**call, "phone": "+81312345678"}).status == 202
    bench.deliver()

    assert bench.agent.request("GET", "/api/profiles/C1").body["distinct_numbers"] == 1


def test_a_single_event_that_is_wrong_is_a_problem(bench: Bench) -> None:
    answer = bench.analyst.request("POST", "/api/realtime/events", bench.login("old", 0))

    assert (answer.status, answer.fields) == (422, ["at"])


@pytest.mark.parametrize("body", [{"events": []}, {"events": {}}, {"events": [1], "more": 2}, {"events": [{}] * 501}])
def test_a_batch_that_is_none_is_refused_as_a_whole(bench: Bench, body: Any) -> None:
    assert bench.analyst.request("POST", "/api/realtime/events", body).status == 422


def test_agents_put_no_events_and_customers_see_no_profiles(bench: Bench) -> None:
    agent, customer = Caller(bench.ingestion, ("agent",)), Caller(bench.profiles, ("customer",))

    assert agent.request("POST", "/api/realtime/events", {"events": [{}]}).status == 403
    assert customer.request("GET", "/api/profiles/C1").status == 403
    assert bench.agent.request("GET", "/api/profiles/C1").status == 404


def test_an_agent_tells_of_an_interaction(bench: Bench) -> None:
    body = {"user_id": "C7", "name": "message.answered", "attributes": {"channel": "sms"}}

    answer = bench.agent.request("POST", "/api/profiles/interactions", body)
    bench.deliver()

    assert answer.status == 202
    assert uuid.UUID(answer.body["event_id"])
    assert bench.agent.request("GET", "/api/profiles/C7").body["channels"]["sms"]["answered"] == 1
    assert bench.agent.request("POST", "/api/profiles/interactions", {**body, "at": 5}).fields == ["at"]


def test_a_record_that_is_no_event_is_put_away_once_by_each_processor(bench: Bench) -> None:
    boto3.client("kinesis", region_name=REGION).put_record(
        StreamName="intelligence", Data=b"{ no event", PartitionKey="poison"
    )
    bench.put(bench.login("good", bench.now))

    bench.deliver()

    queue = boto3.client("sqs", region_name=REGION)
    reasons = [
        json.loads(message["Body"])["reason"]
        for message in queue.receive_message(QueueUrl=bench.queue, MaxNumberOfMessages=10)["Messages"]
    ]
    assert len(reasons) == 2
    assert all("JSON" in reason for reason in reasons)
    assert bench.agent.request("GET", "/api/profiles/C1").body["events"] == 1


def test_processors_tell_what_they_measured(bench: Bench) -> None:
    bench.put(*bench.habits())
    bench.deliver()

    processors = bench.analyst.request("GET", "/api/realtime/processors").body["items"]
    metrics = bench.analyst.request("GET", "/api/realtime/metrics").body

    by_name = {each["name"]: each for each in processors}
    assert by_name["profiles_updater"]["records"] == 28
    assert by_name["profiles_updater"]["condition"] == "running"
    assert by_name["profiles_updater"]["written"] == 1
    assert by_name["trends_counter"]["condition"] == "idle"
    assert (metrics["accepted"], metrics["requests"]) == (28, 1)
