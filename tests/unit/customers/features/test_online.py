"""Values worked out by hand, group by group, and the borders of windows."""

from __future__ import annotations

import json
from math import isnan, log, sqrt

import pytest
from rapport.customers.features.calendar import DAY_MS, HOUR_MS
from rapport.customers.features.declarations import TRANSACTION_NAMES
from rapport.customers.features.online import CustomerState, CutOffError, StateVersionError
from rapport.customers.vocabulary import CATEGORIES, CHANNELS
from rapport.runtime.errors import InvalidInputError

from models.features.batch import transaction_features
from tests.builders.features import Paid, columns, folded, moment

# Friday 2024-03-01 is local day 19783; the cut-off is its end, local midnight.
TODAY = 19_783
CUT_OFF = moment(TODAY + 1, 0)
NIGHT, NOON = 3.0, 12.0
# Thursday, Saturday, and days 40, 100 and 200 before the cut-off's day.
HISTORY = (
    Paid(at=moment(TODAY - 200, NOON), amount=300, category="travel", channel="online", merchant="Air", country="US"),
    Paid(at=moment(TODAY - 100, NOON), amount=100, category="housing", channel="direct_debit", merchant="Rent"),
    Paid(at=moment(TODAY - 40, NIGHT), amount=50, category="cash", channel="atm", merchant="ATM 1"),
    Paid(at=moment(TODAY - 6, NOON), amount=40, category="groceries", channel="card_present", merchant="Shop"),
    Paid(at=moment(TODAY - 6, NOON), amount=60, category="groceries", channel="online", merchant="Shop"),
    Paid(at=moment(TODAY - 1, NOON), amount=-25, category="groceries", channel="online", merchant="Shop"),
    Paid(at=moment(TODAY, NOON), amount=100, category="housing", channel="direct_debit", merchant="Rent"),
)


@pytest.fixture(scope="module")
def features() -> dict[str, float]:
    return folded(HISTORY).features(CUT_OFF)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("days_since_transaction", 0.5),
        ("days_since_own_action", 1.5),
        ("days_since_online_purchase", 6.5),  # the refund of yesterday is none
        ("spend_7d", 200),
        ("spend_30d", 200),
        ("spend_90d", 250),
        ("spend_365d", 650),
        ("net_spend_90d", 225),
        ("refunds_90d", 25),
        ("refund_share_365d", 25 / 650),
        ("mean_purchase_30d", 200 / 3),
        ("mean_purchase_365d", 650 / 6),
        ("sd_purchase_365d", sqrt((191.6667**2 + 8.3333**2 * 2 + 58.3333**2 + 68.3333**2 + 48.3333**2) / 5)),
        ("max_purchase_30d", 100),
        ("max_purchase_365d", 300),
        ("largest_purchase_share_90d", 0.4),
        ("spend_per_active_day_90d", 250 / 4),
        ("transactions_7d", 4),
        ("transactions_30d", 4),
        ("transactions_90d", 5),
        ("transactions_365d", 7),
        ("active_days_30d", 3),
        ("active_days_90d", 4),
        ("active_days_365d", 6),
        ("refund_count_365d", 1),
        ("online_share_90d", 2 / 5),
        ("atm_share_90d", 1 / 5),
        ("direct_debit_share_90d", 1 / 5),
        ("merchants_90d", 3),
        ("transactions_per_merchant_365d", 7 / 4),
        ("countries_365d", 2),
        ("category_entropy_365d", -(3 / 7 * log(3 / 7) + 2 / 7 * log(2 / 7) + 2 * (1 / 7 * log(1 / 7)))),
        ("night_share_90d", 1 / 5),
        ("weekend_share_90d", 3 / 5),  # two of Saturday 24 February, one of Sunday 21 January
        ("mean_gap_365d", 200 / 5),
        ("sd_gap_365d", sqrt((60**2 + 20**2 + 6**2 + 35**2 + 39**2) / 4)),  # gaps 100, 60, 34, 5, 1 around 40
        ("silence_ratio_365d", 0.5 / 40),
        ("observed_days", 200.5),
        ("spend_change_30d", (200 - 50) / 250),
        ("transactions_change_30d", (4 - 1) / 5),
        ("spend_change_90d", (250 - 100) / 350),
        ("online_share_change_90d", 2 / 5 - 3 / 7),
        ("spend_share_groceries_365d", 100 / 650),
        ("spend_share_housing_365d", 200 / 650),
        ("spend_share_gambling_365d", 0),
    ],
)
def test_a_feature_has_the_value_worked_out_by_hand(features: dict[str, float], name: str, value: float) -> None:
    assert features[name] == pytest.approx(value, rel=1e-5, abs=1e-12)


def test_the_features_of_a_transaction_have_the_values_worked_out_by_hand() -> None:
    state = folded(HISTORY)
    last = moment(TODAY, NOON)
    found = state.transaction_features(
        Paid(at=last + HOUR_MS // 2, amount=-125, category="groceries", channel="online", merchant="New", country="US")
    )
    assert found == pytest.approx(
        {
            "tx_amount_ratio_90d": 125 / (250 / 4),
            "tx_category_share_90d": 3 / 5,
            "tx_new_merchant": 1,
            "tx_new_country": 0,
            "tx_part_of_day_share_90d": 4 / 5,
            "tx_weekday_share_90d": 1 / 5,  # Friday: today's; Saturday two, Thursday one, Sunday one
            "tx_amount": -125,
            "tx_hour": 12.5,
            "tx_count_1h": 1,
            "tx_spend_24h": 100,
        }
    )


def test_nothing_is_known_of_a_customer_without_transactions_but_counts_and_sums_are_zero() -> None:
    found = CustomerState().features(CUT_OFF)
    assert found["transactions_365d"] == found["spend_365d"] == found["merchants_90d"] == 0
    assert isnan(found["days_since_transaction"])
    assert isnan(found["mean_gap_365d"])
    first = CustomerState().transaction_features(Paid(at=CUT_OFF))
    assert (first["tx_new_merchant"], first["tx_count_1h"]) == (1, 0)
    assert isnan(first["tx_amount_ratio_90d"])


@pytest.mark.parametrize("width", [7, 30, 90, 365])
def test_a_window_opens_at_local_midnight_and_holds_whole_days(width: int) -> None:
    inside = Paid(at=CUT_OFF - width * DAY_MS)
    outside = Paid(at=inside.at - 1)
    name = f"transactions_{width}d"
    assert folded([inside]).features(CUT_OFF)[name] == 1
    assert folded([outside]).features(CUT_OFF)[name] == 0
    assert folded([outside, Paid(at=CUT_OFF - 1)]).features(CUT_OFF)[name] == 1
    assert folded([inside, Paid(at=CUT_OFF - 1)]).features(CUT_OFF)[name] == 2
    assert folded([Paid(at=CUT_OFF - 1), inside]).features(CUT_OFF)[name] == 2, "a late one still counts"


def test_rolling_hours_leave_out_what_is_exactly_as_old_as_the_window() -> None:
    state = folded([Paid(at=moment(TODAY, 9)), Paid(at=moment(TODAY, 9) + 1)])
    assert state.transaction_features(Paid(at=moment(TODAY, 10)))["tx_count_1h"] == 1


@pytest.mark.parametrize(("days_ago", "new"), [(364, 0), (365, 1)])
def test_a_merchant_and_a_country_are_new_again_after_a_year(days_ago: int, new: int) -> None:
    rows = [Paid(at=moment(TODAY - days_ago)), Paid(at=moment(TODAY), transaction_id="now")]
    found = folded(rows[:1]).transaction_features(rows[1])
    assert (found["tx_new_merchant"], found["tx_new_country"]) == (new, new)
    batch = dict(zip(TRANSACTION_NAMES, transaction_features(columns(rows))[1], strict=True))
    assert (batch["tx_new_merchant"], batch["tx_new_country"]) == (new, new)


def test_a_late_transaction_does_not_push_a_recent_one_out_of_its_hours() -> None:
    now = moment(TODAY)
    state = folded([Paid(at=now - HOUR_MS // 2), Paid(at=now - 23 * HOUR_MS), Paid(at=now - 1)])
    found = state.transaction_features(Paid(at=now))
    assert (found["tx_count_1h"], found["tx_spend_24h"]) == (2, 30)
    state.add(Paid(at=now + HOUR_MS))
    assert state.transaction_features(Paid(at=now + HOUR_MS))["tx_spend_24h"] == 30


def test_days_are_local_so_a_late_evening_in_japan_is_not_the_next_day_of_utc() -> None:
    state = folded([Paid(at=moment(TODAY, 0)), Paid(at=moment(TODAY, 23.99))])
    assert state.features(CUT_OFF)["active_days_30d"] == 1
    in_utc = CustomerState(offset_ms=0)
    for row in (Paid(at=moment(TODAY, 0)), Paid(at=moment(TODAY, 23.99))):
        in_utc.add(row)
    assert in_utc.features(CUT_OFF)["active_days_30d"] == 2


def test_the_leap_day_is_a_day() -> None:
    leap_day = TODAY - 1
    state = folded([Paid(at=moment(leap_day - 1)), Paid(at=moment(leap_day)), Paid(at=moment(leap_day + 1))])
    assert state.features(CUT_OFF)["mean_gap_365d"] == 1


def test_a_state_refuses_to_speak_of_a_moment_before_what_it_has_seen() -> None:
    state = folded([Paid(at=100)])
    with pytest.raises(CutOffError):
        state.features(100)
    with pytest.raises(CutOffError):
        state.transaction_features(Paid(at=99))
    assert state.features(101)["transactions_7d"] == 1
    assert state.transaction_features(Paid(at=100))["tx_count_1h"] == 1


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"amount": float("nan")}, "amount"),
        ({"amount": float("inf")}, "amount"),
        ({"amount": 2e10}, "amount"),
        ({"category": "weapons"}, "category"),
        ({"channel": "pigeon"}, "channel"),
    ],
)
def test_what_no_transaction_has_is_refused_and_changes_nothing(bad: dict[str, object], field: str) -> None:
    state = folded(HISTORY)
    before = state.to_dict()
    with pytest.raises(InvalidInputError) as error:
        state.add(Paid(at=CUT_OFF, **bad))
    assert error.value.field == field
    assert state.to_dict() == before


def test_sums_of_coins_are_exact() -> None:
    state = folded([Paid(at=number, amount=0.1) for number in range(1_000)])
    assert state.features(2_000)["spend_7d"] == 100.0
    state.add(Paid(at=1_500, amount=-100.0))
    assert state.features(2_000)["net_spend_90d"] == 0.0


def test_equal_purchases_do_not_spread_however_large() -> None:
    state = folded([Paid(at=number, amount=9_999_999_999.99) for number in range(50)])
    assert state.features(100)["sd_purchase_365d"] == 0.0


def test_a_state_of_other_declarations_is_refused() -> None:
    stored = {**folded(HISTORY).to_dict(), "plan": "of another version"}
    with pytest.raises(StateVersionError):
        CustomerState.from_dict(stored)


def test_ten_thousand_transactions_a_year_of_every_kind_fit_into_a_database_item() -> None:
    state = CustomerState()
    for number in range(10_000):
        state.add(
            Paid(
                at=CUT_OFF + number * 365 * DAY_MS // 10_000,
                amount=(number * 7919 % 1_000_000) / 100 - 200,
                category=CATEGORIES[number % 20],
                channel=CHANNELS[number % 5],
                merchant=f"Merchant {number * 31 % 5_000}",
                country="JP",
            )
        )
    text = json.dumps(state.to_dict(), separators=(",", ":"))
    assert len(text.encode()) < 300_000
    assert state.features(CUT_OFF + 365 * DAY_MS)["transactions_365d"] == 10_000


def test_what_left_every_window_leaves_the_state() -> None:
    state = folded([Paid(at=moment(day), merchant=f"M{day}") for day in range(2_000)])
    assert len(state.days) == 365
    assert state.features(moment(2_000))["observed_days"] == 2_000
    assert len(json.dumps(state.to_dict())) < 100_000
