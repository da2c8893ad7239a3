"""The CRM's function itself, at the sandbox's Kintone: a call that ended, a hint, the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType, SimpleNamespace

import boto3
import pytest
from moto import mock_aws
from rapport.calls.model import CallEvent, EventType
from rapport.calls.ports import Commit, StoredCall
from rapport.customers.model import Customer
from rapport.customers.store import CustomerStore
from rapport.vendors.kintone import Kintone

from infra.stacks.data import CUSTOMER_INDEXES
from sandbox.vendors.callbacks import Callbacks
from sandbox.vendors.kintone import KintoneSandbox
from tests.builders.dynamodb import create_table
from tests.builders.http import load_handler
from tests.builders.queue import queued
from tests.builders.vendors import Server, credentials, served
from tests.unit.assist.test_crm import ended

CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 120_000)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    known = credentials()
    with served(lambda url: {"/sandbox/kintone": KintoneSandbox(known, Callbacks(url)).application()}) as found:
        yield found


@pytest.fixture
def function(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_table(client, "assist")
        create_table(client, "calls")
        create_table(client, "customers", CUSTOMER_INDEXES)
        CustomerStore(client, "customers").put(Customer(customer_id="C00012", name="Before", phone="+12025550112"))
        manager = boto3.client("secretsmanager", region_name="us-east-1")
        environment = {
            "ASSIST_TABLE": "assist", "CALLS_TABLE": "calls", "CUSTOMERS_TABLE": "customers",
            "KINTONE_APP": "1", "KINTONE_CALLS_APP": "2",
            "VENDOR_SECRETS": manager.create_secret(Name="vendors", SecretString=credentials().text)["ARN"],
            "KINTONE_URL": f"{server.url}/sandbox/kintone",
        }  # fmt: skip
        yield load_handler("assist_crm", monkeypatch, environment)


def name(function: ModuleType) -> str:
    found = function.sync.customers.get("C00012")
    assert found is not None
    return str(found.name)


def test_calls_go_out_and_changes_come_in_by_hint_and_by_schedule(function: ModuleType, server: Server) -> None:
    call = ended(1)
    event = CallEvent(contact_id="c-1", seq=1, type=EventType.SCORE, at=call.started_at, call=call)
    function.sync.calls.commit(Commit(StoredCall(call), expected_seq=0, events=(event,)))
    changed = queued({"contact_id": "c-1", "seq": 1})
    server.post("/sandbox/kintone/_faults", {"mode": "refuse"})
    assert function.handler(changed, CONTEXT) == {"batchItemFailures": []}, "it waits in the table"
    server.post("/sandbox/kintone/_faults", {"mode": "none"})
    assert function.handler({}, CONTEXT)["told"] == 1
    kintone: Kintone = function.sync.crm
    told = kintone.get("2", "contact_id", "c-1")
    assert told is not None
    assert told.fields["outcome"] == "PROMISED"

    record = kintone.upsert("1", "application_id", "A-crm", {"customer_id": "C00012", "name": "By hint"})
    body = {"type": "UPDATE_RECORD", "app_id": "1", "record_id": record.id}
    hint = {"detail-type": "Kintone Record Changed", "detail": {"body": body}}
    assert function.handler(hint, CONTEXT) == {"changed": True}
    assert function.handler(hint, CONTEXT) == {"changed": False}
    assert name(function) == "By hint"

    server.post("/sandbox/kintone/_edit", {"key": "A-crm", "fields": {"name": "In silence"}, "silent": True})
    assert function.handler({}, CONTEXT)["changed"] is None
    assert function.handler({"reconcile": True}, CONTEXT)["changed"] == 1
    assert name(function) == "In silence"
