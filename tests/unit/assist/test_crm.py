"""The CRM both ways: calls out, once each and through outages; changes in, read again and in a form that is ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws
from rapport.assist.crm import CrmSync, Hint, Waiting
from rapport.assist.crm_store import CrmStore
from rapport.calls.model import AnalysisStatus, Call, CallStatus, Channel
from rapport.calls.ports import StoredCall
from rapport.customers.model import Customer
from rapport.vendors.errors import VendorRefused, VendorUnavailable
from rapport.vendors.kintone import KintoneRecord, StoredRecord

from tests.builders.dynamodb import create_table

NOW = 1_790_100_000_000
ANN = Customer(customer_id="app-A1", name="Ann", phone="+12025550100")


def ended(seq: int = 5, **changes: Any) -> Call:
    known = {
        "contact_id": "c-1", "channel": Channel.VOICE, "language": "en-US", "status": CallStatus.ENDED,
        "analysis": AnalysisStatus.COMPLETED, "seq": seq, "started_at": NOW - 60_000, "ended_at": NOW,
        "outcome": "PROMISED", "customer_id": "C00001", "phone": "+12025550100", "customer_name": "Ann",
    }  # fmt: skip
    return Call.model_validate({**known, **changes})


class Kintone:
    """A CRM in memory that can be down."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, dict[str, Any]]] = []
        self.records: dict[str, StoredRecord] = {}
        self.error: Exception | None = None
        self.since: list[datetime] = []

    def upsert(self, app: str, key_field: str, key: str, record: Any) -> KintoneRecord:
        assert key_field == "contact_id"
        if self.error:
            raise self.error
        self.told.append((app, key, dict(record)))
        return KintoneRecord(id="1", revision=len(self.told))

    def get(self, app: str, key_field: str, key: str) -> StoredRecord | None:
        assert (app, key_field) == ("1", "$id")
        if self.error:
            raise self.error
        return self.records.get(key)

    def changed_since(self, app: str, timestamp: datetime) -> Iterator[StoredRecord]:
        assert app == "1"
        self.since.append(timestamp)
        yield from self.records.values()

    def holds(self, revision: int = 1, **fields: Any) -> None:
        self.records["7"] = StoredRecord(id="7", revision=revision, fields={"application_id": "A1", **fields})


class Calls:
    """Calls in memory."""

    def __init__(self) -> None:
        self.known: dict[str, Call] = {}

    def hold(self, *calls: Call) -> None:
        self.known.update({call.contact_id: call for call in calls})

    def load(self, contact_id: str) -> StoredCall | None:
        call = self.known.get(contact_id)
        return StoredCall(call) if call is not None else None


class People:
    def __init__(self) -> None:
        self.known = {"app-A1": ANN}

    def get(self, customer_id: str) -> Customer | None:
        return self.known.get(customer_id)

    def put(self, customer: Customer) -> bool:
        changed = self.known[customer.customer_id] != customer
        self.known[customer.customer_id] = customer
        return changed


class Both:
    def __init__(self) -> None:
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_table(client, "assist")
        self.store, self.crm, self.people, self.at = CrmStore(client, "assist"), Kintone(), People(), NOW
        self.calls = Calls()
        self.calls.hold(ended())
        self.left = 100.0
        self.sync = CrmSync(
            crm=self.crm,
            outbox=self.store,
            marks=self.store,
            calls=self.calls,
            customers=self.people,
            customers_app="1",
            calls_app="2",
            clock=lambda: self.at,
            time_left=lambda: self.left,
        )


@pytest.fixture
def both() -> Iterator[Both]:
    with mock_aws():
        yield Both()


def hint(**more: str) -> Hint:
    return Hint.model_validate({"type": "UPDATE_RECORD", "app_id": "1", "record_id": "7", **more})


# --- out


def test_an_ended_call_becomes_a_record_without_name_and_number(both: Both) -> None:
    assert both.sync.tell("c-1")
    ((app, key, record),) = both.crm.told
    assert (app, key) == ("2", "c-1")
    assert (record["outcome"], record["duration_s"], record["customer_id"]) == ("PROMISED", 60, "C00001")
    assert "Ann" not in str(record)
    assert "+1202" not in str(record)
    assert list(both.store.waiting()) == []


def test_a_call_that_goes_on_or_has_no_outcome_or_is_erased_is_not_told(both: Both) -> None:
    both.calls.hold(ended(status=CallStatus.ACTIVE, ended_at=None), ended(contact_id="c-2", outcome=None))
    assert not any(both.sync.tell(contact_id) for contact_id in ("c-1", "c-2", "nobody"))
    assert both.crm.told == []


def test_a_call_that_changes_while_the_crm_is_told_is_told_again_as_it_is(both: Both) -> None:
    tell = both.crm.upsert

    def slowly(*given: Any) -> KintoneRecord:
        both.calls.hold(ended(6, outcome="PAID"))
        return tell(*given)

    both.crm.upsert = slowly  # type: ignore[method-assign]
    assert both.sync.tell("c-1")
    assert [record["outcome"] for _, _, record in both.crm.told] == ["PROMISED", "PAID"]
    assert list(both.store.waiting()) == []


@pytest.mark.parametrize(
    "error",
    [
        VendorUnavailable("down", vendor="kintone", operation="upsert"),
        VendorRefused("no", vendor="kintone", operation="upsert", code="CB_VA01"),
    ],
)
def test_a_call_that_the_crm_did_not_take_waits_and_is_told_later(both: Both, error: Exception) -> None:
    both.crm.error = error
    assert not both.sync.tell("c-1")
    assert [waiting.contact_id for waiting in both.store.waiting()] == ["c-1"]
    assert both.sync.tell_again() == 0
    both.crm.error = None
    assert both.sync.tell_again() == 1
    assert list(both.store.waiting()) == []
    assert both.sync.tell_again() == 0


def test_what_is_newer_is_not_forgotten_with_what_was_told(both: Both) -> None:
    older, newer = (Waiting(contact_id="c-1", seq=seq, record={"outcome": str(seq)}) for seq in (5, 6))
    both.store.expect(newer)
    both.store.expect(older)
    both.store.done(older)
    assert list(both.store.waiting()) == [newer]
    both.store.done(newer)
    both.store.done(newer)
    assert list(both.store.waiting()) == []


def test_a_crm_that_fails_is_left_alone_after_three_calls(both: Both) -> None:
    both.crm.error = VendorUnavailable("down", vendor="kintone", operation="upsert")
    for number in range(9):
        both.calls.hold(ended(contact_id=f"c-{number}"))
        both.sync.tell(f"c-{number}")
    tried: list[str] = []
    both.crm.upsert = lambda app, field, key, record: tried.append(key) or (_ for _ in ()).throw(both.crm.error)  # type: ignore[method-assign,assignment,func-returns-value]
    assert both.sync.tell_again() == 0
    assert len(tried) == 3


# --- in


def test_a_hint_is_read_again_and_applied_once(both: Both) -> None:
    both.crm.holds(name="Ann Lee", email="ann@example.com", phone="+12025550123", language="ja-JP", risk_score="99")
    assert both.sync.hinted(hint())
    changed = both.people.known["app-A1"]
    assert (changed.name, changed.email, changed.phone, changed.language) == (
        "Ann Lee", "ann@example.com", "+12025550123", "ja-JP",
    )  # fmt: skip
    assert not both.sync.hinted(hint())


def test_an_older_revision_does_not_undo_a_newer_one(both: Both) -> None:
    both.crm.holds(3, name="New")
    both.sync.hinted(hint())
    both.crm.holds(2, name="Old")
    assert not both.sync.hinted(hint())
    assert both.people.known["app-A1"].name == "New"


def test_a_customer_may_be_named_by_our_own_number(both: Both) -> None:
    both.people.known["C00001"] = ANN.model_copy(update={"customer_id": "C00001"})
    both.crm.holds(customer_id="C00001", name="Ann Lee")
    assert both.sync.hinted(hint())
    assert both.people.known["C00001"].name == "Ann Lee"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "email": ""},
        {"phone": "not a number", "email": "not a mail", "name": "a\x00b", "language": "klingon!"},
        {"phone": ["+12025550123"], "name": {"a": 1}},
        {"status": "cancelled", "name": "Somebody"},
        {"application_id": "nobody", "name": "Somebody"},
        {"application_id": "", "name": "Somebody"},
        {"application_id": "../../x y", "name": "Somebody"},
    ],
)
def test_what_has_no_good_form_or_no_customer_changes_nothing(both: Both, fields: dict[str, Any]) -> None:
    both.crm.holds(**fields)
    assert not both.sync.hinted(hint())
    assert both.people.known == {"app-A1": ANN}


@pytest.mark.parametrize("more", [{"app_id": "2"}, {"type": "DELETE_RECORD"}, {"record_id": "8"}])
def test_hints_of_other_apps_deletions_and_records_that_are_gone_change_nothing(
    both: Both, more: dict[str, str]
) -> None:
    both.crm.holds(name="Ann Lee")
    assert not both.sync.hinted(hint(**more))


@pytest.mark.parametrize("record_id", ["7 or 1=1", '7"', "", "-1", "٧"])
def test_a_hint_names_a_record_by_a_number_or_is_none(record_id: str) -> None:
    with pytest.raises(ValueError, match="record_id"):
        hint(record_id=record_id)


def test_a_lost_notification_is_made_up_for_once_a_day(both: Both) -> None:
    both.crm.holds(name="Ann Lee")
    assert both.sync.reconcile() == 1
    assert both.people.known["app-A1"].name == "Ann Lee"
    both.at += 3_600_000
    assert both.sync.reconcile() is None
    both.crm.holds(2, name="Ann Li")
    assert both.sync.reconcile(force=True) == 1
    both.at += 86_400_000
    assert both.sync.reconcile() == 0
    first, second, third = both.crm.since
    assert first == datetime.fromtimestamp(NOW / 1000 - 7 * 86400, UTC)
    assert second == datetime.fromtimestamp(NOW / 1000 - 3600, UTC)
    assert third > second


def test_a_round_that_runs_out_of_time_begins_again_where_it_began(both: Both) -> None:
    both.crm.holds(name="Ann Lee")
    both.left = 10.0
    assert both.sync.reconcile() == 0
    assert both.store.reconciled_at("1") is None
    both.left = 100.0
    assert both.sync.reconcile() == 1
