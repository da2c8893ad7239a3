"""Callers over HTTP: who may ask what, by number or token, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

import boto3
import pytest
from moto import mock_aws
from rapport.callers.store import DynamoWatch
from rapport.callers.watch import Watch
from rapport.runtime.clock import now_ms

from infra.stacks.data import CALL_INDEXES, CALLER_INDEXES, CUSTOMER_INDEXES
from tests.builders.callers import MINUTE, STRANGER, ended, row
from tests.builders.dynamodb import create_table
from tests.builders.http import Caller, load_handler

KEY = bytes(range(32)).hex()


@dataclass
class World:
    module: ModuleType

    @property
    def agent(self) -> Caller:
        return Caller(self.module, ("agent", "team:blue"), "ann")

    @property
    def other(self) -> Caller:
        return Caller(self.module, ("agent", "team:red"), "ben")

    @property
    def lead(self) -> Caller:
        return Caller(self.module, ("supervisor", "team:blue"), "eve")

    @property
    def analyst(self) -> Caller:
        return Caller(self.module, ("analyst",), "liam")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with mock_aws():
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        client = boto3.client("dynamodb", region_name="us-east-1")
        for name, indexes in (("callers", CALLER_INDEXES), ("calls", CALL_INDEXES), ("customers", CUSTOMER_INDEXES),
                              ("identity", ())):  # fmt: skip
            create_table(client, name, indexes)
        secret = boto3.client("secretsmanager", region_name="us-east-1").create_secret(
            Name="vendors", SecretString=json.dumps({"callers": {"token_key": KEY}})
        )
        module = load_handler(
            "callers_api",
            monkeypatch,
            {"CALLERS_TABLE": "callers", "CALLS_TABLE": "calls", "CUSTOMERS_TABLE": "customers",
             "IDENTITY_TABLE": "identity", "VENDOR_SECRETS": secret["ARN"]},
        )  # fmt: skip
        watch, began = Watch(DynamoWatch(client, "callers", now_ms)), now_ms() - 10 * MINUTE
        for event in [ended(at=began), *row(9, at=began)]:
            watch.take([event])
        yield World(module)


def test_a_number_is_found_in_any_form_and_by_its_token(world: World) -> None:
    found = world.agent.request("GET", f"/api/profiles/caller/{STRANGER}")
    assert (found.status, found.body["frequency"]["total"]) == (200, 1)
    for form in (STRANGER.replace("+", "%2B"), "050-3123-4567", found.body["caller"]):
        assert world.agent.request("GET", f"/api/profiles/caller/{form}").body["caller"] == found.body["caller"]


def test_a_token_nobody_knows_is_not_found_and_what_is_no_number_is_refused(world: World) -> None:
    assert world.agent.request("GET", f"/api/profiles/caller/n_{'a' * 26}").status == 404
    refused = world.agent.request("GET", "/api/profiles/caller/anonymous")
    assert (refused.status, refused.fields) == (422, ["phone_number"])
    assert Caller(world.module, ("customer",)).request("GET", f"/api/profiles/caller/{STRANGER}").status == 403


def test_a_campaign_is_listed_shown_and_judged_by_a_lead(world: World) -> None:
    (listed,) = world.agent.request("GET", "/api/callers/campaigns").body["items"]
    path = f"/api/callers/campaigns/{listed['campaign_id']}"
    shown = world.agent.request("GET", path).body
    assert (len(shown["members"]), bool(shown["edges"]), shown["verdict"]) == (10, True, None)
    assert world.agent.request("POST", f"{path}/verdict", body={"verdict": "spam"}).status == 403
    assert world.lead.request("POST", f"{path}/verdict", body={"verdict": "spam"}).body["verdict_by"] == "eve"
    assert world.lead.request("POST", f"{path}/verdict", body={"verdict": "maybe"}).status == 422


def test_lists_are_kept_by_leads(world: World) -> None:
    body = {"phone": STRANGER, "list": "block", "days": 3, "reason": "threats"}
    assert world.agent.request("POST", "/api/callers/lists", body=body).status == 403
    made = world.lead.request("POST", "/api/callers/lists", body=body)
    assert (made.status, made.body["by"]) == (201, "eve")
    items = world.agent.request("GET", "/api/callers/lists", query={"list": "block"}).body["items"]
    assert [item["reason"] for item in items] == ["threats"]
    assert world.lead.request("DELETE", f"/api/callers/lists/block/{made.body['caller']}").status == 204
    assert world.agent.request("GET", "/api/callers/lists", query={"list": "block"}).body["items"] == []
    assert world.lead.request("POST", "/api/callers/lists", body=body | {"caller": made.body["caller"]}).status == 422
    assert world.lead.request("POST", "/api/callers/lists", body=body | {"days": 0}).status == 422


def test_two_agents_block_a_number_and_analysts_read_the_examples(world: World) -> None:
    body = {"phone": STRANGER, "spam": True}
    assert world.agent.request("POST", "/api/callers/feedback", body=body).body["block"] is None
    assert world.other.request("POST", "/api/callers/feedback", body=body).body["block"]["by"] == "feedback"
    labels = world.analyst.request("GET", "/api/callers/labels").body["items"]
    assert [label["spam"] for label in labels] == [True, True]
    assert world.agent.request("GET", "/api/callers/labels").status == 403
    assert world.agent.request("POST", "/api/callers/feedback", body={"spam": True}).status == 422
    unknown = world.agent.request("POST", "/api/callers/feedback", body={"contact_id": "nope", "spam": True})
    assert unknown.status == 404
