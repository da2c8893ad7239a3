"""Training and service compute the same features, whatever was paid, and neither sees the future."""

from __future__ import annotations

import json
from collections import defaultdict
from math import isfinite, isnan

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.customers.features.calendar import DAY_MS
from rapport.customers.features.declarations import CUSTOMER_NAMES, FEATURES, TRANSACTION_NAMES, Unit
from rapport.customers.features.online import CustomerState

from models.features.batch import customer_features, transaction_features
from tests.builders.features import Paid, columns, folded, histories

RELATIVE = 1e-6


def assert_same(ours: dict[str, float], theirs: dict[str, float]) -> None:
    assert list(ours) == list(theirs)
    for name, value in ours.items():
        both_missing = isnan(value) and isnan(theirs[name])
        # Below a thousandth of the smallest coin two amounts are the same.
        assert both_missing or abs(value - theirs[name]) <= max(1e-6, RELATIVE * abs(value)), (
            name,
            value,
            theirs[name],
        )


def by_customer(history: list[Paid]) -> dict[str, list[Paid]]:
    groups: dict[str, list[Paid]] = defaultdict(list)
    for row in history:
        groups[row.customer_id].append(row)
    return groups


@settings(max_examples=250, deadline=None)
@given(history=histories(), delay=st.one_of(st.integers(1, 3), st.integers(1, 400 * DAY_MS)))
def test_online_and_batch_agree_after_any_sequence_of_transactions(history: list[Paid], delay: int) -> None:
    if not history:
        return
    as_of = history[-1].at + delay
    ids, matrix = customer_features(columns(history), as_of)
    for customer_id, row in zip(ids, matrix.tolist(), strict=True):
        online = folded(by_customer(history)[customer_id]).features(as_of)
        assert_same(online, dict(zip(CUSTOMER_NAMES, row, strict=True)))


@settings(max_examples=250, deadline=None)
@given(histories())
def test_every_transaction_has_the_same_features_on_arrival_and_in_batch(history: list[Paid]) -> None:
    table = columns(history)
    batch = dict(zip(table.transaction_ids, transaction_features(table).tolist(), strict=True))
    for rows in by_customer(history).values():
        state = CustomerState()
        for row in rows:
            theirs = dict(zip(TRANSACTION_NAMES, batch[row.transaction_id], strict=True))
            assert_same(state.transaction_features(row), theirs)
            state.add(row)


@settings(max_examples=150, deadline=None)
@given(history=histories(), data=st.data())
def test_nothing_at_or_after_the_cut_off_changes_a_feature(history: list[Paid], data: st.DataObject) -> None:
    if not history:
        return
    as_of = data.draw(st.sampled_from(history)).at + data.draw(st.integers(-2, 2))
    before = [row for row in history if row.at < as_of]
    ids, whole = customer_features(columns(history), as_of)
    known_ids, known = customer_features(columns(before), as_of)
    for position, customer_id in enumerate(known_ids):
        np.testing.assert_array_equal(whole[ids.index(customer_id)], known[position])


@settings(max_examples=150, deadline=None)
@given(history=histories(), data=st.data())
def test_no_transaction_knows_of_later_ones(history: list[Paid], data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(history)))
    whole, early = columns(history), columns(history[:kept])
    rows = dict(zip(whole.transaction_ids, transaction_features(whole), strict=True))
    for name, values in zip(early.transaction_ids, transaction_features(early), strict=True):
        np.testing.assert_array_equal(rows[name], values)


@settings(max_examples=100, deadline=None)
@given(history=histories(), data=st.data())
def test_the_order_of_customers_does_not_matter(history: list[Paid], data: st.DataObject) -> None:
    if not history:
        return
    names = data.draw(st.permutations(["C1", "C2", "C3"]))
    renamed = dict(zip(["C1", "C2", "C3"], names, strict=True))
    moved = [Paid(**{**row.__dict__, "customer_id": renamed[row.customer_id]}) for row in history]
    ids, matrix = customer_features(columns(history), history[-1].at + 1)
    moved_ids, moved_matrix = customer_features(columns(moved), history[-1].at + 1)
    for position, customer_id in enumerate(ids):
        np.testing.assert_array_equal(matrix[position], moved_matrix[moved_ids.index(renamed[customer_id])])


@settings(max_examples=100, deadline=None)
@given(history=histories(customers=("C1",)), data=st.data())
def test_what_a_state_answers_does_not_depend_on_the_order_of_arrival(history: list[Paid], data: st.DataObject) -> None:
    if not history:
        return
    as_of = history[-1].at + data.draw(st.one_of(st.integers(1, DAY_MS), st.integers(1, 400 * DAY_MS)))
    shuffled = data.draw(st.permutations(history))
    ours, theirs = folded(history), folded(shuffled)
    np.testing.assert_equal(ours.features(as_of), theirs.features(as_of))
    probe = Paid(at=as_of, merchant="A", country="FR")
    np.testing.assert_equal(ours.transaction_features(probe), theirs.transaction_features(probe))


@settings(max_examples=150, deadline=None)
@given(history=histories(customers=("C1",)), data=st.data())
def test_a_state_that_was_stored_and_restored_anywhere_answers_the_same(
    history: list[Paid], data: st.DataObject
) -> None:
    state = CustomerState()
    stops = data.draw(st.sets(st.integers(0, len(history))))
    for number, row in enumerate(history):
        if number in stops:
            state = CustomerState.from_dict(json.loads(json.dumps(state.to_dict())))
        state.add(row)
    restored = CustomerState.from_dict(json.loads(json.dumps(state.to_dict())))
    as_of = (history[-1].at if history else 0) + data.draw(st.integers(1, 400 * DAY_MS))
    np.testing.assert_equal(restored.features(as_of), folded(history).features(as_of))
    probe = Paid(at=as_of, merchant="B", country="US")
    np.testing.assert_equal(restored.transaction_features(probe), folded(history).transaction_features(probe))


@settings(max_examples=150, deadline=None)
@given(histories(customers=("C1",)))
def test_values_lie_in_the_range_of_their_unit_and_are_missing_only_where_declared(history: list[Paid]) -> None:
    as_of = history[-1].at + 1 if history else 1
    state = folded(history)
    found = {**state.features(as_of), **state.transaction_features(Paid(at=as_of))}
    for feature in FEATURES:
        value = found[feature.name]
        assert isfinite(value) or (isnan(value) and feature.missing), feature.name
        low, high = {
            Unit.SHARE: (0, 1), Unit.CHANGE: (-1, 1), Unit.POINTS: (-1, 1), Unit.FLAG: (0, 1), Unit.HOUR: (0, 24),
            Unit.NATS: (0, 3), Unit.COUNT: (0, 40), Unit.DAYS: (0, 1_000),
        }.get(feature.unit, (-1e16, 1e16))  # fmt: skip
        assert isnan(value) or low - 1e-9 <= value <= high + 1e-9, feature.name
