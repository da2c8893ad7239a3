"""Borders of the batch computation that random histories rarely meet."""

from __future__ import annotations

import numpy as np
from rapport.customers.features.declarations import CUSTOMER_NAMES, TRANSACTION_NAMES
from rapport.customers.vocabulary import CATEGORIES

from models.data.transactions import Transactions
from models.features.batch import customer_features, transaction_features
from models.features.columns import Columns, ordered
from tests.builders.features import Paid, columns, folded, moment


def value(matrix: np.ndarray, row: int, name: str) -> float:
    return float(matrix[row, CUSTOMER_NAMES.index(name)])


def test_of_no_transactions_there_are_no_rows() -> None:
    ids, matrix = customer_features(columns([]), moment(20_000))
    assert (ids, matrix.shape) == ((), (0, 65))
    assert transaction_features(columns([])).shape == (0, 10)


def test_customers_whose_transactions_all_come_later_have_the_features_of_an_empty_state() -> None:
    table = columns([Paid(at=moment(20_000)), Paid(at=moment(20_001), customer_id="C2")])
    ids, matrix = customer_features(table, moment(19_000))
    assert ids == ("C1", "C2")
    expected = list(folded([]).features(moment(19_000)).values())
    np.testing.assert_array_equal(matrix, [expected, expected])


def test_customers_named_without_any_row_have_the_features_of_an_empty_state() -> None:
    whole = columns([Paid(at=moment(20_000)), Paid(at=moment(20_001), customer_id="C2")])
    nobody = whole.rows(np.zeros(2, dtype=bool))
    _, matrix = customer_features(nobody, moment(20_010))
    np.testing.assert_array_equal(matrix[0], list(folded([]).features(moment(20_010)).values()))
    assert isinstance(nobody, Transactions)


def test_a_huge_customer_does_not_blur_the_coins_of_the_next() -> None:
    rows = [Paid(at=moment(20_000) + number, amount=1e10, customer_id="A") for number in range(100)]
    rows += [Paid(at=moment(20_000) + number, amount=0.01, customer_id="B") for number in range(3)]
    _, matrix = customer_features(columns(rows), moment(20_001))
    assert value(matrix, 1, "spend_30d") == 0.03
    assert value(matrix, 1, "sd_purchase_365d") == 0.0


def test_keys_too_wide_for_one_word_are_ordered_all_the_same() -> None:
    keys = np.array([5, 3, 5, 0, 3], dtype=np.int64)
    assert ordered(keys, 6).tolist() == ordered(keys, 1 << 62).tolist() == [3, 1, 4, 0, 2]


def test_counters_of_long_windows_do_not_run_into_each_other() -> None:
    rows = [
        Paid(at=moment(20_000) + number, category=CATEGORIES[number % 2], transaction_id=f"T{number:04d}")
        for number in range(3_000)
    ]
    shares = transaction_features(columns(rows))[:, TRANSACTION_NAMES.index("tx_category_share_90d")]
    assert shares[1] == 0
    assert shares[2_999] == 1_499 / 2_999


def test_prepared_columns_serve_both_and_the_offset_moves_the_days() -> None:
    rows = [Paid(at=moment(20_000, 0)), Paid(at=moment(20_000, 23), transaction_id="T2")]
    local, utc = Columns(columns(rows)), Columns(columns(rows), offset_ms=0)
    as_of = moment(20_001)
    assert value(customer_features(local, as_of)[1], 0, "active_days_30d") == 1
    assert value(customer_features(utc, as_of)[1], 0, "active_days_30d") == 2
    assert transaction_features(utc)[:, TRANSACTION_NAMES.index("tx_hour")].tolist() == [15, 14]
