"""A transaction is booked once, whatever is sent twice, and a list that is wrong anywhere is not booked at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rapport.customers.ledger import KnownTransactionError, Ledger
from rapport.customers.model import NewTransaction
from rapport.customers.store import CustomerStore
from rapport.runtime.dynamodb import ContendedError
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError

from tests.builders.customers import TABLE, at, customer, customers_table, everything, transaction


@pytest.fixture
def client() -> Iterator[Any]:
    with customers_table() as made:
        CustomerStore(made, TABLE).put(customer())
        yield made


def ledger(client: Any) -> Ledger:
    return Ledger(client, TABLE, sleep=lambda _: None)


def listed(client: Any, **period: Any) -> list[str]:
    page, cursor = ledger(client).page("C1", limit=101, cursor=None, **period)
    assert cursor is None
    return [each.transaction_id for each in page]


def test_the_same_transaction_twice_is_one_item_and_counts_once(client: Any) -> None:
    assert ledger(client).book("C1", [transaction()]) == 1
    before = everything(client)
    assert ledger(client).book("C1", [transaction()]) == 0
    assert ledger(client).book("C1", [transaction(), transaction()]) == 0
    assert everything(client) == before


@pytest.mark.parametrize("change", [{"amount": 13}, {"at": at("2025-05-11")}, {"merchant": "Else"}])
def test_a_known_id_with_other_content_is_a_conflict_and_nothing_of_its_list_is_stored(
    client: Any, change: dict[str, Any]
) -> None:
    ledger(client).book("C1", [transaction()])
    before = everything(client)
    with pytest.raises(KnownTransactionError) as refused:
        ledger(client).book("C1", [transaction("T2"), transaction(**change)])
    assert refused.value.positions == (1,)
    assert everything(client) == before


def test_a_known_id_of_another_customer_is_a_conflict(client: Any) -> None:
    CustomerStore(client, TABLE).put(customer("C2"))
    ledger(client).book("C1", [transaction()])
    with pytest.raises(KnownTransactionError):
        ledger(client).book("C2", [transaction(customer_id="C2")])


def test_one_id_twice_in_a_list_with_different_content_is_a_conflict(client: Any) -> None:
    before = everything(client)
    with pytest.raises(KnownTransactionError):
        ledger(client).book("C1", [transaction(), transaction(amount=99)])
    assert everything(client) == before


def test_an_unknown_customer_has_no_ledger(client: Any) -> None:
    before = everything(client)
    with pytest.raises(NotFoundError):
        ledger(client).book("nobody", [transaction(customer_id="nobody")])
    assert everything(client) == before


def test_transactions_are_listed_newest_first_within_a_period(client: Any) -> None:
    days = ["2025-03-01", "2025-05-01", "2025-04-01"]
    ledger(client).book("C1", [transaction(f"T{day}", at=at(day)) for day in days])
    assert listed(client) == ["T2025-05-01", "T2025-04-01", "T2025-03-01"]
    assert listed(client, since=at("2025-04-01"), until=at("2025-05-01")) == ["T2025-04-01"]
    assert listed(client, since=at("2025-05-01"), until=at("2025-04-01")) == []


def test_pages_hold_every_transaction_once(client: Any) -> None:
    ids = [f"T{number:03d}" for number in range(7)]
    ledger(client).book("C1", [transaction(each, at=at("2025-05-10") + i) for i, each in enumerate(ids)])
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = ledger(client).page("C1", limit=3, cursor=cursor)
        seen += [each.transaction_id for each in page]
        if cursor is None:
            break
    assert seen == ids[::-1]


def test_a_cursor_of_another_customer_or_period_is_refused(client: Any) -> None:
    ledger(client).book("C1", [transaction(f"T{number}") for number in range(3)])
    _, cursor = ledger(client).page("C1", limit=1, cursor=None)
    with pytest.raises(InvalidInputError):
        ledger(client).page("C2", limit=1, cursor=cursor)
    with pytest.raises(InvalidInputError):
        ledger(client).page("C1", since=at("2026-01-01"), limit=1, cursor=cursor)


def test_a_hundred_transactions_of_many_days_are_booked_although_they_need_several_writes(client: Any) -> None:
    many = [transaction(f"T{n:03d}", at=at("2025-01-01") + n * 3 * 86_400_000, amount=n + 0.25) for n in range(100)]
    assert ledger(client).book("C1", many) == 100
    assert len(listed(client)) == 100
    assert sum(month.spent for month in ledger(client).months("C1")) == 100 * 99 // 2 + 25


def test_a_write_that_failed_halfway_is_completed_by_the_same_list(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [transaction(f"T{n:03d}", at=at("2025-01-01") + n * 3 * 86_400_000) for n in range(60)]
    calls = iter([False, True])
    whole = client.transact_write_items

    def failing(**request: Any) -> Any:
        if next(calls, False):
            raise ConnectionError
        return whole(**request)

    with monkeypatch.context() as patch:
        patch.setattr(client, "transact_write_items", failing)
        with pytest.raises(ConnectionError):
            ledger(client).book("C1", many)
    assert 0 < len(listed(client)) < 60
    ledger(client).book("C1", many)
    assert len(listed(client)) == 60
    assert sum(month.purchases for month in ledger(client).months("C1")) == 60


def test_a_contended_write_is_read_again_and_repeated(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = iter([True, True])

    def contended(target: Any, actions: Any, name: str) -> None:
        if next(lost, False):
            raise ContendedError
        target.transact_write_items(TransactItems=actions)

    monkeypatch.setattr("rapport.customers.ledger.transact", contended)
    assert ledger(client).book("C1", [transaction()]) == 1
    assert listed(client) == ["T1"]


def test_the_month_of_joining_cannot_change_under_counted_transactions(client: Any) -> None:
    store = CustomerStore(client, TABLE)
    store.put(customer(joined_at=at("2025-02-01")))
    ledger(client).book("C1", [transaction()])
    with pytest.raises(ConflictError) as refused:
        store.put(customer(joined_at=at("2025-03-01")))
    assert refused.value.field == "joined_at"
    assert store.put(customer(joined_at=at("2025-02-20"), vip=True))


def test_a_record_of_the_first_schema_is_booked_under_no_cohort_and_keeps_it(client: Any) -> None:
    old = customer("OLD", joined_at=None)
    client.put_item(
        TableName=TABLE,
        Item={
            "pk": {"S": "CUSTOMER#OLD"},
            "sk": {"S": "CUSTOMER"},
            "schema_version": {"N": "1"},
            "phone": {"S": old.phone},
            "json": {"S": old.model_dump_json(exclude_none=True)},
        },
    )
    assert ledger(client).book("OLD", [transaction(customer_id="OLD")]) == 1
    store = CustomerStore(client, TABLE)
    with pytest.raises(ConflictError):
        store.put(customer("OLD"))
    assert store.put(customer("OLD", joined_at=None, vip=True))
    assert ledger(client).book("OLD", [transaction("T2", "OLD")]) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 0),
        ("amount", float("nan")),
        ("amount", 1e13),
        ("amount", 0.000001),
        ("currency", "usd"),
        ("category", "sweets"),
        ("channel", "pigeon"),
        ("country", "USA"),
        ("merchant", " "),
        ("merchant", "a\nb"),
        ("at", -1),
        ("at", 10**14),
        ("transaction_id", "a#b"),
        ("transaction_id", ""),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(field: str, value: Any) -> None:
    given = {**transaction().model_dump(exclude={"customer_id"}), field: value}
    with pytest.raises(ValueError, match=field):
        NewTransaction.model_validate(given)
