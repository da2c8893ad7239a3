"""The bank as files and as a tenant's records."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from rapport.customers.model import Customer
from rapport.customers.vocabulary import CATEGORIES, CHANNELS

from models.data.bank.__main__ import lines, main
from models.data.bank.period import DAY_MS, END_MS
from models.data.bank.tables import TablesError, read, write
from models.data.bank.tenant import WEEK_MS, demo_customers, demo_transactions
from tests.builders.bank import a_bank, its_tables

NOW = END_MS + 143 * DAY_MS + 12_345


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_what_is_written_is_read_back(tmp_path: Path, kind: str) -> None:
    made = its_tables(3, 60)
    write(made, tmp_path, kind)
    found = read(tmp_path)
    for name in ("customers", "transactions", "applications", "calls", "turns"):
        _same(getattr(made, name), getattr(found, name))
    assert set(found.labels) == set(made.labels)
    for task, columns in made.labels.items():
        _same(columns, found.labels[task])


def _same(made: dict[str, np.ndarray], found: dict[str, np.ndarray]) -> None:
    assert list(made) == list(found)
    for name, values in made.items():
        if values.dtype.kind == "f":
            np.testing.assert_allclose(found[name], values, rtol=1e-12)
        else:
            np.testing.assert_array_equal(found[name], values, err_msg=name)


def test_a_folder_without_transactions_is_named_in_words(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("customer_id\nC1\n")
    with pytest.raises(TablesError, match=r"has no transactions\.parquet or transactions\.csv"):
        read(tmp_path)


def test_a_table_without_a_column_it_needs_is_named_in_words(tmp_path: Path) -> None:
    write(its_tables(3, 60), tmp_path, "csv")
    lines_of = [line.split(",", 1)[1] for line in (tmp_path / "labels_fraud.csv").read_text().splitlines()]
    (tmp_path / "labels_fraud.csv").write_text("\n".join(lines_of))
    with pytest.raises(TablesError, match=r"labels_fraud in .* has no column transaction_id"):
        read(tmp_path)


def test_the_command_line_writes_tables_and_says_synthetic_in_every_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--seed", "3", "--customers", "60", "--out", str(tmp_path), "--format", "csv"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert all(line.startswith("SYNTHETIC  ") for line in printed)
    assert [line for line in printed if "Bayes ceiling" in line] == [
        line for line in lines(a_bank(3, 60)) if "Bayes" in line
    ]
    text = (tmp_path / "README.md").read_text()
    assert "SYNTHETIC" in text.splitlines()[0]
    assert "--seed 3 --customers 60" in text
    assert all(line in text for line in lines(a_bank(3, 60)))
    assert {path.stem for path in tmp_path.glob("*.csv")} >= {"customers", "transactions", "calls", "labels_churn"}


def test_an_impossible_size_ends_the_command_line_in_one_line() -> None:
    with pytest.raises(SystemExit, match="error: a bank has 10 to"):
        main(["--customers", "3"])


# -- the tenant --


def test_a_tenants_customers_are_customers_of_the_service() -> None:
    found = demo_customers(a_bank())
    assert len(found) == 1_000
    json.dumps(found)
    for fields, ours in zip(found, a_bank().customers, strict=True):
        assert None not in fields.values()
        assert Customer.model_validate(fields) == Customer.model_validate(ours)


@pytest.mark.parametrize("limit", [0, 1, 25])
def test_each_customer_brings_the_latest_transactions_up_to_the_limit(limit: int) -> None:
    bank = a_bank()
    found = demo_transactions(bank, limit)
    json.dumps(found)
    by_customer: dict[str, list[dict]] = {}
    for one in found:
        by_customer.setdefault(one["customer_id"], []).append(one)
    for customer in ("C00001", "C00002", "C00500", "C01000"):
        everything = bank.transactions["transaction_id"][bank.transactions["customer_id"] == customer].tolist()
        ids = [one["transaction_id"] for one in by_customer.get(customer, [])]
        assert ids == (everything[-limit:] if limit else [])
    assert all(one["category"] in CATEGORIES and one["channel"] in CHANNELS for one in found)


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        demo_transactions(a_bank(), -1)


def test_a_tenant_ends_within_the_last_week_and_keeps_its_weekdays() -> None:
    bank = a_bank()
    fixed, moved = demo_transactions(bank, 500), demo_transactions(bank, 500, end=NOW)
    shifts = {after["at"] - before["at"] for before, after in zip(fixed, moved, strict=True)}
    assert len(shifts) == 1
    assert shifts.pop() % WEEK_MS == 0
    assert NOW - WEEK_MS - DAY_MS < max(one["at"] for one in moved) < NOW
    joined = [c["joined_at"] - b["joined_at"] for b, c in zip(bank.customers, demo_customers(bank, NOW), strict=True)]
    assert len(set(joined)) == 1
