"""A file is taken as a whole or not at all, and what is wrong is told by row and column."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.customers.import_model import Import, ImportFormat, ImportKind, ImportState, RowError
from rapport.customers.import_store import ImportStore
from rapport.customers.ledger import Ledger
from rapport.customers.model import NewCustomer
from rapport.customers.rows import Row, UnreadableFileError, checked, read_rows
from rapport.customers.store import CustomerStore
from rapport.runtime.errors import DependencyUnavailableError

from tests.builders.customers import TABLE, at, customer, customers_table, everything, transaction
from tests.builders.dynamodb import aws_client
from tests.builders.http import CONTEXT, load_handler

FIELDS = list(NewCustomer.model_fields)
CUSTOMERS = """customer_id,name,phone,segment,vip,joined_at,balance_due
C1,Alex Morgan,+12025550100,gold,true,2025-01-15,12.50
C2,"山田, 花子",+819000010003,,false,2025-02-15T09:00:00+09:00,
"""
HEADER = "transaction_id,customer_id,at,amount,currency,category,channel,merchant,country"


def line(number: int, **fields: Any) -> str:
    """A line of a CSV file of transactions."""
    each = transaction(f"T{number}", **fields).model_dump(mode="json")
    return ",".join(str(each[column]) for column in HEADER.split(","))


@pytest.fixture
def client() -> Iterator[Any]:
    with customers_table() as made:
        aws_client("s3").create_bucket(Bucket="files")
        yield made


@pytest.fixture
def upload(client: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Import]:
    """Puts a file where its import expects it, tells the function, and reads how it went."""
    module = load_handler("customers_import", monkeypatch, {"CUSTOMERS_TABLE": TABLE, "FILES_BUCKET": "files"})
    imports = ImportStore(client, TABLE)

    def run(kind: str, content: str | bytes, form: str = "csv", *, times: int = 1, size: int | None = None) -> Import:
        job = Import(
            import_id="job-1",
            kind=ImportKind(kind),
            format=ImportFormat(form),
            state=ImportState.WAITING,
            created_by="liam",
            created_at=at("2025-06-01"),
        )
        imports.save(job)
        raw = content.encode() if isinstance(content, str) else content
        aws_client("s3").put_object(Bucket="files", Key=job.object_key, Body=raw)
        event = {"detail": {"object": {"key": job.object_key, "size": len(raw) if size is None else size}}}
        for _ in range(times):
            module.handler(event, CONTEXT)
        found = imports.load("job-1")
        assert found is not None
        return found

    return run


def content(client: Any) -> list[dict[str, Any]]:
    """Everything stored but the import itself."""
    return [item for item in everything(client) if not item["pk"]["S"].startswith("IMPORT#")]


def wrong(job: Import) -> list[tuple[int, str]]:
    assert job.state is ImportState.REJECTED
    return [(error.row, error.column) for error in job.errors]


def test_customers_of_a_csv_file_are_stored(client: Any, upload: Callable[..., Import]) -> None:
    job = upload("customers", "\ufeff" + CUSTOMERS.replace("\n", "\r\n"))
    assert (job.state, job.rows_accepted, job.rows_stored, job.rows_rejected) == (ImportState.DONE, 2, 2, 0)
    first, second = (CustomerStore(client, TABLE).get(each) for each in ("C1", "C2"))
    assert first is not None
    assert second is not None
    assert (first.vip, first.balance_due, first.joined_at) == (True, 12.5, at("2025-01-15") - 12 * 3_600_000)
    assert (second.name, second.segment, second.joined_at) == ("山田, 花子", None, at("2025-02-15") - 12 * 3_600_000)


def test_transactions_of_json_lines_are_booked_and_counted_once(client: Any, upload: Callable[..., Import]) -> None:
    CustomerStore(client, TABLE).put(customer())
    rows = [transaction(f"T{number}", amount=number + 0.1).model_dump_json() for number in range(1, 31)]
    job = upload("transactions", "\n".join([*rows, "", rows[0]]), "jsonl")
    assert (job.state, job.rows_accepted, job.rows_stored) == (ImportState.DONE, 31, 30)
    assert sum(month.purchases for month in Ledger(client, TABLE).months("C1")) == 30


def test_a_file_that_is_told_twice_is_stored_once(client: Any, upload: Callable[..., Import]) -> None:
    CustomerStore(client, TABLE).put(customer())
    once = upload("transactions", "\n".join([HEADER, line(1), line(2)]))
    before = content(client)
    again = upload("transactions", "\n".join([HEADER, line(1), line(2)]), times=2)
    assert (once.rows_stored, again.rows_stored) == (2, 0)
    assert content(client) == before


def test_one_wrong_row_stores_nothing_and_every_wrong_column_is_named(
    client: Any, upload: Callable[..., Import]
) -> None:
    CustomerStore(client, TABLE).put(customer())
    before = content(client)
    bad = line(2).replace("groceries", "sweets").replace("12.5", "much")
    unknown = line(3, customer_id="nobody")
    job = upload("transactions", "\n".join([HEADER, line(1), bad, unknown, line(4) + ",extra"]))
    assert wrong(job) == [(3, "amount"), (3, "category"), (4, "customer_id"), (5, "row")]
    assert (job.rows_rejected, job.rows_accepted) == (3, 0)
    assert content(client) == before


def test_an_id_with_other_content_is_wrong_in_the_file_and_against_the_ledger(
    client: Any, upload: Callable[..., Import]
) -> None:
    CustomerStore(client, TABLE).put(customer())
    Ledger(client, TABLE).book("C1", [transaction("T1")])
    job = upload("transactions", "\n".join([HEADER, line(1, amount=3), line(2), line(2, amount=4)]))
    assert wrong(job) == [(2, "transaction_id"), (4, "transaction_id")]


def test_a_customer_twice_in_a_file_and_a_moved_month_of_joining_are_wrong(
    client: Any, upload: Callable[..., Import]
) -> None:
    CustomerStore(client, TABLE).put(customer())
    Ledger(client, TABLE).book("C1", [transaction()])
    moved = CUSTOMERS.replace("2025-01-15", "2025-03-15")
    assert wrong(upload("customers", moved + "C2,Again,+12025550101,,,,")) == [(2, "joined_at"), (4, "customer_id")]


@pytest.mark.parametrize(
    ("content_", "expected"),
    [
        ("", [(1, "row")]),
        ("customer_id,name,phone\n", [(1, "row")]),
        ("customer_id,name\nC1,Alex\n", [(1, "phone")]),
        ("customer_id,name,phone,colour\n", [(1, "colour")]),
        ("customer_id,name,phone,phone\n", [(1, "phone")]),
        ('customer_id,name,phone\nC1,"Alex,+1', [(2, "row")]),
        (b"customer_id,name,phone\nC1,\xff,+12025550100\n", [(2, "row")]),
        ("customer_id,name,phone\nC1," + "x" * 70_000 + ",+12025550100\n", [(2, "row")]),
    ],
)
def test_a_file_that_cannot_be_read_says_where(
    client: Any, upload: Callable[..., Import], content_: str | bytes, expected: list[tuple[int, str]]
) -> None:
    assert wrong(upload("customers", content_)) == expected
    assert content(client) == []


@pytest.mark.parametrize("text", ["{", "[]", "7", '"x"', "[" * 50_000])
def test_a_json_line_that_is_no_object_is_wrong(upload: Callable[..., Import], text: str) -> None:
    good = json.dumps({"customer_id": "C1", "name": "Alex", "phone": "+12025550100"})
    assert wrong(upload("customers", f"{good}\n{text}\n", "jsonl")) == [(2, "row")]


def test_a_hundred_errors_are_told_and_all_are_counted(upload: Callable[..., Import]) -> None:
    job = upload("customers", "customer_id,name,phone\n" + "C1,Alex,none\n" * 150)
    assert (len(job.errors), job.rows_rejected) == (100, 150)


def test_a_file_that_is_too_large_is_not_read(upload: Callable[..., Import]) -> None:
    assert wrong(upload("customers", CUSTOMERS, size=21 * 1024 * 1024)) == [(1, "row")]


def test_more_rows_than_a_file_may_have_are_refused(
    upload: Callable[..., Import], monkeypatch: pytest.MonkeyPatch, client: Any
) -> None:
    monkeypatch.setattr("rapport.customers.imports.MOST_ROWS", 1)
    assert wrong(upload("customers", CUSTOMERS)) == [(3, "row")]
    assert content(client) == []


def test_an_import_that_is_over_does_not_run_again(client: Any, upload: Callable[..., Import]) -> None:
    job = upload("customers", CUSTOMERS)
    CustomerStore(client, TABLE).put(customer("C1", name="Later Change"))
    imports = ImportStore(client, TABLE)
    assert imports.begin(job.import_id) is None
    assert imports.begin("unknown") is None


def test_a_missing_file_is_tried_again_later(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load_handler("customers_import", monkeypatch, {"CUSTOMERS_TABLE": TABLE, "FILES_BUCKET": "files"})
    job = Import(
        import_id="job-2", kind=ImportKind.CUSTOMERS, format=ImportFormat.CSV, state=ImportState.WAITING,
        created_by="liam", created_at=at("2025-06-01"),
    )  # fmt: skip
    ImportStore(client, TABLE).save(job)
    with pytest.raises(DependencyUnavailableError):
        module.handler({"detail": {"object": {"key": job.object_key, "size": 1}}}, CONTEXT)


@settings(max_examples=150, deadline=None)
@given(
    raw=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    form=st.sampled_from(list(ImportFormat)),
    cut=st.integers(1, 40),
)
def test_any_bytes_are_rows_or_a_told_error(raw: bytes, form: ImportFormat, cut: int) -> None:
    chunks = [raw[place : place + cut] for place in range(0, len(raw), cut)]
    rows, told = read_all(chunks, form)
    for row in rows:
        found, errors = checked(row, NewCustomer)
        assert (found is None) is bool(errors)
    assert told is None or told.row >= 1


def read_all(chunks: list[bytes], form: ImportFormat) -> tuple[list[Row], RowError | None]:
    """Every row that can be read, and what stopped the reading."""
    rows: list[Row] = []
    try:
        rows.extend(read_rows(chunks, form, FIELDS, {"customer_id", "name", "phone"}))
    except UnreadableFileError as error:
        return rows, error.error
    return rows, None


@settings(max_examples=50, deadline=None)
@given(
    names=st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)),
    cut=st.integers(1, 50),
)
def test_rows_are_the_same_however_the_file_is_cut_into_pieces(names: list[str], cut: int) -> None:
    raw = "\n".join(json.dumps({"name": name}, ensure_ascii=False) for name in names).encode()
    chunks = [raw[place : place + cut] for place in range(0, len(raw), cut)]
    rows = list(read_rows(chunks, ImportFormat.JSONL, FIELDS, set()))
    assert [row.fields for row in rows] == [{"name": name} for name in names]
    assert [row.number for row in rows] == list(range(1, len(names) + 1))
