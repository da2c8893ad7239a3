"""Every published model is asked by a row: fields say what they are, garbage is named, answers have reasons."""

from __future__ import annotations

import math
from typing import Any

import pytest
import rapport_inference
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.inference.asking.catalogue import LOADERS, recorded_score
from rapport.inference.asking.fields import complete
from rapport.inference.asking.model import FieldKind, RowModel, Told
from rapport.runtime.errors import InvalidInputError

MODELS = rapport_inference.ROOT / "models"
DAY = "2026-11-21"
LOADED: dict[str, RowModel] = {name: load(MODELS) for name, load in LOADERS.items()}
ROWS: dict[str, dict[str, Any]] = {
    "anomaly_call": {"duration_ratio": 40, "silence_share": 0.9, "transfers": 4},
    "anomaly_login": {"failed_before": 6, "new_device": True, "travel_kmh": 900},
    "anomaly_transaction": {"amount_ratio": 30, "new_country": True, "in_last_hour": 9},
    "behaviour_category": {"history": "groceries, fuel, groceries", "hours_since_last": 5},
    "behaviour_channel": {"history": "online online atm"},
    "forecast": {field.name: field.typical for field in LOADED["forecast"].fields},
    "intent": {"text": "I lost my card yesterday"},
    "lifetime_value": {"repeats": 5, "recency_weeks": 20, "age_weeks": 30, "mean_value": 50},
    "next_best_action": {"payment_risk": 0.6, "balance_due": 100, "days_past_due": 12},
    "payment_risk": {"days_past_due": 40, "refusal_count": 2, "hardship_intent": True},
    "segmentation": {"recency_days": 10, "frequency": 5, "monetary_mean": 40},
    "spam_caller": {
        "calls_1h": 8,
        "calls_24h": 50,
        "calls_7d": 200,
        "voip": True,
        "dialled_share_7d": 0.98,
        "answer_rate_7d": 0.2,
        "mean_duration_s": 15,
        "night_share_7d": 0.3,
        "gap_variation": 0.1,
        "neighbours_7d": 5,
        "agent_marks_30d": 2,
    },
    "spend_forecast": {"months": "420, 380, 510"},
}


def told(name: str, **row: Any) -> Told:
    return LOADED[name].tell("C1", row or ROWS[name], DAY)


def test_every_model_that_has_a_form_of_its_own_is_published_and_tried_here() -> None:
    assert set(ROWS) == set(LOADERS)


@pytest.mark.parametrize("name", sorted(LOADERS))
def test_fields_have_labels_in_both_languages_and_ranges_in_order(name: str) -> None:
    for field in LOADED[name].fields:
        assert field.label.en != field.label.ja, field.name
        assert field.unit is None or (field.unit.en and field.unit.ja)
        if field.low is not None and field.high is not None:
            assert field.low <= field.high
        if field.least is not None and isinstance(field.typical, float):
            assert field.least <= field.typical


@pytest.mark.parametrize("name", sorted(LOADERS))
def test_an_answer_says_something_with_reasons_in_both_languages(name: str) -> None:
    found = told(name)
    assert found.probability is not None or found.answer or found.outputs
    assert found.reasons
    assert all(reason.en and reason.ja and reason.en != reason.ja for reason in found.reasons)
    if found.classes:
        assert found.answer in {likely.code for likely in found.classes}
        assert sum(likely.probability for likely in found.classes) <= 1 + 1e-4


@pytest.mark.parametrize(
    ("name", "row", "field"),
    [
        ("segmentation", {"recency_days": 10, "frequency": 5, "monetary_mean": "much"}, "monetary_mean"),
        ("lifetime_value", {"repeats": 2.5, "recency_weeks": 2, "age_weeks": 3, "mean_value": 5}, "repeats"),
        ("lifetime_value", {"repeats": 2, "recency_weeks": 9, "age_weeks": 3, "mean_value": 5}, "recency_weeks"),
        ("anomaly_transaction", {"category_share": 2}, "category_share"),
        ("spam_caller", {"calls_7d": -1}, "calls_7d"),
        ("behaviour_channel", {"history": "online, carrier pigeon"}, "history"),
        ("next_best_action", {"segment": "whales"}, "segment"),
        ("next_best_action", {"has_plan": "perhaps"}, "has_plan"),
        ("forecast", {"first_day": "tomorrow", "slots_a_day": 2, "counts": "1 2"}, "first_day"),
        ("forecast", {"first_day": "2026-01-05", "slots_a_day": 2, "counts": "1 2 3"}, "counts"),
        ("forecast", {"first_day": "2026-01-05", "slots_a_day": 2, "counts": "1 2 3 4"}, "counts"),
        ("spend_forecast", {"months": "100, lots"}, "months"),
        ("spend_forecast", {"months_ahead": 40}, "months_ahead"),
        ("payment_risk", {"customer_talk_share": 7}, "customer_talk_share"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field(name: str, row: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        told(name, **row)
    assert caught.value.field == field


def test_more_unusual_values_make_an_event_rarer() -> None:
    def rarity(**row: Any) -> float:
        return next(float(o.value) for o in told("anomaly_transaction", **row).outputs if o.code == "rarity")

    assert rarity(**ROWS["anomaly_transaction"]) < rarity(amount_ratio=1.0)


def test_a_fast_calling_number_is_blocked_and_a_quiet_landline_is_not() -> None:
    assert told("spam_caller").answer == "block"
    assert told("spam_caller", calls_1h=0, calls_24h=1, calls_7d=2, answer_rate_7d=1, mean_duration_s=240).answer == (
        "let_through"
    )


def test_only_answers_that_are_watched_or_labelled_are_kept() -> None:
    kept = {name for name in LOADERS if recorded_score(name, told(name)) is not None}
    assert kept == {"payment_risk", "spam_caller", "anomaly_call", "anomaly_login", "anomaly_transaction"}
    assert recorded_score("intent", told("intent")) is None


CELLS = st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=20), st.integers())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_row_does_worse_than_a_named_field(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(LOADERS)))
    fields = [field for field in LOADED[name].fields if field.kind is not FieldKind.TEXT]
    row = dict(ROWS[name]) | {field.name: data.draw(CELLS) for field in data.draw(st.lists(st.sampled_from(fields)))}
    known = {field.name for field in LOADED[name].fields}
    assert answered(name, row) in {*known, None}


def answered(name: str, row: dict[str, Any]) -> str | None:
    """The field that is refused; None for a row that is answered by a finite figure."""
    try:
        complete(row, LOADED[name].fields)
        found = LOADED[name].tell("C1", row, DAY)
    except InvalidInputError as error:
        return error.field
    return None if found.probability is None or math.isfinite(found.probability) else "a figure that is none"
