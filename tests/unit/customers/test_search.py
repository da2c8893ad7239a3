"""Customers are found by what people know of them, a page at a time, each once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rapport.customers.model import Risk
from rapport.customers.names import normalise
from rapport.customers.search import CustomerQuery, CustomerSearch
from rapport.customers.store import CustomerStore
from rapport.runtime.errors import ConflictError, InvalidInputError

from tests.builders.customers import TABLE, at, customer, customers_table, everything

PEOPLE = (
    customer("C1", name="Alex Morgan", vip=True, segment="gold", email="Alex@Example.com", phone="+12025550101"),
    customer("C2", name="Morgan Alexander", segment="gold", days_past_due=45, phone="+12025550102"),
    customer("C3", name="山田 花子", phone="+819000010003", language="ja-JP", missed_payments_12m=1),
    customer("C4", name="ヤマダ タロウ", phone="+819000010004", vip=True, days_past_due=0),
    customer("C5", name="Ana de la Cruz", segment="basic", phone="+12025550101"),
)


@pytest.fixture
def client() -> Iterator[Any]:
    with customers_table() as made:
        store = CustomerStore(made, TABLE)
        for person in PEOPLE:
            store.put(person)
        yield made


def ids(client: Any, limit: int = 25, **query: Any) -> list[str]:
    """Every customer that answers a question, over all pages."""
    search = CustomerSearch(client, TABLE)
    found: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = search.page(CustomerQuery(**query), limit=limit, cursor=cursor)
        found += [person.customer_id for person in page]
        if cursor is None:
            return found


QUESTIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["C1", "C2", "C3", "C4", "C5"]),
    ({"q": "alex"}, ["C1", "C2"]),
    ({"q": "MORGAN a"}, ["C1", "C2"]),
    ({"q": "Morgan Alexa"}, ["C2"]),
    ({"q": "山"}, ["C3"]),
    ({"q": "花子"}, ["C3"]),
    ({"q": "ﾔﾏﾀﾞ"}, ["C4"]),
    ({"q": "やまだ　たろ"}, ["C4"]),
    ({"q": "cruz"}, ["C5"]),
    ({"q": "nobody"}, []),
    ({"q": "・"}, []),
    ({"q": "alex@example.COM"}, ["C1"]),
    ({"q": "+1 202-555-0101"}, ["C1", "C5"]),
    ({"q": "090-0001-0003"}, ["C3"]),
    ({"segment": "gold"}, ["C1", "C2"]),
    ({"segment": "gold", "vip": True}, ["C1"]),
    ({"segment": "gold", "vip": False}, ["C2"]),
    ({"vip": True}, ["C1", "C4"]),
    ({"risk": Risk.HIGH}, ["C2"]),
    ({"risk": Risk.MEDIUM}, ["C3"]),
    ({"risk": Risk.LOW}, ["C4"]),
    ({"q": "alex", "risk": Risk.HIGH}, ["C2"]),
    ({"segment": "silver"}, []),
]


def test_a_question_finds_exactly_its_customers(client: Any) -> None:
    for query, expected in QUESTIONS:
        assert sorted(ids(client, **query)) == expected, query


def test_pages_of_any_size_hold_the_same_customers_once(client: Any) -> None:
    for query in ({}, {"q": "a"}, {"q": "m"}, {"vip": True}, {"vip": False}, {"q": "+12025550101"}):
        whole = ids(client, **query)
        assert len(set(whole)) == len(whole)
        for limit in (1, 2, 3):
            assert ids(client, limit, **query) == whole, (query, limit)


def test_a_list_is_ordered_by_id_over_all_shards(client: Any) -> None:
    store = CustomerStore(client, TABLE)
    for number in range(10, 40):
        store.put(customer(f"C{number}"))
    assert ids(client, 7) == sorted(ids(client))


@pytest.mark.parametrize("cursor", ["", "x", "bnVsbA", "eyJhZnRlciI6eyJOIjoiMSJ9fQ", "😀"])
def test_a_made_up_cursor_is_refused(client: Any, cursor: str) -> None:
    with pytest.raises(InvalidInputError):
        CustomerSearch(client, TABLE).page(CustomerQuery(), limit=2, cursor=cursor)


def test_a_cursor_belongs_to_its_question(client: Any) -> None:
    search = CustomerSearch(client, TABLE)
    _, cursor = search.page(CustomerQuery(), limit=2, cursor=None)
    with pytest.raises(InvalidInputError):
        search.page(CustomerQuery(vip=True), limit=2, cursor=cursor)


def test_a_changed_customer_is_found_by_the_new_facts_only(client: Any) -> None:
    store = CustomerStore(client, TABLE)
    assert store.put(customer("C1", name="Robin Vale", segment="basic", phone="+12025550999"))
    assert ids(client, q="alex") == ["C2"]
    assert ids(client, q="vale") == ["C1"]
    assert ids(client, segment="gold") == ["C2"]
    assert ids(client, vip=True) == ["C4"]
    assert ids(client, q="alex@example.com") == []
    assert ids(client, q="+12025550101") == ["C5"]


def test_writing_the_same_record_again_changes_nothing(client: Any) -> None:
    before = everything(client)
    assert not CustomerStore(client, TABLE).put(PEOPLE[0])
    assert everything(client) == before


def test_creating_over_another_customer_is_a_conflict(client: Any) -> None:
    store = CustomerStore(client, TABLE)
    store.create(PEOPLE[0])
    with pytest.raises(ConflictError) as refused:
        store.create(customer("C1", name="Somebody Else"))
    assert refused.value.field == "customer_id"
    assert store.get("C1") == PEOPLE[0]


def test_a_record_of_the_first_schema_gains_its_entries_when_written(client: Any) -> None:
    old = customer("OLD", name="Old Timer")
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
    store = CustomerStore(client, TABLE)
    assert store.get("OLD") == old
    assert ids(client, q="timer") == []
    assert store.put(old)
    assert ids(client, q="timer") == ["OLD"]


def test_full_width_kana_and_case_are_one_form() -> None:
    assert normalise("ＡＬＥＸ　Ｍｏｒｇａｎ") == "alex morgan"
    assert normalise("ﾔﾏﾀﾞ") == normalise("ヤマダ") == "やまだ"
    assert at("2025-01-15") == customer().joined_at
