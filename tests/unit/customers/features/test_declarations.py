"""What the declarations promise: how many, in words, and which state they need."""

from __future__ import annotations

from collections import Counter

import pytest
from rapport.customers.features.algebra import ANY, Aggregate, Sign, Statistic, Where
from rapport.customers.features.declarations import (
    CUSTOMER_FEATURES,
    FEATURES,
    TRANSACTION_FEATURES,
    Group,
    Known,
)
from rapport.customers.features.measures import PLAN, plan

from models.features import document


def test_there_are_as_many_features_of_each_group_as_promised() -> None:
    assert Counter(feature.group for feature in CUSTOMER_FEATURES) == {
        Group.RECENCY: 3,
        Group.MONETARY: 17,
        Group.FREQUENCY: 8,
        Group.BEHAVIOURAL: 7,
        Group.TEMPORAL: 6,
        Group.TREND: 4,
        Group.CATEGORY: 20,
    }
    assert Counter(feature.group for feature in TRANSACTION_FEATURES) == {
        Group.CONTEXT: 4,
        Group.PATTERN: 2,
        Group.BASIC: 2,
        Group.VELOCITY: 2,
    }


def test_names_labels_and_formulas_are_there_and_each_is_used_once() -> None:
    for texts in (
        [feature.name for feature in FEATURES],
        [feature.label.en for feature in FEATURES],
        [feature.label.ja for feature in FEATURES],
        [feature.formula for feature in FEATURES],
    ):
        assert all(texts)
        assert len(set(texts)) == len(FEATURES)
    assert all(feature.description.endswith(".") for feature in FEATURES)


def test_a_feature_of_a_customer_is_known_at_a_cut_off_and_one_of_a_transaction_on_arrival() -> None:
    assert {feature.known for feature in CUSTOMER_FEATURES} == {Known.CUT_OFF}
    assert {feature.known for feature in TRANSACTION_FEATURES} == {Known.ARRIVAL, Known.ARRIVAL_AND_PAST}


@pytest.mark.parametrize(
    ("name", "formula", "missing"),
    [
        ("spend_30d", "sum(amount of purchases, 30 d)", ""),
        ("max_purchase_30d", "max(amount of purchases, 30 d)", "no purchases in 30 d"),
        ("night_share_90d", "count(night (0 to 6 h) transactions, 90 d) / count(transactions, 90 d)",
         "no transactions in 90 d"),
        ("sd_gap_365d", "sd of gaps between active days(365 d)", "fewer than three active days in 365 d"),
        ("tx_count_1h", "count(transactions, 1 h)", ""),
        ("tx_new_merchant", "1 if merchant not seen in 365 d else 0", ""),
    ],
)  # fmt: skip
def test_the_formula_and_what_is_missing_are_told_from_the_expression(name: str, formula: str, missing: str) -> None:
    feature = next(feature for feature in FEATURES if feature.name == name)
    assert (feature.formula, feature.missing) == (formula, missing)


@pytest.mark.parametrize(
    ("statistic", "where", "windows", "reason"),
    [
        (Statistic.COUNT, ANY, {}, "no window"),
        (Statistic.COUNT, ANY, {"days": 1, "hours": 1}, "two windows"),
        (Statistic.SPAN, Where(sign=Sign.REFUND), {"days": 1}, "days are of every transaction"),
        (Statistic.MAX, ANY, {"hours": 1}, "no maximum is kept of hours"),
        (Statistic.COUNT, Where(category="fuel"), {"hours": 1}, "hours know signs only"),
    ],
)
def test_an_aggregate_that_no_state_could_keep_is_refused(
    statistic: Statistic, where: Where, windows: dict[str, int], reason: str
) -> None:
    with pytest.raises(ValueError, match=r"window|every transaction"):
        Aggregate(statistic, where, **windows)


def test_the_plan_covers_the_widest_windows_and_does_not_depend_on_the_process() -> None:
    assert (PLAN.days, PLAN.hours) == (365, 24)
    assert plan(FEATURES).fingerprint == PLAN.fingerprint
    assert plan(FEATURES[:10]).fingerprint != PLAN.fingerprint


def test_the_document_is_what_the_declarations_say() -> None:
    text = document.render()
    assert all(f"| `{feature.name}` |" in text for feature in FEATURES)
    assert document.main(["--check"]) == 0


def test_an_outdated_document_is_told(tmp_path, monkeypatch, capsys) -> None:
    outdated = tmp_path / "features.md"
    outdated.write_text("old", encoding="utf-8")
    monkeypatch.setattr(document, "DOCUMENT", outdated)
    assert document.main(["--check"]) == 1
    assert "out of date" in capsys.readouterr().err
    assert document.main([]) == 0
    assert document.main(["--check"]) == 0
