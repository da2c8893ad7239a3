"""Features are served as they are declared; a value's place among customers grows with the value."""

from __future__ import annotations

import pytest
import rapport_inference
from hypothesis import given
from hypothesis import strategies as st
from rapport.customers.features.declarations import CUSTOMER_NAMES, FEATURES
from rapport.scoring.features import Population, declared, rank, read_reference, values_of

from tests.builders.scoring import known, transactions

REFERENCE = read_reference(rapport_inference.ROOT / "models")
TENTHS = Population(edges=(0.0, 1.0, 3.0), shares=(0.5, 0.2, 0.2, 0.1), missing=0.0)


def test_all_75_features_are_told_with_formula_and_both_languages() -> None:
    found = declared(REFERENCE)
    assert [each.name for each in found.items] == [feature.name for feature in FEATURES]
    assert all(each.formula and each.label.ja and each.known.ja for each in found.items)
    assert {each.name for each in found.items if each.population is not None} >= {"spend_90d", "refunds_90d"}
    assert all(each.population is None for each in found.items if each.of_transaction)


def test_a_customers_values_are_those_of_the_feature_state() -> None:
    customer_id, booked = max(transactions().items(), key=lambda item: len(item[1]))
    of = known(customer_id, booked[-1].at + 1)
    found = values_of(of, REFERENCE)
    assert [each.name for each in found.items] == list(CUSTOMER_NAMES)
    values = {each.name: each.value for each in found.items}
    assert values["transactions_365d"] == of.state().features(of.at)["transactions_365d"]


def test_what_cannot_be_measured_has_no_value_and_no_place() -> None:
    customer_id, booked = next(iter(transactions().items()))
    found = {each.name: each for each in values_of(known(customer_id, booked[0].at), REFERENCE).items}
    assert (found["days_since_transaction"].value, found["days_since_transaction"].rank) == (None, None)
    assert found["transactions_7d"].value == 0


@pytest.mark.parametrize(
    ("value", "place"),
    [(-5.0, 0.25), (0.0, 0.25), (0.5, 0.6), (1.0, 0.6), (2.0, 0.8), (9.0, 0.95)],
)
def test_ties_count_half_and_the_rest_is_interpolated(value: float, place: float) -> None:
    assert rank(value, TENTHS) == pytest.approx(place)


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_a_larger_value_is_never_much_lower(one: float, other: float) -> None:
    low, high = sorted((one, other))
    # Only a tie may stand lower than what is just below it: by half of those who share it.
    assert rank(low, TENTHS) <= rank(high, TENTHS) + max(TENTHS.shares) / 2
    assert 0 <= rank(low, TENTHS) <= 1
