"""A table of transactions is checked, sorted, and survives Parquet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rapport.customers.vocabulary import CATEGORIES, CHANNELS

from models.data.transactions import COLUMNS, Transactions, TransactionsError, read_parquet
from tests.builders.features import Paid, columns

ROWS = (
    Paid(at=300, customer_id="B", transaction_id="T1", amount=5.5, category="fuel", channel="online", merchant="Ｍ"),
    Paid(at=200, customer_id="A", transaction_id="T2", country="US"),
    Paid(at=300, customer_id="B", transaction_id="T0", amount=-1),
    Paid(at=100, customer_id="B", transaction_id="T3"),
)


def names(**changed: list[object]) -> dict[str, list[object]]:
    return {**{name: [getattr(row, name) for row in ROWS] for name in COLUMNS}, **changed}


def test_rows_are_sorted_by_customer_and_time_and_equal_times_stay_in_order_of_arrival() -> None:
    table = columns(ROWS)
    assert table.customer_ids == ("A", "B")
    assert table.customer.tolist() == [0, 1, 1, 1]
    assert table.at.tolist() == [200, 100, 300, 300]
    assert table.transaction_ids == ("T2", "T3", "T1", "T0")
    assert [CATEGORIES[code] for code in table.category] == ["groceries", "groceries", "fuel", "groceries"]
    assert [CHANNELS[code] for code in table.channel][2] == "online"
    assert [table.merchant_names[code] for code in table.merchant][2] == "Ｍ"
    assert [table.country_names[code] for code in table.country] == ["US", "JP", "JP", "JP"]


def test_types_are_those_of_the_contract() -> None:
    table = columns(ROWS)
    kinds = {name: getattr(table, name).dtype for name in
             ("customer", "at", "amount", "category", "channel", "merchant", "country")}  # fmt: skip
    assert kinds == {
        "customer": np.int32, "at": np.int64, "amount": np.float64, "category": np.int8, "channel": np.int8,
        "merchant": np.int32, "country": np.int16,
    }  # fmt: skip


def test_a_table_written_and_read_is_the_same(tmp_path: Path) -> None:
    table = columns(ROWS)
    table.write_parquet(tmp_path / "t.parquet")
    again = read_parquet(tmp_path / "t.parquet")
    assert again.transaction_ids == table.transaction_ids
    assert again.to_arrow().equals(table.to_arrow())


def test_an_empty_table_is_a_table(tmp_path: Path) -> None:
    table = columns([])
    table.write_parquet(tmp_path / "t.parquet")
    assert len(read_parquet(tmp_path / "t.parquet")) == 0


def test_whole_amounts_and_plain_strings_of_another_tool_are_read(tmp_path: Path) -> None:
    pq.write_table(pa.table({**names(amount=[5, 10, -1, 10]), "extra": [1, 2, 3, 4]}), tmp_path / "t.parquet")
    assert sorted(read_parquet(tmp_path / "t.parquet").amount.tolist()) == [-1, 5, 10, 10]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"category": ["fuel", "fuel", "weapons", "fuel"]}, "row 2, column category: 'weapons' is not one of"),
        ({"channel": ["online", "pigeon", "atm", "atm"]}, "row 1, column channel: 'pigeon'"),
        ({"amount": [1.0, 1.0, 1.0, float("nan")]}, "row 3, column amount: nan"),
        ({"amount": [1.0, -1e11, 1.0, 1.0]}, "row 1, column amount: -1"),
        ({"amount": ["1", "2", "3", "4"]}, "row 0, column amount: '1' is not a number"),
        ({"at": [1, 2, 3, 1_700_000_000_000_000]}, "row 3, column at: 1700000000000000 is not epoch milliseconds"),
        ({"at": [1.5, 2.0, 3.0, 4.0]}, "row 0, column at: 1.5 is not a whole number"),
        ({"customer_id": ["A", None, "B", "B"]}, "row 1, column customer_id: None"),
        ({"customer_id": ["A", "B", "", "B"]}, "row 2, column customer_id: '' is not a name"),
        ({"merchant": [1, 2, 3, 4]}, "row 0, column merchant: 1 is not text"),
    ],
)
def test_the_first_bad_value_is_named_by_row_and_column(changed: dict[str, list[object]], message: str) -> None:
    with pytest.raises(TransactionsError, match=message):
        Transactions.from_columns(names(**changed))


def test_a_missing_column_is_named() -> None:
    rows = names()
    del rows["country"]
    with pytest.raises(TransactionsError, match="column country is missing"):
        Transactions.from_columns(rows)


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_text("customer,amount")
    with pytest.raises(TransactionsError, match=r"t\.parquet is not a Parquet file"):
        read_parquet(tmp_path / "t.parquet")


def test_two_transactions_of_one_id_are_refused() -> None:
    with pytest.raises(TransactionsError, match="row 2, column transaction_id: 'T1' is not unique"):
        Transactions.from_columns(names(transaction_id=["T1", "T2", "T1", "T3"]))
