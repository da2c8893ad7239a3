"""Expected purchases and value of a customer, against the paper, integrals and SciPy."""

from __future__ import annotations

import json
from dataclasses import replace
from math import exp, inf, nan
from pathlib import Path

import pytest
from rapport.inference.bgnbd import History, LifetimeValue, hyp2f1
from rapport.inference.booster import InferenceError
from rapport.inference.published import load_parameters
from scipy.integrate import dblquad

CDNOW = LifetimeValue(r=0.243, alpha=4.414, a=0.793, b=2.426, p=6.25, q=3.74, v=15.44)
CUSTOMER = History(repeats=2, recency=30.43, age=38.86, mean_value=22.35, valued=2)


def test_the_worked_example_of_the_authors_is_reproduced() -> None:
    """B. Hardie's note on BG/NBD in a spreadsheet: 1.226 purchases in 39 weeks for this customer."""
    assert CDNOW.purchases(CUSTOMER, 39) == pytest.approx(1.226, abs=5e-4)


@pytest.mark.parametrize("repeats", [0, 1, 4])
def test_expected_purchases_equal_the_integral_over_rates_and_chances_of_leaving(repeats: int) -> None:
    """The posterior of (rate, chance of leaving) integrated numerically, without a hypergeometric function."""
    m, weeks = CDNOW, 26.0
    history = replace(CUSTOMER, repeats=repeats, recency=30.43 if repeats else 0.0)

    def prior(rate: float, leave: float) -> float:
        return rate ** (m.r - 1) * exp(-m.alpha * rate) * leave ** (m.a - 1) * (1 - leave) ** (m.b - 1)

    def likelihood(rate: float, leave: float) -> tuple[float, float]:
        alive = (1 - leave) ** repeats * rate**repeats * exp(-rate * history.age)
        if repeats == 0:
            return alive, alive
        gone = leave * (1 - leave) ** (repeats - 1) * rate**repeats * exp(-rate * history.recency)
        return alive, alive + gone

    def future(rate: float, leave: float) -> float:
        return (1 - exp(-rate * leave * weeks)) / leave

    def integral(function: object) -> float:
        return float(dblquad(function, 1e-9, 1 - 1e-9, 1e-9, 6.0, epsabs=1e-9, epsrel=1e-6)[0])

    above = integral(lambda rate, leave: prior(rate, leave) * likelihood(rate, leave)[0] * future(rate, leave))
    below = integral(lambda rate, leave: prior(rate, leave) * likelihood(rate, leave)[1])
    assert CDNOW.purchases(history, weeks) == pytest.approx(above / below, rel=2e-2)


def test_a_customer_without_repeats_is_alive_and_one_long_silent_hardly() -> None:
    assert CDNOW.probability_alive(replace(CUSTOMER, repeats=0, recency=0)) == 1
    silent = replace(CUSTOMER, repeats=20, recency=10, age=60)
    assert CDNOW.probability_alive(silent) < 0.001
    assert CDNOW.probability_alive(replace(silent, recency=60)) > 0.9


def test_the_value_of_a_purchase_is_drawn_from_everybodys_mean_to_the_customers_own() -> None:
    everybody = CDNOW.average_value(replace(CUSTOMER, valued=0, mean_value=0))
    assert everybody == pytest.approx(6.25 * 15.44 / 2.74)
    few, many = (CDNOW.average_value(replace(CUSTOMER, mean_value=100, valued=count)) for count in (1, 500))
    assert everybody < few < many < 100.5
    assert many == pytest.approx(100, rel=0.01)


def test_twelve_months_are_worth_less_when_money_has_a_price() -> None:
    free = replace(CDNOW, discount=0.0)
    assert free.value(CUSTOMER) == pytest.approx(free.purchases(CUSTOMER, 365.25 / 7) * free.average_value(CUSTOMER))
    assert 0.9 * free.value(CUSTOMER) < CDNOW.value(CUSTOMER) < free.value(CUSTOMER)


def test_a_equal_to_one_is_no_hole() -> None:
    beside = [replace(CDNOW, a=a).purchases(CUSTOMER, 39) for a in (1 - 1e-3, 1.0, 1 + 1e-3)]
    assert beside[0] > beside[1] > beside[2]
    assert beside[1] == pytest.approx((beside[0] + beside[2]) / 2, rel=1e-6)


@pytest.mark.parametrize(
    "change", [{"r": 0}, {"alpha": -1}, {"p": nan}, {"v": inf}, {"q": "many"}, {"discount": -1}, {"discount": nan}]
)
def test_parameters_that_mean_nothing_are_refused(change: dict[str, object]) -> None:
    good = {"r": 0.2, "alpha": 4, "a": 0.8, "b": 2.4, "p": 6, "q": 4, "v": 15}
    assert LifetimeValue.from_parameters(good).r == 0.2
    with pytest.raises(InferenceError):
        LifetimeValue.from_parameters({**good, **change})


@pytest.mark.parametrize(
    "change", [{"recency": 50}, {"repeats": -1}, {"age": inf}, {"mean_value": nan}, {"valued": -2}]
)
def test_a_history_that_cannot_be_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(InferenceError):
        replace(CUSTOMER, **change)


@pytest.mark.parametrize(("c", "z"), [(1.0, 1.0), (1.0, -0.1), (0.0, 0.5), (-1.0, 0.5), (1.0, nan)])
def test_the_series_is_refused_outside_its_domain(c: float, z: float) -> None:
    with pytest.raises(ValueError, match="served for"):
        hyp2f1(1, 1, c, z)


def test_numbers_that_are_not_the_described_ones_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "lifetime_value" / "1.0.0"
    folder.mkdir(parents=True)
    with pytest.raises(InferenceError, match="no readable"):
        load_parameters(tmp_path, "lifetime_value")
    (tmp_path / "lifetime_value" / "CURRENT").write_text("1.0.0\n")
    (folder / "parameters.json").write_text("{}")
    said = {
        "name": "lifetime_value",
        "version": "1.0.0",
        "synthetic": True,
        "trained_on": "",
        "created": "",
        "sha256": "0",
    }
    (folder / "model.json").write_text(json.dumps(said))
    with pytest.raises(InferenceError, match="not the file"):
        load_parameters(tmp_path, "lifetime_value")
