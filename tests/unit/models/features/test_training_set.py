"""Training sets at a point in time: features before it, labels after it, nothing immature."""

from __future__ import annotations

import numpy as np
import pytest
from rapport.customers.features.calendar import DAY_MS
from rapport.customers.features.declarations import CUSTOMER_NAMES

from models.features.batch import customer_features
from models.features.training_set import ImmatureError, mature_cut_offs, training_set
from tests.builders.features import Paid, columns, moment

FIRST, SECOND = moment(20_000, 0), moment(20_030, 0)
PAID = [
    Paid(at=moment(19_990), customer_id="A", amount=10, transaction_id="a1"),
    Paid(at=moment(20_010), customer_id="A", amount=20, transaction_id="a2"),
    Paid(at=FIRST - 1, customer_id="B", amount=30, transaction_id="b1"),
    Paid(at=FIRST, customer_id="B", amount=40, transaction_id="b2"),
    Paid(at=moment(19_000), customer_id="C", amount=50, transaction_id="c1"),
]
LONG_AFTER = moment(21_000, 0)


def built(outcomes=None, cut_offs=(FIRST,), horizon_days=30, observed_until=LONG_AFTER, **more):
    return training_set(
        columns(PAID), outcomes or {}, cut_offs, horizon_days=horizon_days, observed_until=observed_until, **more
    )


def labels(found) -> dict[str, float]:
    return dict(zip(found.customer.tolist(), found.y.tolist(), strict=True))


def test_features_are_those_of_before_the_cut_off() -> None:
    found = built()
    spend = found.x[:, CUSTOMER_NAMES.index("spend_365d")]
    assert dict(zip(found.customer.tolist(), spend.tolist(), strict=True)) == {"A": 10, "B": 30}
    np.testing.assert_array_equal(found.x, customer_features(columns(PAID), FIRST)[1][:2])


@pytest.mark.parametrize(
    ("at", "label"),
    [(FIRST, 1), (FIRST + 30 * DAY_MS - 1, 1), (FIRST + 30 * DAY_MS, 0)],
    ids=["at the cut-off", "last instant of the horizon", "horizon is over"],
)
def test_an_outcome_counts_from_the_cut_off_to_the_end_of_the_horizon(at: int, label: int) -> None:
    assert labels(built({"A": [at]})) == {"A": label, "B": 0}


def test_whoever_has_left_before_the_cut_off_is_not_asked_whether_he_leaves() -> None:
    assert labels(built({"A": [FIRST - 1]})) == {"B": 0}
    assert labels(built({"A": [FIRST - 1, FIRST + 5]}, terminal=False)) == {"A": 1, "B": 0}


def test_whoever_was_long_silent_is_left_out_unless_asked_for() -> None:
    assert "C" not in labels(built())
    assert "C" in labels(built(active_days=None))


def test_several_cut_offs_give_rows_of_each_and_the_features_of_each() -> None:
    found = built({"B": [SECOND + 1]}, cut_offs=(SECOND, FIRST, FIRST))
    spend = found.x[:, CUSTOMER_NAMES.index("spend_365d")].tolist()
    assert list(zip(found.customer.tolist(), found.cut_off.tolist(), spend, found.y.tolist(), strict=True)) == [
        ("A", FIRST, 10, 0),
        ("B", FIRST, 30, 0),
        ("A", SECOND, 30, 0),
        ("B", SECOND, 70, 1),
    ]
    assert found.prevalence == 0.25
    assert len(found) == 4


def test_a_cut_off_whose_outcomes_are_not_all_known_is_refused() -> None:
    built(observed_until=FIRST + 30 * DAY_MS)
    with pytest.raises(ImmatureError, match=r"ends 0\.5 days after"):
        built(observed_until=FIRST + 30 * DAY_MS - DAY_MS // 2)


def test_mature_cut_offs_stop_where_the_horizon_would_not_be_over() -> None:
    found = mature_cut_offs(FIRST, 30, horizon_days=90, observed_until=FIRST + 150 * DAY_MS)
    assert found == [FIRST, FIRST + 30 * DAY_MS, FIRST + 60 * DAY_MS]
    assert mature_cut_offs(FIRST, 30, horizon_days=90, observed_until=FIRST) == []


@pytest.mark.parametrize("wrong", [{"cut_offs": ()}, {"horizon_days": 0}])
def test_a_training_set_needs_a_cut_off_and_a_horizon(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="needs a cut-off"):
        built(**wrong)
