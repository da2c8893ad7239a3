"""Features as of a moment: nothing at or after it counts, and what does count is counted right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.data.bank.period import DAY_MS, Columns
from models.tasks.asof import HOUR_MS, Context, History, context, per_transaction
from models.tasks.fraud import of_customer
from tests.builders.bank import some_transactions

_HALF_DAYS = st.integers(0, 400)
_ROWS = st.lists(
    st.tuples(st.sampled_from(["A", "B", "C"]), _HALF_DAYS, st.sampled_from([-20.0, 5.0, 12.5, 80.0, 300.0])),
    min_size=1,
    max_size=60,
)
_CHANNELS = ("card_present", "online", "direct_debit", "transfer")


def _history(rows: list[tuple[str, int, float]]) -> Columns:
    """Times in half days; the words of a transaction follow from its amount, so that they survive removals."""
    columns = some_transactions([(owner, half * DAY_MS // 2, amount) for owner, half, amount in rows])
    number = np.abs(columns["amount"]).astype(int)
    columns["channel"] = np.array(_CHANNELS)[number % 4]
    columns["merchant"] = np.char.add("M", (number % 3).astype(str))
    columns["country"] = np.array(["US", "JP"])[number % 2]
    columns["category"] = np.array(["groceries", "travel", "cash"])[number % 3]
    return columns


@settings(max_examples=150, deadline=None)
@given(rows=_ROWS, cutoff=_HALF_DAYS, features=st.sampled_from([context, of_customer]))
def test_what_happens_at_or_after_a_moment_changes_nothing_about_it(
    rows: list[tuple[str, int, float]], cutoff: int, features: Context
) -> None:
    at = cutoff * DAY_MS // 2
    whole = _history(rows)
    past = {name: values[whole["at"] < at] for name, values in whole.items()}
    owners = np.array(["A", "B", "C"])

    def asked(columns: Columns) -> Columns:
        history = History(columns)
        return features(history, history.codes(owners), np.full(3, at, dtype=np.int64))

    np.testing.assert_equal(asked(past), asked(whole))


@settings(max_examples=150, deadline=None)
@given(rows=_ROWS, pick=st.integers(0, 59))
def test_a_transactions_features_are_the_same_when_nothing_else_at_or_after_it_exists(
    rows: list[tuple[str, int, float]], pick: int
) -> None:
    whole = _history(rows)
    row = pick % len(rows)
    at = whole["at"][row]
    kept = (whole["at"] < at) | (np.arange(len(rows)) == row)
    past = {name: values[kept] for name, values in whole.items()}

    def asked(columns: Columns) -> dict[str, float]:
        history = History(columns)
        place = np.flatnonzero(history.columns["transaction_id"] == f"T{row:04d}")[0]
        found = {**per_transaction(history), **of_customer(history, history.code, history.at)}
        return {name: float(values[place]) for name, values in found.items()}

    np.testing.assert_equal(asked(past), asked(whole))


@settings(max_examples=100, deadline=None)
@given(rows=_ROWS, cutoff=_HALF_DAYS)
def test_counts_and_sums_are_those_of_a_plain_loop(rows: list[tuple[str, int, float]], cutoff: int) -> None:
    history = History(_history(rows))
    at = cutoff * DAY_MS // 2
    found = context(history, history.codes(np.array(["A", "B", "C"])), np.full(3, at, dtype=np.int64))
    for number, owner in enumerate("ABC"):
        mine = [(half * DAY_MS // 2, amount) for who, half, amount in rows if who == owner and half * DAY_MS // 2 < at]
        recent = [amount for when, amount in mine if when >= at - 90 * DAY_MS]
        bought = [amount for amount in recent if amount > 0]
        assert found["purchases_90d"][number] == len(bought)
        assert found["refunds_90d"][number] == len(recent) - len(bought)
        assert found["spend_90d"][number] == pytest.approx(sum(bought))
        last = (at - max(when for when, _ in mine)) / DAY_MS if mine else np.nan
        assert found["days_since_last"][number] == pytest.approx(last, nan_ok=True)


def test_velocity_and_novelty_of_a_burst() -> None:
    minute = HOUR_MS // 60
    start = 100 * DAY_MS
    rows = [
        ("A", start - 40 * DAY_MS, 20.0),
        ("A", start, 2.0),
        ("A", start + minute, 3.0),
        ("A", start + 2 * minute, 90.0),
    ]
    columns = some_transactions(rows)
    columns["merchant"] = np.array(["Usual", "New", "New", "New"])
    columns["country"] = np.array(["US", "FR", "FR", "FR"])
    found = per_transaction(History(columns))
    assert found["count_1h"].tolist() == [0, 0, 1, 2]
    assert found["spend_24h"].tolist() == [0, 0, 2, 5]
    assert found["merchant_count_before"].tolist() == [0, 0, 1, 2]
    assert found["country_share_before"][1:].tolist() == pytest.approx([0, 1 / 2, 2 / 3])
    assert found["amount_over_mean"][3] == pytest.approx(90 / (25 / 3))
    assert len(found) == 10


def test_hours_are_compared_round_the_clock() -> None:
    rows = [("A", day * DAY_MS + 23 * HOUR_MS, 10.0) for day in range(5)] + [("A", 6 * DAY_MS + HOUR_MS, 10.0)]
    assert per_transaction(History(some_transactions(rows)))["hours_from_usual"][-1] == pytest.approx(2)


def test_a_customer_without_transactions_is_not_known() -> None:
    history = History(some_transactions([("B", 5 * DAY_MS, 10.0)]))
    found = context(history, history.codes(np.array(["A", "Z"])), np.full(2, 50 * DAY_MS))
    assert found["purchases_90d"].tolist() == [0, 0]
    assert np.isnan(found["days_since_last"]).all()


@pytest.mark.parametrize("ask", [per_transaction, lambda h: context(h, h.codes(np.array(["A"])), np.array([5]))])
def test_an_empty_history_is_no_error(ask: Callable[[History], Columns]) -> None:
    found = ask(History(some_transactions([])))
    assert all(values.dtype == np.float64 for values in found.values())
