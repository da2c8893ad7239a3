"""Monthly spend: the customer's own months against everybody's, seasons, and intervals."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.inference.booster import InferenceError
from rapport.inference.spend import SpendForecast, from_parameters

from models.benchmarks import spend as benchmark
from models.catalogue.spend_forecast import DEFINITION
from models.data.purchases import Purchases
from models.definition import Options
from models.spend import Months, fit, generate

DECEMBER = (*(0.9,) * 11, 2.1)
MODEL = SpendForecast(100, 2.0, 0.8, 1.0, (1.0,) * 12, (50.0,), (0.0, 0.6), (3.0, 1.5), 0.8)


def test_a_customer_without_months_spends_what_everybody_does() -> None:
    (found,) = MODEL.ahead([], 1)
    assert (found.month, found.expected, found.low, found.high) == (1, 100, 60, 150)


def test_own_months_outweigh_everybodys_as_they_get_more() -> None:
    one, many = (MODEL.ahead([400.0] * count, 1)[0].expected for count in (1, 30))
    assert one == pytest.approx((200 + 400) / 3)
    assert 300 < many < 400


def test_the_latest_month_weighs_most() -> None:
    assert MODEL.level([0, 300], 1) > MODEL.level([300, 0], 1)


def test_december_comes_back_in_december() -> None:
    seasonal = replace(MODEL, season=DECEMBER)
    found = seasonal.ahead([90.0] * 11, 1, 2)
    assert [month.month for month in found] == [12, 1]
    assert found[0].expected / found[1].expected == pytest.approx(2.1 / 0.9)
    assert seasonal.level([90.0] * 11 + [210.0], 1) == pytest.approx(100)


def test_a_refund_is_a_month_without_spend() -> None:
    assert MODEL.level([-50.0], 3) == MODEL.level([0.0], 3)


@pytest.mark.parametrize(("months", "first"), [([nan], 1), ([inf], 1), ([1.0], 0), ([1.0], 13)])
def test_months_that_are_none_are_refused(months: list[float], first: int) -> None:
    with pytest.raises(InferenceError):
        MODEL.ahead(months, first)


@pytest.mark.parametrize(
    "change",
    [
        {"prior": nan},
        {"strength": 0},
        {"memory": 1.1},
        {"season": [1.0]},
        {"low": [0.0]},
        {"low": [4.0, 0.6]},
        {"edges": [2, 1]},
        {"drift": "up"},
    ],
)
def test_parameters_that_contradict_each_other_are_refused(change: dict[str, object]) -> None:
    assert from_parameters(asdict(MODEL)) == MODEL
    with pytest.raises(InferenceError):
        from_parameters({**asdict(MODEL), **change})


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), max_size=40), st.integers(1, 12), st.integers(1, 12))
def test_spend_is_never_negative_and_intervals_are_ordered_and_widen(
    months: list[float], first: int, count: int
) -> None:
    found = MODEL.ahead(months, first, count)
    assert len(found) == count
    for month in found:
        assert 0 <= month.low <= month.expected <= month.high
    widths = [month.high - month.low for month in found]
    assert widths == sorted(widths)


def regular(seed: int, customers: int = 800, months: int = 30) -> Months:
    """SYNTHETIC accounts: own level, December twice as much, months that differ by a quarter."""
    rng = np.random.default_rng(seed)
    level = rng.gamma(4, 50, customers)[:, None]
    december = np.where(np.arange(months) % 12 == 11, 2.0, 1.0)
    spend = level * december * rng.lognormal(-0.03, 0.25, (customers, months))
    spend[np.arange(months)[None, :] < rng.integers(0, 10, customers)[:, None]] = nan
    return Months(spend, 1)


def test_on_regular_accounts_it_beats_last_value_and_mean_and_covers_what_it_says() -> None:
    months = regular(1)
    said, actual, inside, _ = benchmark.methods(months, 4)
    error = {name: np.abs(values - actual).mean() for name, values in said.items()}
    assert error["model"] < 0.9 * error["last value"]
    assert error["model"] < error["mean of own months"]
    assert 0.75 < inside.mean() < 0.85
    assert fit(months).season[11] / np.mean(fit(months).season[:11]) == pytest.approx(2, rel=0.1)


def test_a_year_alone_has_no_season() -> None:
    assert set(fit(regular(2, 100, 14)).season) == {1.0}


def test_the_month_of_the_first_purchase_is_left_out() -> None:
    found = benchmark.monthly(Purchases.of([0, 0, 1], [3, 40, 35], [5.0, 7.0, 9.0], ("A", "B")))
    assert np.array_equal(found.spend, np.array([[nan, 7.0], [nan, nan]]), equal_nan=True)


def test_nobody_with_enough_months_cannot_be_fitted() -> None:
    with pytest.raises(ValueError, match="enough months"):
        fit(Months(np.array([[nan, 1.0]]), 1))


def test_the_written_model_is_read_as_it_was_fitted(tmp_path: Path) -> None:
    trained = DEFINITION.train(Options(customers=150, resamples=20))
    DEFINITION.write(trained, tmp_path / "spend_forecast", date(2025, 1, 2))
    DEFINITION.write_card(trained, tmp_path / "card")
    served = DEFINITION.check(tmp_path)
    assert served == from_parameters(trained.parameters) == fit(generate(7, 150))
    assert "SYNTHETIC" in (tmp_path / "card" / "card.md").read_text()
