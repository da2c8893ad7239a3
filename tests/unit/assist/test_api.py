"""The function itself, at the sandbox's Genesys and BigQuery: routes, roles, problems, the whole way in."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
import pytest
from moto import mock_aws
from rapport.customers.model import Customer
from rapport.customers.store import CustomerStore

from infra.stacks.data import CUSTOMER_INDEXES
from sandbox.vendors.bigquery import BigQuerySandbox
from sandbox.vendors.genesys import GenesysSandbox
from sandbox.vendors.genesys_conversations import BY_CUSTOMER, BY_FLOW, HOSTILE
from tests.builders.dynamodb import create_table
from tests.builders.http import Caller, load_handler
from tests.builders.vendors import Server, credentials, served


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    known = credentials()
    with served(
        lambda url: {
            "/sandbox/genesys": GenesysSandbox(known, url).application(),
            "/sandbox/bigquery": BigQuerySandbox(known).application(),
        }
    ) as found:
        yield found


@pytest.fixture
def hana(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_table(client, "assist")
        create_table(client, "customers", CUSTOMER_INDEXES)
        CustomerStore(client, "customers").put(Customer(customer_id="C00001", name="Alex", phone="+12025550100"))
        manager = boto3.client("secretsmanager", region_name="us-east-1")
        secret = manager.create_secret(Name="vendors", SecretString=credentials().text)["ARN"]
        google = f"{server.url}/sandbox/bigquery"
        environment = {
            "ASSIST_TABLE": "assist", "CUSTOMERS_TABLE": "customers", "VENDOR_SECRETS": secret,
            "GENESYS_URL": f"{server.url}/sandbox/genesys", "CONSOLE_URL": server.url, "BIGQUERY_URL": google,
            "GOOGLE_STS_URL": google, "GOOGLE_IAM_URL": google,
        }  # fmt: skip
        yield Caller(load_handler("assist_api", monkeypatch, environment), ("agent",), "hana.sato")


def sign_in(caller: Caller) -> None:
    started = caller.post("/api/assist/session", {}).body["started"]
    answer = httpx.get(f"{started['authorize_url']}&agent=hana.sato", follow_redirects=False)
    found = parse_qs(urlsplit(answer.headers["location"]).query)
    back = {"code": found["code"][0], "state": found["state"][0]}
    assert caller.post("/api/assist/session", back).status == 200
    assert caller.post("/api/assist/session", back).fields == ["state"]


def test_an_agent_signs_in_and_sees_the_customer(hana: Caller) -> None:
    path = f"/api/assist/conversations/{BY_FLOW}"
    assert (hana.get(path).status, hana.get(path).kind) == (409, "genesys-sign-in-needed")
    sign_in(hana)
    profile = hana.get(path).body
    assert profile["customer"]["name"] == "Alex"
    assert profile["customer"]["number_matches"] is True
    assert {panel["state"] for panel in profile["panels"].values()} == {"fresh"}
    assert all(panel["as_of"] <= panel["read_at"] for panel in profile["panels"].values())


def test_a_claim_is_confirmed_and_hostile_text_is_inert(hana: Caller) -> None:
    sign_in(hana)
    path = f"/api/assist/conversations/{BY_CUSTOMER}"
    assert hana.get(path).body["panels"] is None
    assert hana.get(path, pcin="C00001").status == 404
    assert hana.get(path, pcin="C00003").body["panels"]["kpis"]["kpis"]
    assert hana.get(path, pcin="C00003' OR 1=1").status == 422
    hostile = hana.get(f"/api/assist/conversations/{HOSTILE}").body
    assert hostile["identity"]["refused"] == 3
    assert "script" not in str(hostile)


@pytest.mark.parametrize("body", [{"region": "evil.example"}, {"code": "abc"}, {"conversation_id": "../x"}, {"a": 1}])
def test_nonsense_is_refused(hana: Caller, body: dict[str, str]) -> None:
    assert hana.post("/api/assist/session", body).status == 422


def test_customers_are_refused(hana: Caller) -> None:
    customer = Caller(hana.module, ("customer",), "mia.lopez")
    assert customer.post("/api/assist/session", {}).status == 403
    assert customer.get(f"/api/assist/conversations/{BY_FLOW}").status == 403
