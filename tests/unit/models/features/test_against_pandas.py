"""A third computation, written in plain pandas without the declarations, comes to the same values."""

from __future__ import annotations

import pytest
from rapport.customers.features.calendar import DAY_MS

from benchmarks.features import DAYS, START, TOLERANCE, difference, random_transactions
from benchmarks.features_pandas import customer_features as customers_in_pandas
from benchmarks.features_pandas import frame_of
from benchmarks.features_pandas import transaction_features as transactions_in_pandas
from models.features.batch import customer_features, transaction_features


@pytest.mark.parametrize("days", [DAYS, 400, 200.25], ids=["after all", "at midnight", "within a day"])
def test_the_features_of_customers_are_those_of_pandas(days: float) -> None:
    table = random_transactions(3_000, 60)
    as_of = START + int(days * DAY_MS)
    ids, ours = customer_features(table, as_of)
    theirs = customers_in_pandas(frame_of(table), as_of, len(ids)).to_numpy()
    assert difference(ours, theirs) < TOLERANCE


def test_the_features_of_transactions_are_those_of_pandas() -> None:
    table = random_transactions(3_000, 60)
    assert difference(transaction_features(table), transactions_in_pandas(frame_of(table)).to_numpy()) < TOLERANCE
