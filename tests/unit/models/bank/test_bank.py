"""The demonstration bank: its size, its words, its times, and that the true probabilities are true."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
from rapport.customers.model import Customer
from rapport.customers.vocabulary import CATEGORIES, CHANNELS
from sklearn.metrics import average_precision_score, roc_auc_score

from models.data.bank.bank import TASKS, generate
from models.data.bank.calls import calls_before
from models.data.bank.ceiling import ceiling, expected_ap, expected_auc
from models.data.bank.names import MOST_CUSTOMERS
from models.data.bank.period import DAY_MS, END_MS, START_MS
from models.data.bank.tables import tables
from tests.builders.bank import a_bank

SEEDS = (7, 8, 9)


def test_the_same_seed_makes_the_same_bank_and_another_seed_another() -> None:
    one, again, other = (tables(generate(seed, 60)) for seed in (3, 3, 4))
    np.testing.assert_equal(vars(one), vars(again))
    for name in ("customers", "transactions", "applications", "calls", "turns"):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert any(not np.array_equal(ours[column], theirs[column]) for column in ours), name


@pytest.mark.parametrize("seed", SEEDS)
def test_a_thousand_customers_make_about_88_000_transactions_and_339_of_them_call_1058_times(seed: int) -> None:
    bank = a_bank(seed)
    assert len(bank.customers) == 1_000
    assert 80_000 <= len(bank.transactions["at"]) <= 96_000
    assert len(bank.calls) == 1_058
    assert len({found.call.customer.customer_id for found in bank.calls}) == 339
    assert len(set(bank.labels["payment"]["contact_id"])) == 1_058


def test_a_thousand_customers_are_made_within_seconds() -> None:
    started = time.process_time()
    generate(21)
    assert time.process_time() - started < 3


@pytest.mark.parametrize("customers", [-1, 0, 9, MOST_CUSTOMERS + 1])
def test_a_bank_of_an_impossible_size_is_refused_in_words(customers: int) -> None:
    with pytest.raises(ValueError, match="a bank has 10 to"):
        generate(7, customers)


@pytest.mark.parametrize("customers", [10, 11, 25])
def test_a_very_small_bank_is_still_a_bank(customers: int) -> None:
    bank = generate(1, customers)
    assert len(bank.customers) == customers
    assert len(bank.calls) >= 1
    assert set(bank.labels) == set(TASKS)


# -- people --


def test_names_are_in_two_scripts_and_japanese_ones_have_a_reading() -> None:
    bank = a_bank()
    japanese = [(c, kana) for c, kana in zip(bank.customers, bank.kana, strict=True) if c["language"] == "ja-JP"]
    english = [(c, kana) for c, kana in zip(bank.customers, bank.kana, strict=True) if c["language"] == "en-US"]
    assert len(japanese) == len(english) == 500
    assert all(
        re.fullmatch(r"[\u3005-\u30ff\u4e00-\u9fff]+ [\u3005-\u30ff\u4e00-\u9fff]+", c["name"]) for c, _ in japanese
    )
    assert all(re.fullmatch(r"[\u30a0-\u30ff]+ [\u30a0-\u30ff]+", kana) for _, kana in japanese)
    assert any(re.search(r"[\u3041-\u309f]", c["name"]) for c, _ in japanese)
    assert all(re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", c["name"]) and not kana for c, kana in english)
    assert len({c["name"] for c in bank.customers}) > 500


def test_every_telephone_number_is_fictional_and_nobody_shares_one() -> None:
    numbers = [customer["phone"] for customer in generate(1, MOST_CUSTOMERS // 4).customers]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"\+1\d{3}55501\d{2}|\+81900\d{7}", number) for number in numbers)


def test_customers_are_customers_of_the_service_whose_figures_agree() -> None:
    bank = a_bank()
    for fields in bank.customers:
        customer = Customer.model_validate(fields)
        assert (customer.days_past_due or 0) <= 30 * (customer.missed_payments_12m or 0)
        assert fields["joined_at"] < END_MS
        assert customer.tenure_months == pytest.approx((END_MS - fields["joined_at"]) / DAY_MS / 30.4, abs=1)
        assert fields["email"].endswith("@example.com")
    assert any(fields["promises_kept_share"] is None for fields in bank.customers)


def test_calls_of_the_last_90_days_are_those_in_the_list_of_calls() -> None:
    bank = a_bank()
    recent = {customer["customer_id"]: 0 for customer in bank.customers}
    for found in bank.calls:
        if found.at >= END_MS - 90 * DAY_MS:
            recent[found.call.customer.customer_id] += 1
    assert [customer["calls_90d"] for customer in bank.customers] == list(recent.values())


def test_a_call_does_not_count_itself_among_the_calls_before_it() -> None:
    owner, when = np.array([0, 0, 0, 1]), np.array([10.0, 20.0, 150.0, 20.0])
    assert calls_before(owner, when, owner, when).tolist() == [0, 1, 0, 0]


# -- transactions --


@pytest.mark.parametrize("seed", SEEDS)
def test_transactions_lie_within_the_period_and_speak_its_vocabulary(seed: int) -> None:
    found = a_bank(seed).transactions
    assert START_MS <= found["at"].min() <= found["at"].max() < END_MS
    assert set(found["category"]) == set(CATEGORIES)
    assert set(found["channel"]) == set(CHANNELS)
    assert set(found["currency"]) == {"USD"}
    assert all(re.fullmatch("[A-Z]{2}", code) for code in set(found["country"]))
    assert len(set(found["transaction_id"])) == len(found["at"])
    assert not (found["amount"] == 0).any()
    np.testing.assert_array_equal(np.lexsort((found["at"], found["customer_id"])), np.arange(len(found["at"])))


def test_nobody_buys_before_joining_or_calls_before_it() -> None:
    bank = a_bank()
    joined = {customer["customer_id"]: customer["joined_at"] for customer in bank.customers}
    since = np.array([joined[owner] for owner in bank.transactions["customer_id"]])
    assert (bank.transactions["at"] >= since).all()
    assert all(found.at >= joined[found.call.customer.customer_id] for found in bank.calls)


def test_a_refund_gives_back_at_most_an_earlier_purchase_of_the_same_customer_at_the_same_merchant() -> None:
    bank = a_bank()
    found = bank.transactions
    back = np.flatnonzero(found["amount"] < 0)
    assert 500 < len(back) < 2_000
    np.testing.assert_array_equal(np.flatnonzero(bank.refund_of != ""), back)
    row = {name: number for number, name in enumerate(found["transaction_id"].tolist())}
    of = np.array([row[name] for name in bank.refund_of[back]])
    assert (found["at"][of] < found["at"][back]).all()
    assert (-found["amount"][back] <= found["amount"][of]).all()
    for name in ("customer_id", "merchant", "category"):
        assert (found[name][back] == found[name][of]).all()


def test_fixed_payments_come_every_month_on_one_day() -> None:
    found = a_bank().transactions
    fixed = found["channel"] == "direct_debit"
    days = (found["at"][fixed] // DAY_MS).astype("datetime64[D]")
    of_month = (days - days.astype("datetime64[M]")).astype(int)
    keys = np.char.add(found["customer_id"][fixed], found["category"][fixed])
    spread = [np.ptp(of_month[keys == key]) for key in np.unique(keys)[:200]]
    assert not any(spread)


# -- what is asked and what is true --


@pytest.mark.parametrize("task", TASKS)
def test_no_label_is_known_before_the_question_is_asked(task: str) -> None:
    labels = a_bank().labels[task]
    assert (labels["known_at"] > labels["at"]).all()
    assert set(labels["label"]) == {0, 1}
    assert ((labels["probability"] >= 0) & (labels["probability"] <= 1)).all()


def test_fraud_is_reported_after_7_to_60_days_and_what_is_not_counts_as_genuine_after_60() -> None:
    labels = a_bank().labels["fraud"]
    delay = (labels["known_at"] - labels["at"]) / DAY_MS
    fraud = labels["label"] == 1
    assert 7 <= delay[fraud].min() < 15
    assert 45 < delay[fraud].max() <= 60
    assert delay[~fraud] == pytest.approx(60)
    assert set(labels["kind"][fraud]) == {"stolen card", "card not present", "account takeover", "stray"}
    assert set(labels["kind"][~fraud]) == {""}


def test_whoever_is_asked_about_at_a_cutoff_bought_in_the_90_days_before_and_leavers_nothing_in_the_90_after() -> None:
    bank = a_bank()
    labels, found = bank.labels["churn"], bank.transactions
    for cutoff in np.unique(labels["at"]):
        here = labels["at"] == cutoff
        before = (found["at"] >= cutoff - 90 * DAY_MS) & (found["at"] < cutoff)
        after = (found["at"] >= cutoff) & (found["at"] < cutoff + 90 * DAY_MS)
        assert set(labels["customer_id"][here]) == set(found["customer_id"][before])
        stayed = set(labels["customer_id"][here & (labels["label"] == 0)])
        assert stayed == set(labels["customer_id"][here]) & set(found["customer_id"][after])


@pytest.mark.parametrize(
    ("task", "auc", "ap", "prevalence"),
    [
        ("churn", (0.80, 0.88), (0.28, 0.48), (0.06, 0.10)),
        ("fraud", (0.98, 0.995), (0.53, 0.69), (0.006, 0.0095)),
        ("credit", (0.75, 0.81), (0.30, 0.47), (0.10, 0.16)),
        ("payment", (0.85, 0.92), (0.72, 0.90), (0.30, 0.48)),
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_ceiling_is_what_real_tasks_of_the_kind_allow(
    seed: int, task: str, auc: tuple[float, float], ap: tuple[float, float], prevalence: tuple[float, float]
) -> None:
    found = ceiling(a_bank(seed).labels[task])
    assert auc[0] < found.auc < auc[1]
    assert ap[0] < found.ap < ap[1]
    assert prevalence[0] < found.prevalence < prevalence[1]


@pytest.mark.parametrize("task", TASKS)
def test_outcomes_fall_as_often_as_their_true_probabilities_say(task: str) -> None:
    """Over several banks and in each part of the range; fraud falls in bursts, so its error is taken by burst."""
    labels = [a_bank(seed).labels[task] for seed in SEEDS]
    p = np.concatenate([found["probability"] for found in labels])
    y = np.concatenate([found["label"] for found in labels])
    together = 5 if task == "fraud" else 2 if task == "churn" else 1
    for low, high in ((0, 0.05), (0.05, 0.15), (0.15, 0.3), (0.3, 0.6), (0.6, 1.01)):
        here = (p >= low) & (p < high)
        if here.sum() < 50:
            continue
        error = np.sqrt((p[here] * (1 - p[here])).sum() * together) / here.sum()
        assert y[here].mean() == pytest.approx(p[here].mean(), abs=4 * error + 1e-9), (low, high)


def test_the_expected_ceiling_is_the_mean_over_drawn_outcomes() -> None:
    rng = np.random.default_rng(4)
    p = np.round(rng.beta(1, 5, 3_000), 2)
    draws = [rng.random(len(p)) < p for _ in range(60)]
    assert expected_auc(p) == pytest.approx(np.mean([roc_auc_score(y, p) for y in draws]), abs=0.004)
    assert expected_ap(p) == pytest.approx(np.mean([average_precision_score(y, p) for y in draws]), abs=0.006)
