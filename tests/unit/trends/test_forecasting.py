"""The next 48 hours, and how good they were."""

from __future__ import annotations

import random

import pytest
import rapport_inference
from rapport.inference.forecast import load_forecast
from rapport.trends.accuracy import accuracy, running_stretch, score
from rapport.trends.forecasting import HORIZON, Method, forecast, naive
from rapport.trends.outlook import Outlooks
from rapport.trends.series import DAY_HOURS, HOUR_MS, Hours
from rapport.trends.service import summary

from tests.builders.trends import MONDAY, UTC_PLACE, MemoryTrends, PlainModel, daily, hours, noisy, poisson, stored

PUBLISHED = rapport_inference.ROOT / "models"


def counted(line: Hours) -> dict[int, float]:
    return dict(line)


def wandering(days: int) -> Hours:
    """A line whose days are like the day before more than like their weekday."""
    rng = random.Random(8)
    level, counts = 200.0, []
    for i in range(days * DAY_HOURS):
        level = rng.uniform(50, 400) if i % (5 * DAY_HOURS) == 0 else level
        counts.append(float(round(level)))
    return Hours(MONDAY, tuple(counts))


def test_the_model_speaks_where_it_was_better_on_the_last_days() -> None:
    line = wandering(45)

    found = forecast(line, UTC_PLACE, PlainModel())

    assert found is not None
    assert found.method is Method.MODEL
    assert [hour.at for hour in found.hours] == [(line.end + i) * HOUR_MS for i in range(HORIZON)]


def test_the_robust_method_speaks_where_the_model_was_worse() -> None:
    model = PlainModel()

    found = forecast(noisy(42, size=60), UTC_PLACE, model)

    assert found is not None
    assert found.method is Method.ROBUST
    assert model.asked > 0


@pytest.mark.parametrize(("days", "size"), [(14, 60.0), (42, 0.5)])
def test_a_short_or_quiet_line_is_forecast_robustly(days: int, size: float) -> None:
    model = PlainModel()

    found = forecast(noisy(days, size=size), UTC_PLACE, model)

    assert found is not None
    assert (found.method, model.asked) == (Method.ROBUST, 0)


def test_less_than_a_day_says_nothing() -> None:
    assert forecast(hours(lambda _: 3, 23), UTC_PLACE, None) is None


def test_a_line_that_is_shut_at_weekends_is_expected_to_stay_shut() -> None:
    rng = random.Random(1)
    friday_night = 5 * 168 + 5 * DAY_HOURS
    line = hours(lambda i: 0 if i // 24 % 7 > 4 else poisson(rng, daily(i, 60)), friday_night)

    found = forecast(line, UTC_PLACE, load_forecast(PUBLISHED))

    assert found is not None
    assert sum(hour.expected for hour in found.hours) < 0.05 * sum(line.last(24).counts)


def test_the_naive_is_the_same_hour_a_week_before_or_a_day_before_while_there_is_no_week() -> None:
    two_weeks, two_days = hours(lambda i: i, 14 * 24), hours(lambda i: i, 2 * 24)

    assert naive(two_weeks, two_weeks.end + 5) == 7 * 24 + 5
    assert naive(two_days, two_days.end + 29) == 29


# With few days nothing tells the weekend from the week: the interval is wide rather than wrong.
@pytest.mark.parametrize(("days", "widest"), [(10, 1.0), (56, 0.9)])
def test_four_in_five_hours_lie_inside_the_interval_and_the_naive_is_beaten(days: int, widest: float) -> None:
    model = load_forecast(PUBLISHED)
    scores = []
    for seed in range(12):
        line = noisy(days + 2, seed=seed, size=30)
        said = forecast(Hours(line.start, line.counts[:-HORIZON]), UTC_PLACE, model)
        assert said is not None
        kept = stored(line.end - HORIZON, hours=said.hours, method=said.method)
        scores.append(score(kept, line.counts[-HORIZON:]))

    found = accuracy(scores)

    assert found.coverage is not None
    assert 0.72 < found.coverage <= widest
    assert found.wmape is not None
    assert found.naive_wmape is not None
    assert found.wmape < found.naive_wmape


def test_a_score_adds_up_errors_of_both_days_apart() -> None:
    found = score(stored(), [12.0] * 24 + [14.0] * 24)

    first, second = found.days
    assert (first.actual, first.error, first.naive_error, first.inside) == (288, 48, 96, 24)
    assert (second.actual, second.error, second.naive_error, second.inside) == (336, 96, 144, 0)
    assert accuracy([found]).wmape == pytest.approx(144 / 624)
    assert accuracy([found]).coverage == 0.5


def test_nothing_judged_has_no_accuracy() -> None:
    found = accuracy([])

    assert (found.forecasts, found.wmape, found.coverage, found.ahead) == (0, None, None, [])


def test_intervals_that_were_too_narrow_are_stretched_until_four_in_five_hours_lie_inside() -> None:
    # Three hours in ten are two half-widths off.
    scores = [score(stored(MONDAY + i), [16.0 if j % 10 < 3 else 11.0 for j in range(48)]) for i in range(10)]

    assert running_stretch(scores) == pytest.approx(2.0)
    assert running_stretch(scores[:2]) is None


def test_a_stretched_interval_is_judged_by_what_it_was_before() -> None:
    wide = score(stored(stretch=2.0), [13.0] * 48)

    assert set(wide.ratios) == {2.0}


def outlooks(memory: MemoryTrends) -> Outlooks:
    return Outlooks(memory, memory, PlainModel(), "9.9.9", UTC_PLACE)


def test_a_forecast_is_made_once_an_hour_and_kept_to_be_judged() -> None:
    memory = MemoryTrends({"calls": counted(noisy(42, size=60))})
    hour = MONDAY + 42 * 24

    first, again = (summary(outlooks(memory), "calls", hour * HOUR_MS + minute * 60_000) for minute in (5, 50))

    assert first.forecast is not None
    assert first.forecast == again.forecast
    assert first.forecast.version is None
    assert list(memory.due(hour + HORIZON)) == [("calls", hour)]


def test_the_running_hour_is_shown_but_neither_forecast_from_nor_judged() -> None:
    memory = MemoryTrends({"calls": counted(noisy(42, size=60))})
    hour = MONDAY + 42 * 24
    memory.counted["calls"][hour] = 5_000.0

    found = summary(outlooks(memory), "calls", hour * HOUR_MS)

    assert found.hours[-1].count == 5_000
    assert found.forecast is not None
    assert max(each.naive for each in found.forecast.hours) < 1_000
    assert all(each.at < hour * HOUR_MS for each in found.anomalies)


def test_a_series_that_nothing_was_counted_in_is_empty() -> None:
    found = summary(outlooks(MemoryTrends()), "user:nobody", MONDAY * HOUR_MS)

    assert (found.total, found.since, found.hours, found.forecast) == (0, None, [], None)
