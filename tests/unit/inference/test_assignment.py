"""The split of customers: even, stable, and growing without moving anybody twice."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapport.inference.assignment import Arm, Split, uniform
from rapport.runtime.errors import ConfigurationError
from scipy import stats

CUSTOMERS = [f"C{number:06d}" for number in range(20_000)]
shares = st.tuples(st.floats(0, 0.5), st.floats(0, 0.5))


def test_the_shares_of_consecutive_numbers_are_uniform() -> None:
    assert stats.kstest([uniform("churn-2026", c) for c in CUSTOMERS], "uniform").pvalue > 0.001


def test_each_arm_gets_its_share() -> None:
    split = Split("churn-2026", challenger=0.1, shadow=0.25)
    arms = [split.arm(c) for c in CUSTOMERS]
    assert arms.count(Arm.CHALLENGER) / len(arms) == pytest.approx(0.1, abs=0.01)
    assert arms.count(Arm.SHADOW) / len(arms) == pytest.approx(0.25, abs=0.013)


def test_two_experiments_divide_the_customers_independently() -> None:
    one, other = Split("a", challenger=0.5), Split("b", challenger=0.5)
    both = sum(one.arm(c) is other.arm(c) for c in CUSTOMERS)
    assert both / len(CUSTOMERS) == pytest.approx(0.5, abs=0.02)


def test_the_share_of_a_customer_is_the_one_this_formula_gave_on_the_first_day() -> None:
    first = int(hashlib.sha256(b"4:saltC000001").hexdigest()[:16], 16) >> 11
    assert uniform("salt", "C000001") == first / 2**53


@given(salt=st.text(max_size=20), customer=st.text(max_size=20), low=shares, more=st.floats(0, 0.5))
def test_a_growing_challenger_keeps_its_customers(
    salt: str, customer: str, low: tuple[float, float], more: float
) -> None:
    before = Split(salt, challenger=low[0], shadow=low[1])
    after = Split(salt, challenger=min(1 - low[1], low[0] + more), shadow=low[1])
    if before.arm(customer) is not Arm.CHAMPION:
        assert after.arm(customer) is before.arm(customer)


@given(st.text(), st.text(), st.text(min_size=1))
def test_the_border_between_salt_and_customer_matters(salt: str, customer: str, moved: str) -> None:
    assert 0 <= uniform(salt, customer) < 1
    assert uniform(salt + moved, customer) != uniform(salt, moved + customer)


@pytest.mark.parametrize("bad", [(0.6, 0.6), (-0.1, 0.0), (0.0, 1.1), (float("nan"), 0.0)])
def test_impossible_shares_are_refused(bad: tuple[float, float]) -> None:
    with pytest.raises(ConfigurationError):
        Split("s", challenger=bad[0], shadow=bad[1])
