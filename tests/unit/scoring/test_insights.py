"""What comes next for a customer, what is unusual, and who is spam: the published models as library calls."""

from __future__ import annotations

import pytest
import rapport_inference
from rapport.customers.vocabulary import CATEGORIES, CHANNELS
from rapport.inference.anomaly import Kind
from rapport.scoring.insights import Insights, transaction_event

from tests.builders.scoring import known, transactions

INSIGHTS = Insights(rapport_inference.ROOT / "models")
BUSY = max(transactions(), key=lambda name: len(transactions()[name]))
LAST = transactions()[BUSY][-1]
PAST = known(BUSY, LAST.at)


def test_the_next_channel_and_category_are_chosen_among_all_with_reasons() -> None:
    for found, actions in ((INSIGHTS.next_channel(PAST), CHANNELS), (INSIGHTS.next_category(PAST), CATEGORIES)):
        assert tuple(found.probabilities) == actions
        assert sum(found.probabilities.values()) == pytest.approx(1)
        assert found.reasons


def test_a_customer_nobody_has_seen_act_gets_what_is_usual_without_a_reason() -> None:
    stranger = known(BUSY, transactions()[BUSY][0].at)
    assert INSIGHTS.next_channel(stranger).reasons == ()


def test_a_payment_is_described_by_what_came_before_it_alone() -> None:
    event = transaction_event(PAST, LAST)
    assert event == transaction_event(known(BUSY, LAST.at + 1), LAST)
    assert event["gap_hours"] >= 0
    assert 0 <= event["hour_distance"] <= 12
    assert event["new_merchant"] in {0.0, 1.0}
    assert 0 <= event["category_share"] <= 1


def test_the_hour_is_compared_round_the_clock() -> None:
    day = 86_400_000
    start = PAST.at - PAST.at % day - 60 * day
    late = [t.model_copy(update={"at": start + n * day + 23 * 3_600_000}) for n, t in enumerate(PAST.transactions[:20])]
    past = type(PAST)(PAST.customer, tuple(late), start + 40 * day)
    soon_after = LAST.model_copy(update={"at": start + 30 * day + 3_600_000})
    assert transaction_event(past, soon_after)["hour_distance"] == pytest.approx(2, abs=0.01)


def test_a_strange_payment_is_rarer_than_a_usual_one_and_says_why() -> None:
    strange = LAST.model_copy(update={"amount": 90_000.0, "merchant": "Never Seen", "country": "BR"})
    usual, odd = (INSIGHTS.transaction(PAST, payment) for payment in (LAST, strange))
    assert odd.rarity < usual.rarity
    assert {"amount_ratio", "new_country"} & {reason.code for reason in odd.reasons}


def test_without_a_history_nothing_is_unusual() -> None:
    stranger = known(BUSY, transactions()[BUSY][0].at)
    found = INSIGHTS.transaction(stranger, transactions()[BUSY][0])
    assert (found.unusual, found.reasons) == (False, ())


def test_logins_calls_and_callers_are_judged_by_what_is_counted_of_them() -> None:
    calm, wild = (INSIGHTS.event(Kind.LOGIN, values) for values in ({}, {"failed_before": 9, "new_device": 1.0}))
    assert wild.score > calm.score
    assert INSIGHTS.event(Kind.CALL, {"duration_ratio": 1.0}).rarity > 0.005
    assert INSIGHTS.spam({"calls_1h": 9, "calls_24h": 60, "calls_7d": 300, "agent_marks_30d": 4}).block
