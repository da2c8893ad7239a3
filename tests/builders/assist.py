"""The assistant for tests: conversations, rows of the warehouse, gateways at a scripted transport or the sandbox."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import httpx
from botocore.session import Session
from rapport.assist.service import Assistant, Owner
from rapport.assist.store import AssistStore
from rapport.customers.model import Customer
from rapport.vendors.aws_identity_gateway import AwsCallerIdentity
from rapport.vendors.bigquery import BigQuery, Result, Statement, Value, bigquery_http, google_http
from rapport.vendors.genesys import Conversation, Genesys, genesys_http
from rapport.vendors.google_identity import GoogleIdentity
from rapport.vendors.secrets import SecretStore
from rapport.vendors.settings import BigQueryApi, GenesysApi

from tests.builders.dynamodb import create_table
from tests.builders.vendors import Wire, secrets

CONVERSATION = "0a1b2c3d-1111-4111-8111-aaaaaaaaaaaa"
LOADED = 1_790_000_000_000
HANA = Owner(username="hana.sato", session="session-1")


def conversation(*participants: Mapping[str, Any]) -> Conversation:
    """A conversation of these participants: purpose, attributes, ani."""
    return Conversation.model_validate({"id": CONVERSATION, "participants": list(participants)})


def customer_leg(**attributes: Any) -> dict[str, Any]:
    """A customer's leg; `context__pcin` stands for the attribute `context.pcin`."""
    named = {name.replace("__", "."): value for name, value in attributes.items()}
    return {"id": "p1", "purpose": "customer", "attributes": named}


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def genesys_settings(url: str = "", console: str = "https://console.test") -> GenesysApi:
    return GenesysApi(vendor_secrets="arn:secret", genesys_url=url, console_url=console)


def genesys(wire: Wire, store: SecretStore | None = None, url: str = "") -> Genesys:
    known = store or secrets()
    return Genesys(genesys_settings(url), known, genesys_http(wire.client, known, **wire.options))


def genesys_at(url: str, console: str) -> Genesys:
    known = secrets()
    return Genesys(genesys_settings(url, console), known, genesys_http(httpx.Client(), known))


def bigquery_settings(url: str) -> BigQueryApi:
    return BigQueryApi(vendor_secrets="arn:secret", bigquery_url=url, google_sts_url=url, google_iam_url=url)


def caller_identity() -> AwsCallerIdentity:
    session = Session()
    session.set_credentials("AKIAEXAMPLE", "not-a-secret", "session-token")
    return AwsCallerIdentity(session, "eu-central-1")


def _google(request: httpx.Request) -> httpx.Response:
    """Both token services; the token that they end in lives an hour from 2026-11-21T10:00Z on."""
    if request.url.path == "/v1/token":
        return httpx.Response(200, json={"access_token": "federated", "expires_in": 3600})
    return httpx.Response(200, json={"accessToken": "ya29.token", "expireTime": "2026-11-21T11:00:00Z"})


@dataclass
class TokenWire:
    """Answers for the token services, so that a test scripts BigQuery alone."""

    wire: Wire = field(default_factory=lambda: Wire([_google]))

    def identity(self, wire: Wire | None = None) -> GoogleIdentity:
        known, used = secrets(), wire or self.wire
        return GoogleIdentity(
            bigquery_settings("https://google.test"),
            known,
            google_http(used.client, known, **used.options),
            caller_identity(),
            clock=used.clock,
            now=lambda: 1_795_255_200.0,
        )


def bigquery(wire: Wire) -> BigQuery:
    identity = TokenWire().identity()
    return BigQuery(
        bigquery_settings("https://bigquery.test"),
        secrets(),
        bigquery_http(wire.client, identity.forget, **wire.options),
        identity,
        clock=wire.clock,
        sleep=wire.clock.sleep,
        new_id=lambda: "request-1",
    )


def bigquery_at(url: str) -> BigQuery:
    known, client = secrets(), httpx.Client()
    identity = GoogleIdentity(bigquery_settings(url), known, google_http(client, known), caller_identity())
    return BigQuery(bigquery_settings(url), known, bigquery_http(client, identity.forget), identity)


@dataclass
class Warehouse:
    """Implements the service's `Warehouse`: rows by statement; an exception instead of rows is raised."""

    rows: dict[str, list[dict[str, Any]] | Exception]
    asked: list[tuple[str, dict[str, Value]]] = field(default_factory=list)

    def query(self, statement: Statement, values: Mapping[str, Value], *, deadline_s: float) -> Result:
        assert deadline_s > 0
        self.asked.append((statement.name, dict(values)))
        found = self.rows.get(statement.name, [])
        if isinstance(found, Exception):
            raise found
        return Result(found)


@dataclass
class People:
    """Implements the service's `Customers`."""

    known: dict[str, Customer] = field(default_factory=dict)

    def get(self, customer_id: str) -> Customer | None:
        return self.known.get(customer_id)


def assist_store() -> AssistStore:
    """At a pretended DynamoDB; the caller has `mock_aws` around it."""
    client = boto3.client("dynamodb", region_name="us-east-1")
    create_table(client, "assist")
    return AssistStore(client, "assist")


@dataclass
class Desk:
    """The service with everything scripted, and a clock in epoch milliseconds."""

    wire: Wire
    warehouse: Warehouse
    store: AssistStore
    people: People = field(default_factory=People)
    at: int = 1_790_100_000_000
    panel_s: float = 2.0

    @property
    def assistant(self) -> Assistant:
        return Assistant(
            genesys=genesys(self.wire),
            sessions=self.store,
            cache=self.store,
            warehouse=self.warehouse,
            customers=self.people,
            clock=lambda: self.at,
            panel_s=self.panel_s,
        )

    def signed_in(self, owner: Owner = HANA) -> Assistant:
        self.store.keep(owner, "token", self.at + 3_600_000)
        return self.assistant


def rows() -> dict[str, list[dict[str, Any]] | Exception]:
    """Something in every table."""
    kpi = {
        "balance": 1200.0, "deposits": 300.0, "credit_limit": 1000.0, "credit_used": 900.0, "products": 3,
        "income": 2000.0, "outgoings": 2100.0, "days_past_due": 12, "logins_30d": 9, "calls_90d": 2, "nps": 4,
        "churn_probability": 0.6, "lifetime_value": 5000.0, "currency": "EUR", "loaded_at": LOADED,
    }  # fmt: skip
    relation = {"business_name": "Sakura Trading", "sector": "Retail", "loaded_at": LOADED}
    return {
        "kpis": [{"month": "2026-11-01", **kpi}, {"month": "2026-10-01", **kpi, "balance": 1000.0}],
        "relations": [
            {"pcin": "C00001", "bcin": "B000001", "role": "owner", **relation},
            {"pcin": "C00001", "bcin": "B000002", "role": "director", **relation},
            {"pcin": "C00002", "bcin": "B000002", "role": "owner", **relation},
        ],
        "payments": [
            {"bcin": "B000001", "counterparty_bcin": "B000009", "counterparty_name": "Kaede Foods", "payments": 4,
             "amount": 99.5, "currency": "EUR", "loaded_at": LOADED - 1000}
        ],
        "revenue": [
            {"month": f"2026-{month:02d}-01", "product_line": line, "revenue": amount, "currency": "EUR",
             "loaded_at": LOADED}
            for month, amount in zip(range(5, 12), (100, 100, 100, 80, 80, 80, 10), strict=True)
            for line in ("Lending", "Payments")
        ],
        "transactions": [
            {"period": f"2026-{month:02d}", "direction": way, "category": "Rent", "payments": 2, "amount": amount,
             "largest": amount, "currency": "EUR", "loaded_at": LOADED}
            for month in (7, 8, 9, 10)
            for way, amount in (("credit", 50.0), ("debit", 70.0))
        ],
        "inhibits": [
            {"inhibit_code": "KYC-DUE", "description": "Proof of identity is out of date", "severity": "medium",
             "set_on": "2026-01-02", "lifted_on": None, "loaded_at": LOADED}
        ],
        "journey": [
            {"happened_at": LOADED - 5, "stage": "apply", "touchpoint": "Web form", "channel": "web",
             "outcome": "abandoned", "loaded_at": LOADED}
        ],
        "complaints": [
            {"complaint_id": "K1", "category": "Fees", "severity": 2, "status": "open", "opened_on": "2026-08-01",
             "closed_on": None, "amount": 9.5, "currency": "EUR", "summary": "Fees", "loaded_at": LOADED - 9}
        ],
    }  # fmt: skip
