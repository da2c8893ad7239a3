"""The customers API keeps its contract: roles, problems that name the field, all or nothing, once per key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from rapport.calls.model import AnalysisStatus, Call, CallEvent, CallStatus, Channel, EventType
from rapport.calls.ports import Commit, StoredCall, events_after
from rapport.calls.store import DynamoCallStore

from infra.stacks.data import CALL_INDEXES
from tests.builders.customers import at, customers_table, everything, transaction
from tests.builders.dynamodb import aws_client, create_table
from tests.builders.http import Caller, load_handler

ALEX = {"customer_id": "C1", "name": "Alex Morgan", "phone": "+12025550100", "segment": "gold"}
Calling = Callable[..., Caller]


@pytest.fixture
def client() -> Iterator[Any]:
    with customers_table() as made:
        create_table(made, "identity")
        create_table(made, "calls", CALL_INDEXES)
        aws_client("s3").create_bucket(Bucket="files")
        yield made


@pytest.fixture
def calling(client: Any, monkeypatch: pytest.MonkeyPatch) -> Calling:
    """Makes callers with a role, all at one warm function."""
    module = load_handler(
        "customers_api",
        monkeypatch,
        {"CALLS_TABLE": "calls", "CUSTOMERS_TABLE": "customers", "IDENTITY_TABLE": "identity", "FILES_BUCKET": "files"},
    )
    return lambda *groups, username="somebody": Caller(module, groups, username)


@pytest.fixture
def analyst(calling: Calling) -> Caller:
    return calling("analyst")


@pytest.fixture
def agent(calling: Calling) -> Caller:
    return calling("agent", "team:cards", username="emma")


def purchase(transaction_id: str = "T1", **fields: Any) -> dict[str, Any]:
    return transaction(transaction_id, **fields).model_dump(mode="json", exclude={"customer_id"})


def test_a_created_customer_is_found_and_read_by_an_agent(analyst: Caller, agent: Caller) -> None:
    made = analyst.post("/api/customers", {**ALEX, "days_past_due": 31})
    assert (made.status, made.body["risk"]) == (201, "HIGH")
    assert agent.get("/api/customers/C1").body == made.body
    found = agent.get("/api/customers", q="alex", segment="gold", risk="HIGH")
    assert found.body == {"items": [made.body], "next_cursor": None}


def test_customers_page_with_an_opaque_cursor(analyst: Caller) -> None:
    for number in range(5):
        assert analyst.post("/api/customers", {**ALEX, "customer_id": f"C{number}"}).status == 201
    first = analyst.get("/api/customers", limit=3)
    second = analyst.get("/api/customers", limit=3, cursor=first.body["next_cursor"])
    assert [each["customer_id"] for page in (first, second) for each in page.body["items"]] == [
        "C0", "C1", "C2", "C3", "C4",
    ]  # fmt: skip
    assert second.body["next_cursor"] is None


@pytest.mark.parametrize("groups", [("customer",), ()])
def test_who_does_not_work_here_sees_no_customer(calling: Calling, groups: tuple[str, ...]) -> None:
    outsider = calling(*groups)
    for answer in (
        outsider.get("/api/customers"),
        outsider.get("/api/customers/C1"),
        outsider.get("/api/customers/C1/overview"),
        outsider.get("/api/customers/C1/transactions"),
    ):
        assert (answer.status, answer.kind) == (403, "forbidden")


@pytest.mark.parametrize("role", ["customer", "agent", "supervisor"])
def test_only_analysts_and_administrators_write(calling: Calling, client: Any, role: str) -> None:
    before = everything(client)
    caller = calling(role)
    for answer in (
        caller.post("/api/customers", ALEX),
        caller.put("/api/customers/C1", ALEX),
        caller.post("/api/customers/C1/transactions", purchase()),
        caller.post("/api/customers/imports", {"kind": "customers"}),
        caller.get("/api/customers/imports/x"),
    ):
        assert (answer.status, answer.kind) == (403, "forbidden")
    assert everything(client) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "090-1234"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"segment": "Gold Members"}, "segment"),
        ({"joined_at": -1}, "joined_at"),
        ({"credit_utilisation": 7}, "credit_utilisation"),
        ({"name": "  "}, "name"),
        ({"customer_id": "C#1"}, "customer_id"),
        ({"password": "x"}, "password"),
    ],
)
def test_a_wrong_field_of_a_customer_is_named_and_nothing_is_stored(
    analyst: Caller, client: Any, change: dict[str, Any], field: str
) -> None:
    before = everything(client)
    answer = analyst.post("/api/customers", {**ALEX, **change})
    assert (answer.status, answer.fields) == (422, [field])
    assert everything(client) == before


def test_a_taken_id_is_a_conflict_and_a_put_replaces(analyst: Caller) -> None:
    analyst.post("/api/customers", ALEX)
    taken = analyst.post("/api/customers", {**ALEX, "name": "Other"})
    assert (taken.status, taken.fields) == (409, ["customer_id"])
    assert analyst.put("/api/customers/C1", {**ALEX, "name": "Other"}).body["name"] == "Other"
    assert analyst.put("/api/customers/C2", ALEX).fields == ["customer_id"]


def test_one_transaction_or_a_list_is_booked_once(analyst: Caller, agent: Caller) -> None:
    analyst.post("/api/customers", ALEX)
    path = "/api/customers/C1/transactions"
    assert analyst.post(path, purchase()).body == {"added": 1, "known": 0}
    assert analyst.post(path, {"transactions": [purchase(), purchase("T2")]}).body == {"added": 1, "known": 1}
    assert [each["transaction_id"] for each in agent.get(path).body["items"]] == ["T2", "T1"]


def test_a_list_with_one_wrong_transaction_is_refused_by_its_field_and_not_stored(analyst: Caller, client: Any) -> None:
    analyst.post("/api/customers", ALEX)
    before = everything(client)
    path = "/api/customers/C1/transactions"
    wrong = analyst.post(path, {"transactions": [purchase("T1"), purchase("T2") | {"amount": 0}]})
    assert (wrong.status, wrong.fields) == (422, ["transactions.1.amount"])
    many = analyst.post(path, {"transactions": [purchase(f"T{number}") for number in range(101)]})
    assert (many.status, many.fields) == (422, ["transactions"])
    clash = analyst.post(path, {"transactions": [purchase("T1"), purchase("T1", amount=3)]})
    assert (clash.status, clash.fields) == (409, ["transactions.1.transaction_id"])
    assert everything(client) == before


def test_a_customer_who_is_not_known_has_nothing(analyst: Caller) -> None:
    for answer in (
        analyst.get("/api/customers/none"),
        analyst.get("/api/customers/none/overview"),
        analyst.get("/api/customers/none/transactions"),
        analyst.post("/api/customers/none/transactions", purchase()),
        analyst.get("/api/customers/imports/none"),
    ):
        assert (answer.status, answer.kind) == (404, "not-found")


def test_one_idempotency_key_creates_once_and_refuses_another_body(analyst: Caller) -> None:
    analyst.post("/api/customers", ALEX)
    path = "/api/customers/C1/transactions"
    once = analyst.post(path, purchase(), idempotency_key="key-00000001")
    again = analyst.post(path, purchase(), idempotency_key="key-00000001")
    assert once.body == again.body == {"added": 1, "known": 0}
    other = analyst.post(path, purchase("T2"), idempotency_key="key-00000001")
    assert (other.status, other.kind) == (422, "idempotency-key-reused")


def ended_call(client: Any, contact_id: str, agent_id: str, team: str) -> None:
    """A call of customer C1 in the calls table."""
    call = Call(
        contact_id=contact_id,
        channel=Channel.VOICE,
        language="en-US",
        status=CallStatus.ENDED,
        analysis=AnalysisStatus.COMPLETED,
        seq=1,
        started_at=at("2025-05-01"),
        agent_id=agent_id,
        team=team,
        customer_id="C1",
        outcome="PAID",
    )
    event = CallEvent(contact_id=contact_id, seq=1, type=EventType.SCORE, at=call.started_at, call=call)
    stored = StoredCall(call, language="en-US", started=True, completed=True)
    DynamoCallStore(client, "calls").commit(Commit(stored=stored, expected_seq=0, events=events_after(0, [event])))


def test_the_overview_adds_up_and_shows_an_agent_only_the_agents_own_calls(
    analyst: Caller, agent: Caller, client: Any
) -> None:
    analyst.post("/api/customers", {**ALEX, "days_past_due": 3})
    rows = [
        purchase("T1", amount=10.1),
        purchase("T2", amount=0.2),
        purchase("T3", amount=-5),
        purchase("T4", amount=7, category="travel", at=at("2025-06-01")),
        purchase("T5", amount=700, currency="JPY"),
    ]
    assert analyst.post("/api/customers/C1/transactions", {"transactions": rows}).status == 201
    ended_call(client, "K1", "emma", "cards")
    ended_call(client, "K2", "hana", "collections")
    seen = agent.get("/api/customers/C1/overview").body
    usd = {"currency": "USD", "purchases": 3, "spent": 17.3, "refunds": 1, "refunded": 5.0}
    assert seen["totals"] == [
        {**usd, "currency": "JPY", "purchases": 1, "spent": 700.0, "refunds": 0, "refunded": 0.0},
        usd,
    ]
    assert [(each["month"], each["currency"], each["category"], each["spent"]) for each in seen["spending"]] == [
        ("2025-05", "JPY", "groceries", 700.0),
        ("2025-05", "USD", "groceries", 10.3),
        ("2025-06", "USD", "travel", 7.0),
    ]
    assert len(seen["transactions"]) == 5
    assert [call["contact_id"] for call in seen["calls"]] == ["K1"]
    assert {call["contact_id"] for call in analyst.get("/api/customers/C1/overview").body["calls"]} == {"K1", "K2"}
    assert seen["features"] == {"days_past_due": 3.0}


def test_an_import_is_started_with_an_address_for_its_file(analyst: Caller, client: Any) -> None:
    started = analyst.post("/api/customers/imports", {"kind": "transactions"})
    assert (started.status, started.body["state"]) == (201, "WAITING")
    assert httpx.URL(started.body["upload_url"]).path.endswith(f"imports/{started.body['import_id']}/transactions.csv")
    state = analyst.get(f"/api/customers/imports/{started.body['import_id']}")
    assert (state.body["state"], state.body["created_by"]) == ("WAITING", "somebody")
    wrong = analyst.post("/api/customers/imports", {"kind": "cats"})
    assert (wrong.status, wrong.fields) == (422, ["kind"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"risk": "SOME"}, "risk"),
        ({"vip": "perhaps"}, "vip"),
        ({"cursor": "made-up"}, "cursor"),
    ],
)
def test_a_wrong_filter_is_named(agent: Caller, query: dict[str, Any], field: str) -> None:
    answer = agent.get("/api/customers", **query)
    assert (answer.status, answer.fields) == (422, [field])


def test_no_name_number_or_address_reaches_the_log(
    analyst: Caller, agent: Caller, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = {**ALEX, "name": "Zebedee Quill", "phone": "+12025550177", "email": "zebedee@example.com"}
    analyst.post("/api/customers", secret)
    analyst.post("/api/customers", {**secret, "name": "Zebedee Other"})
    analyst.post("/api/customers", {**secret, "segment": "NO"})
    agent.get("/api/customers", q="Zebedee")
    analyst.post("/api/customers/C1/transactions", purchase(merchant="Quill & Sons"))
    out, err = capfd.readouterr()
    assert not [word for word in ("Zebedee", "Quill", "2025550177", "zebedee@") if word in out + err]
