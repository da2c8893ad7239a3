"""BG/NBD for any customer: bounded, ordered, and the special function equal to SciPy's."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapport.inference.bgnbd import History, LifetimeValue, hyp2f1
from scipy.special import hyp2f1 as scipys

positive = st.floats(0.05, 8)
models = st.builds(
    LifetimeValue,
    r=positive,
    alpha=st.floats(0.1, 60),
    a=positive,
    b=positive,
    p=positive,
    q=st.floats(1.1, 8),
    v=positive,
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    age = draw(st.floats(0, 300))
    repeats = draw(st.integers(0, 150))
    recency = draw(st.floats(0, 1)) * age if repeats else 0.0
    return History(repeats, recency, age, draw(st.floats(0, 1e4)), repeats + 1)


def exactly(a: int, b: int, c: int, z: Fraction) -> float:
    """The series in rational numbers: SciPy's own function loses digits where its transformations cancel."""
    term = total = Fraction(1)
    n = 0
    while n < max(a, b) or term > total / 10**16:
        term = term * (a + n) * (b + n) / ((c + n) * (n + 1)) * z
        total += term
        n += 1
    return float(total)


@settings(max_examples=150, deadline=None)
@given(a=st.integers(1, 60), b=st.integers(1, 60), c=st.integers(1, 80), z=st.integers(0, 15))
def test_the_hypergeometric_function_equals_its_series_in_rational_numbers(a: int, b: int, c: int, z: int) -> None:
    """Also where SciPy is off: F(1, 38; 19; 1/2) = 9.77693748, not its 9.77693747."""
    assert hyp2f1(a, b, c, z / 20) == pytest.approx(exactly(a, b, c, Fraction(z, 20)), rel=1e-11)


@settings(max_examples=400, deadline=None)
@given(a=st.floats(0.01, 12), b=st.floats(0.01, 12), c=st.floats(0.05, 60), z=st.floats(0, 0.98))
def test_the_hypergeometric_function_equals_scipys(a: float, b: float, c: float, z: float) -> None:
    assume(c > max(a, b) or c > a + b)
    assert hyp2f1(a, b, c, z) == pytest.approx(float(scipys(a, b, c, z)), rel=1e-9)


@settings(max_examples=300, deadline=None)
@given(r=st.floats(0.05, 3), x=st.integers(0, 60), a=st.floats(0.05, 4), b=st.floats(1.05, 6), z=st.floats(0, 0.95))
def test_it_equals_scipys_where_the_paper_needs_it(r: float, x: int, a: float, b: float, z: float) -> None:
    assert hyp2f1(r + x, b + x, a + b + x - 1, z) == pytest.approx(
        float(scipys(r + x, b + x, a + b + x - 1, z)), rel=1e-9
    )


@settings(max_examples=200, deadline=None)
@given(model=models, history=histories(), weeks=st.floats(0.1, 200))
def test_purchases_are_never_negative_and_grow_with_time(model: LifetimeValue, history: History, weeks: float) -> None:
    sooner, later = model.purchases(history, weeks), model.purchases(history, 2 * weeks)
    assert 0 <= sooner <= later * (1 + 1e-9)
    at_its_rate = (model.r + history.repeats) / (model.alpha + history.age) * weeks
    assert sooner <= at_its_rate * (1 + 1e-6)
    assert 0 <= model.probability_alive(history) <= 1


@settings(max_examples=100, deadline=None)
@given(model=models, history=histories())
def test_a_later_last_purchase_never_makes_a_customer_less_alive(model: LifetimeValue, history: History) -> None:
    fresh = History(history.repeats, history.age if history.repeats else 0.0, history.age, 1.0, 1)
    assert model.probability_alive(fresh) >= model.probability_alive(history) - 1e-12
    assert model.value(history) >= 0
