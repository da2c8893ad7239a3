"""The forecast for any history: ordered, never negative, blind to the future, indifferent to scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.inference.forecast import QUANTILES, Day, Forecast, next_days, rows


class Linear:
    """A booster that leans on every known feature."""

    def __init__(self, weight: float) -> None:
        self._weight = weight

    def margin(self, row: Sequence[float]) -> float:
        return sum(self._weight * value for value in row if value == value)


@st.composite
def histories(draw: st.DrawFn) -> list[Day]:
    slots = draw(st.integers(1, 5))
    gaps = draw(st.lists(st.integers(1, 4), min_size=10, max_size=40))
    on, found = date(2024, 1, 1), []
    for gap in gaps:
        on += timedelta(days=gap)
        counts = draw(st.lists(st.one_of(st.just(0.0), st.floats(0, 1e5)), min_size=slots, max_size=slots))
        found.append(Day(on, tuple(counts)))
    return found


weights = st.floats(-0.05, 0.05)


@settings(max_examples=150, deadline=None)
@given(histories(), weights, weights, weights, st.floats(-1, 1))
def test_forecasts_are_never_negative_and_intervals_are_ordered(
    history: list[Day], a: float, b: float, c: float, widening: float
) -> None:
    boosters = dict(zip(QUANTILES, (Linear(a), Linear(b), Linear(c)), strict=True))
    found = Forecast(boosters, widening, 0.8).ahead(history, next_days(history))
    assert len(found) == 2 * len(history[0].counts)
    for slot in found:
        assert 0 <= slot.low <= slot.expected <= slot.high < float("inf")


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(1, 9))
def test_the_bases_of_a_day_add_up_to_a_total_of_the_right_size(history: list[Day], ahead: int) -> None:
    days = next_days(history, ahead)
    found = rows(history, days)
    assert [row.on for row in found] == [on for on in days for _ in history[0].counts]
    for on in days:
        assert sum(row.base for row in found if row.on == on) >= 0


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(2, 50))
def test_only_counts_and_the_calendar_of_the_past_are_known(history: list[Day], shift: int) -> None:
    """Moved by whole weeks inside the same months' lengths, a history gives the same base."""
    ahead = next_days(history)
    week = timedelta(days=7 * shift)
    moved = [replace(day, on=day.on + week) for day in history]
    bases = [row.base for row in rows(history, ahead)]
    assert [row.base for row in rows(moved, [on + week for on in ahead])] == pytest.approx(bases, rel=1e-9)
