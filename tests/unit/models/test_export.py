"""The export holds every customer and transaction once, sorted, and nothing else of the table."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rapport.customers.ledger import Ledger
from rapport.customers.store import CustomerStore

from models.data.export import main
from tests.builders.customers import TABLE, customer, customers_table, transaction


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)


@pytest.mark.parametrize("workers", ["1", "5"])
def test_customers_and_transactions_come_out_as_they_went_in(tmp_path: Path, workers: str) -> None:
    people = [customer(f"C{number}", name="山田 花子", vip=number == 2, calls_90d=number) for number in range(7)]
    with customers_table() as client:
        for person in people:
            CustomerStore(client, TABLE).put(person)
        rows = [transaction(f"T{n}", f"C{n % 3}", at=1_746_878_400_000 - n, amount=n + 0.1) for n in range(1, 20)]
        for each in rows:
            Ledger(client, TABLE).book(each.customer_id, [each])
        assert main(["--customers", TABLE, "--out", str(tmp_path / "new"), "--workers", workers]) == 0
    found = pq.read_table(tmp_path / "new" / "customers.parquet").to_pylist()
    assert found == [person.model_dump() for person in people]
    booked = pq.read_table(tmp_path / "new" / "transactions.parquet").to_pylist()
    expected = sorted(rows, key=lambda each: (each.customer_id, each.at))
    assert booked == [each.model_dump() for each in expected]
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"customers.parquet", "transactions.parquet"}


def test_an_empty_table_makes_empty_files(tmp_path: Path) -> None:
    with customers_table():
        assert main(["--customers", TABLE, "--out", str(tmp_path)]) == 0
    assert pq.read_table(tmp_path / "transactions.parquet").num_rows == 0


def test_a_table_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with customers_table(), pytest.raises(SystemExit, match="the table nothing cannot be read"):
        main(["--customers", "nothing", "--out", str(tmp_path)])


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with customers_table(), pytest.raises(SystemExit, match="cannot be written"):
        main(["--customers", TABLE, "--out", str(tmp_path / "file")])
