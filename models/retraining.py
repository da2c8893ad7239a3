"""Which rows a retraining learns from: predictions that got an outcome, or for churn what customers did next."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from models.data.bank.period import Columns
from models.data.bank.tables import Tables, TablesError
from models.tabular.errors import DataError
from models.tabular.table import LEAST_TIMES, Roles
from models.tasks import churn, product
from models.tasks.export import GROUP, KNOWN, TARGET, TIME, flat

# Fewer labelled rows, or fewer of the rarer outcome, leave a test part in which no figure means anything.
LEAST_ROWS, LEAST_RARER = 200, 50
# What one function holds in memory as Python values; a larger tenant trains churn offline or by predictions.
MOST_TRANSACTIONS = 2_000_000


@dataclass(frozen=True)
class Chosen:
    """A training set, what its columns are, and where it comes from in words."""

    frame: pd.DataFrame
    roles: Roles
    words: str


def tenant_set(name: str, tables: dict[str, pa.Table]) -> Chosen:
    """The training set of a model from the tenant's own data. Raises `DataError` saying what is missing."""
    found = feedback(tables["labels"])
    refusal = too_little(found.frame[TARGET].to_numpy(dtype=float), found.words)
    if refusal is None:
        return found
    if name != churn.NAME:
        raise DataError(refusal)
    active = activity(tables)
    instead = too_little(active.frame[TARGET].to_numpy(dtype=float), active.words)
    if instead is not None:
        raise DataError(f"{refusal}; {instead}")
    return active


def too_little(y: np.ndarray, what: str) -> str | None:
    """Why so few labels cannot carry a model; None when they can."""
    rarer = int(min(y.sum(), len(y) - y.sum())) if len(y) else 0
    if len(y) >= LEAST_ROWS and rarer >= LEAST_RARER:
        return None
    return f"{what}: {len(y)} labelled rows, {LEAST_ROWS} needed; {rarer} of the rarer outcome, {LEAST_RARER} needed"


def feedback(labels: pa.Table) -> Chosen:
    """A row per labelled prediction: what the model saw then, and what came of it."""
    said = labels.to_pylist()
    fields = [json.loads(row["row"]) for row in said]
    frame = pd.DataFrame(fields, dtype=object) if said else pd.DataFrame()
    features = tuple(str(column) for column in frame.columns)
    frame["row"] = [f"{row['subject']}@{row['at']}" for row in said]
    frame[GROUP] = [row["subject"] for row in said]
    frame[TIME] = [_iso(row["at"]) for row in said]
    frame[KNOWN] = [_iso(row["known_at"]) for row in said]
    frame[TARGET] = [row["label"] for row in said]
    roles = _roles(features)
    if frame[TIME].nunique() < LEAST_TIMES:  # One batch: there is no order in time to split by.
        roles = replace(roles, time="", known="", drop=(*roles.drop, TIME, KNOWN))
    return Chosen(frame, roles, "predictions with an outcome")


def activity(tables: dict[str, pa.Table]) -> Chosen:
    """Churn, as customers' transactions tell it: features before each quarter's cut-off, 90 days after it the label."""
    words = "customers at quarterly cut-offs"
    if not tables["transactions"].num_rows:
        return Chosen(pd.DataFrame({TARGET: []}), _roles(()), words)
    if tables["transactions"].num_rows > MOST_TRANSACTIONS:
        raise DataError(
            f"{tables['transactions'].num_rows:,} transactions are more than a function holds ({MOST_TRANSACTIONS:,}): "
            "train from a table of your own, or from predictions with an outcome"
        )
    bank = Tables(
        customers=_columns(tables["customers"], ("customer_id",)),
        transactions=_columns(tables["transactions"], tuple(tables["transactions"].column_names)),
        applications={},
        calls=_calls(tables["calls"]),
        labels={},
    )
    try:
        found = churn.training_set(bank, known=product.of_customer)
    except TablesError as error:
        return Chosen(pd.DataFrame({TARGET: []}), _roles(()), f"{words} ({error})")
    return Chosen(pd.DataFrame(flat(found)), _roles(found.features), words)


def _roles(features: tuple[str, ...]) -> Roles:
    return Roles(target=TARGET, group=GROUP, time=TIME, known=KNOWN, positive="1", drop=("row",), keep=features)


def _columns(table: pa.Table, names: tuple[str, ...]) -> Columns:
    frame = table.select(list(names)).to_pandas()
    return {
        name: frame[name].to_numpy() if pd.api.types.is_numeric_dtype(frame[name]) else frame[name].to_numpy(np.str_)
        for name in names
    }


def _calls(table: pa.Table) -> Columns:
    known = table.filter(pa.compute.is_valid(table["customer_id"]))
    return _columns(known, ("customer_id", "at")) if known.num_rows else {}


def _iso(at: int) -> str:
    return str(np.datetime64(at, "ms").astype("datetime64[s]"))
