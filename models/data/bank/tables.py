"""The bank as tables of columns, and as files: what the training sets read, from here or from one's own data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.data.bank.bank import TASKS, Bank
from models.data.bank.credit import FORM
from models.data.bank.period import Columns

FORMATS = ("parquet", "csv")
_TABLES = ("customers", "transactions", "applications", "calls")


class TablesError(ValueError):
    """A folder does not hold the tables; the message says which file or column is missing."""


@dataclass(frozen=True)
class Tables:
    """Columns by name, `(rows,)` each, of every table; `labels` by task. `turns` are the transcripts' rows.

    Of one's own data: the same columns, without `probability` in the labels, which nobody knows in life.
    """

    customers: Columns
    transactions: Columns
    applications: Columns
    calls: Columns
    labels: dict[str, Columns]
    turns: Columns | None = None


def tables(bank: Bank) -> Tables:
    """The bank's tables. Not known is NaN."""
    names = list(bank.customers[0])
    customers: Columns = {name: _column([customer[name] for customer in bank.customers]) for name in names}
    customers["name_kana"] = np.array(bank.kana, dtype=np.str_)
    paid = bank.labels["payment"]
    calls: Columns = {
        **{name: paid[name] for name in ("contact_id", "customer_id", "at")},
        "language": np.array([found.call.customer.language for found in bank.calls], dtype=np.str_),
        "duration_ms": np.array([found.call.turns[-1].end_ms for found in bank.calls], dtype=np.int64),
    }
    return Tables(
        customers=customers,
        transactions={**bank.transactions, "refund_of": bank.refund_of},
        applications=bank.applications,
        calls=calls,
        labels=bank.labels,
        turns=_turns(bank),
    )


def _column(values: list[Any]) -> NDArray[Any]:
    if any(value is None for value in values):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array(values)


def _turns(bank: Bank) -> Columns:
    said = [(found.call.contact_id, turn) for found in bank.calls for turn in found.call.turns]
    return {
        "contact_id": np.array([contact for contact, _ in said], dtype=np.str_),
        "role": np.array([turn.role.value for _, turn in said], dtype=np.str_),
        "begin_ms": np.array([turn.begin_ms for _, turn in said], dtype=np.int64),
        "end_ms": np.array([turn.end_ms for _, turn in said], dtype=np.int64),
        "content": np.array([turn.content for _, turn in said], dtype=np.str_),
        "sentiment": np.array([turn.sentiment.value if turn.sentiment else "" for _, turn in said], dtype=np.str_),
    }


def write(found: Tables, folder: Path, kind: str = "parquet") -> list[Path]:
    """Write a file per table and per task's labels, `kind` one of `FORMATS`; returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    all_tables = {name: getattr(found, name) for name in _TABLES}
    all_tables |= {f"labels_{task}": columns for task, columns in found.labels.items()}
    if found.turns is not None:
        all_tables["turns"] = found.turns
    written = []
    for name, columns in all_tables.items():
        path = folder / f"{name}.{kind}"
        frame = pd.DataFrame(columns)
        if kind == "parquet":
            frame.to_parquet(path, index=False)
        else:
            frame.to_csv(path, index=False)
        written.append(path)
    return written


def read(folder: Path) -> Tables:
    """Read what `write` wrote, or one's own files of the same names and columns; `TablesError` says what is missing.

    A task whose labels are not there is left out.
    """
    found = {name: _read(folder, name) for name in _TABLES}
    missing = [name for name in _TABLES[:2] if found[name] is None]
    if missing:
        raise TablesError(f"{folder} has no {missing[0]}.parquet or {missing[0]}.csv")
    labels = {task: columns for task in TASKS if (columns := _read(folder, f"labels_{task}")) is not None}
    present = {name: columns or {} for name, columns in found.items()}
    return Tables(**present, labels=labels, turns=_read(folder, "turns"))


_NEEDED = {
    "customers": ("customer_id",),
    "transactions": ("transaction_id", "customer_id", "at", "amount", "category", "channel", "merchant", "country"),
    "applications": ("application_id", "customer_id", "at", *FORM),
    "calls": ("customer_id", "at"),
    "labels_churn": ("customer_id", "at", "known_at", "label"),
    "labels_fraud": ("transaction_id", "known_at", "label"),
    "labels_credit": ("application_id", "known_at", "label"),
    "labels_payment": ("contact_id", "known_at", "label"),
}
# An empty text is a text; an empty number is one that is not known.
_TEXT = (
    "application_id", "category", "channel", "contact_id", "content", "country", "currency", "customer_id", "email",
    "kind", "language", "merchant", "name", "name_kana", "phone", "refund_of", "role", "segment", "sentiment",
    "transaction_id",
)  # fmt: skip


def _read(folder: Path, name: str) -> Columns | None:
    parquet, csv = (folder / f"{name}.{kind}" for kind in FORMATS)
    if parquet.is_file():
        frame = pd.read_parquet(parquet)
    elif csv.is_file():
        frame = pd.read_csv(csv, converters=dict.fromkeys(_TEXT, str))
    else:
        return None
    missing = [column for column in _NEEDED.get(name, ()) if column not in frame.columns]
    if missing:
        raise TablesError(f"{name} in {folder} has no column {missing[0]}")
    return {str(column): _plain(frame[column]) for column in frame.columns}


def _plain(column: Any) -> NDArray[Any]:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return np.asarray(column.to_numpy())
    return np.asarray(column.fillna("").to_numpy(dtype=np.str_))
