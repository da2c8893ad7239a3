"""The forecast: what it knows when, what it refuses, and how its base reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isnan, log, nan

import pytest
from rapport.inference.booster import InferenceError
from rapport.inference.forecast import (
    FEATURES,
    QUANTILES,
    Day,
    Forecast,
    InsufficientHistoryError,
    from_parameters,
    next_days,
    rows,
)

MONDAY = date(2025, 3, 3)


def weekdays(count: int, totals: Sequence[float] = (100, 80, 60, 80, 100), start: date = MONDAY) -> list[Day]:
    """Four slots a day with shares .1, .4, .4, .1; the total depends on the weekday alone."""
    found: list[Day] = []
    on = start
    while len(found) < count:
        if on.weekday() < 5:
            total = totals[on.weekday()]
            found.append(Day(on, (0.1 * total, 0.4 * total, 0.4 * total, 0.1 * total)))
        on += timedelta(days=1)
    return found


@dataclass
class Constant:
    """A booster that always says the same."""

    value: float

    def margin(self, row: Sequence[float]) -> float:
        assert len(row) == len(FEATURES)
        return self.value


def constant(low: float, median: float, high: float, widening: float = 0.0) -> Forecast:
    return Forecast(
        {name: Constant(value) for name, value in zip(QUANTILES, (low, median, high), strict=True)}, widening, 0.8
    )


def test_the_base_of_an_even_history_is_the_weekdays_own_day() -> None:
    history = weekdays(20)
    found = rows(history, [MONDAY + timedelta(days=28), MONDAY + timedelta(days=29)])
    assert [row.base for row in found] == pytest.approx([10, 40, 40, 10, 8, 32, 32, 8])


def test_busier_days_of_late_raise_the_base_by_half_as_much() -> None:
    history = weekdays(30)
    busier = history[:-5] + [replace(day, counts=tuple(1.44 * count for count in day.counts)) for day in history[-5:]]
    ahead = next_days(history)
    ratio = rows(busier, ahead)[1].base / rows(history, ahead)[1].base
    usual_of_six = (5 + 1.44) / 6
    assert ratio == pytest.approx(1.2 * usual_of_six, rel=0.01)


def features(history: list[Day], ahead: list[date]) -> dict[str, float]:
    return dict(zip(FEATURES, rows(history, ahead)[0].features, strict=True))


def test_a_day_after_a_public_holiday_is_known_by_the_extra_day_closed() -> None:
    history = weekdays(20)
    monday, tuesday = MONDAY + timedelta(days=28), MONDAY + timedelta(days=29)
    assert features(history, [monday])["extra_days_closed"] == 0
    assert features(history, [tuesday])["extra_days_closed"] == 3
    wednesday = rows(history, [tuesday, tuesday + timedelta(days=1)])[-1]
    assert wednesday.features[FEATURES.index("extra_days_closed_before_previous")] == 3


def test_the_open_day_of_the_month_is_unknown_when_the_month_began_before_the_history() -> None:
    short = weekdays(12, start=date(2025, 3, 5))
    assert isnan(features(short, next_days(short))["open_day_of_month"])
    assert features(weekdays(30), [date(2025, 4, 14)])["open_day_of_month"] == 10


def test_the_same_weekday_ratio_compares_the_last_one_with_the_base() -> None:
    history = weekdays(20)
    doubled = replace(history[-5], counts=tuple(2 * count for count in history[-5].counts))
    found = features([*history[:-5], doubled, *history[-4:]], [MONDAY + timedelta(days=28)])
    base = rows([*history[:-5], doubled, *history[-4:]], [MONDAY + timedelta(days=28)])[0].base
    assert found["same_weekday_ratio"] == pytest.approx(log(20.5 / (base + 0.5)))


def test_an_interval_holds_its_forecast_even_when_the_quantiles_cross() -> None:
    history = weekdays(20)
    for slot in constant(0.3, -0.2, 0.1, widening=-5.0).ahead(history, next_days(history)):
        assert 0 <= slot.low <= slot.expected <= slot.high


def test_a_forecast_of_almost_nothing_is_zero_and_not_less() -> None:
    history = weekdays(20)
    assert {slot.expected for slot in constant(-9, -9, -9).ahead(history, next_days(history))} == {0.0}


def test_a_wider_margin_makes_a_wider_interval_around_the_same_forecast() -> None:
    history = weekdays(20)
    narrow, wide = (constant(-0.1, 0, 0.1, w).ahead(history, next_days(history))[1] for w in (0.0, 0.2))
    assert wide.expected == narrow.expected == pytest.approx(40)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_the_next_days_are_those_on_which_the_line_was_ever_open() -> None:
    assert next_days(weekdays(20)) == [MONDAY + timedelta(days=28), MONDAY + timedelta(days=29)]
    daily = [Day(MONDAY + timedelta(days=i), (1.0,)) for i in range(12)]
    assert next_days(daily) == [MONDAY + timedelta(days=12), MONDAY + timedelta(days=13)]
    with pytest.raises(InsufficientHistoryError):
        next_days([])


HISTORY = weekdays(20)


@pytest.mark.parametrize(
    ("history", "ahead"),
    [
        (HISTORY[:9], [MONDAY + timedelta(days=60)]),
        (HISTORY, [HISTORY[-1].on]),
        ([*HISTORY[5:], *HISTORY[:5]], [MONDAY + timedelta(days=60)]),
        ([*HISTORY[:-1], replace(HISTORY[-1], counts=(1.0,))], [MONDAY + timedelta(days=60)]),
        ([*HISTORY[:-1], replace(HISTORY[-1], counts=(1.0, nan, 1.0, 1.0))], [MONDAY + timedelta(days=60)]),
        ([*HISTORY[:-1], replace(HISTORY[-1], counts=(1.0, -1.0, 1.0, 1.0))], [MONDAY + timedelta(days=60)]),
        ([replace(day, counts=()) for day in HISTORY], [MONDAY + timedelta(days=60)]),
    ],
)
def test_a_history_that_cannot_be_forecast_from_is_refused(history: list[Day], ahead: list[date]) -> None:
    with pytest.raises(InsufficientHistoryError):
        rows(history, ahead)


@pytest.mark.parametrize(
    "change", [{"features": ["other"]}, {"widening": nan}, {"coverage": 1.0}, {"widening": None}, {"coverage": "all"}]
)
def test_parameters_of_another_model_are_refused(change: dict[str, object]) -> None:
    boosters = {name: Constant(0) for name in QUANTILES}
    good = {"features": list(FEATURES), "widening": 0.1, "coverage": 0.8}
    assert from_parameters(good, boosters).widening == 0.1
    with pytest.raises(InferenceError):
        from_parameters({**good, **change}, boosters)
    with pytest.raises(InferenceError):
        from_parameters(good, {"median": Constant(0)})
