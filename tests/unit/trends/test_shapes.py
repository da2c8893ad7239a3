"""Season, changes and anomalies of a series."""

from __future__ import annotations

import random
from datetime import date

from rapport.realtime.event import Event
from rapport.trends.changes import change_points
from rapport.trends.seasonality import seasonality
from rapport.trends.series import Hours, Place, keys_of, series_key
from rapport.trends.unusual import anomalies

from tests.builders.realtime import event
from tests.builders.trends import MONDAY, UTC_PLACE, daily, hours, noisy, poisson


def test_a_call_counts_for_everybody_its_name_its_customer_all_calls_and_its_team() -> None:
    ended = event(name="call.ended", kind="call", attributes={"team": "collections"})

    assert set(keys_of(ended)) == {"all", "event:call.ended", "user:C1", "calls", "team:collections"}


def test_a_team_that_could_not_be_a_teams_name_is_not_counted() -> None:
    ended: Event = event(name="call.ended", kind="call", user_id=None, attributes={"team": "a#b c"})

    assert set(keys_of(ended)) == {"all", "event:call.ended", "calls"}


def test_reserved_ids_name_the_banks_series_and_everything_else_a_customer() -> None:
    assert [series_key(name) for name in ("all", "calls", "team:x", "event:login.failed", "user:all", "C1")] == [
        "all", "calls", "team:x", "event:login.failed", "user:all", "user:C1",
    ]  # fmt: skip


def test_days_are_those_of_the_banks_clock() -> None:
    tokyo = Place(9)

    assert (tokyo.hour_of_day(MONDAY), tokyo.weekday(MONDAY), tokyo.day(MONDAY)) == (9, 0, date(2026, 1, 5))
    assert (tokyo.hour_of_day(MONDAY - 9), tokyo.weekday(MONDAY - 10)) == (0, 6)


def test_the_busiest_hour_and_weekday_and_strong_seasons_of_a_regular_line() -> None:
    found = seasonality(noisy(42, size=60), UTC_PLACE)

    assert found.busiest_hour in (11, 12, 13)
    assert found.busiest_weekday in range(5)
    assert found.daily is not None
    assert found.daily > 0.7
    assert found.weekly is not None
    assert found.weekly > 0.9


def test_noise_has_next_to_no_season() -> None:
    rng = random.Random(5)
    found = seasonality(hours(lambda _: poisson(rng, 30), 84 * 24), UTC_PLACE)

    assert found.daily is not None
    assert found.daily < 0.1
    assert found.weekly is not None
    assert found.weekly < 0.25


def test_too_short_a_series_says_nothing_about_its_seasons() -> None:
    found = seasonality(noisy(1), UTC_PLACE)

    assert (found.daily, found.weekly) == (None, None)


def test_a_level_that_moves_and_stays_is_a_change_on_its_day() -> None:
    rng = random.Random(2)
    moved = hours(lambda i: poisson(rng, daily(i) * (1.6 if i >= 40 * 24 else 1.0)), 70 * 24)

    found = change_points(moved, UTC_PLACE)

    assert [point.on for point in found] == [date(2026, 2, 14)]
    assert 1.4 < found[0].ratio < 1.8


def test_a_single_wild_day_is_no_change() -> None:
    rng = random.Random(3)
    wild = hours(lambda i: poisson(rng, daily(i) * (3.0 if i // 24 == 33 else 1.0)), 70 * 24)

    assert change_points(wild, UTC_PLACE) == []


def test_steady_lines_hardly_ever_seem_to_change() -> None:
    wrong = sum(bool(change_points(noisy(84, seed=seed), UTC_PLACE)) for seed in range(40))

    assert wrong <= 2


def test_a_burst_is_one_anomaly_with_what_was_usual() -> None:
    line = noisy(42, seed=4)
    at = 30 * 24 + 12
    burst = Hours(line.start, tuple(count + (120 if at <= i < at + 2 else 0) for i, count in enumerate(line.counts)))

    found = anomalies(burst, UTC_PLACE)

    assert [(each.at, each.hours) for each in found] == [((MONDAY + at) * 3_600_000, 2)]
    assert found[0].score > 4
    assert found[0].count > 2 * found[0].usual
    assert "usual" in found[0].reason.en


def test_a_dead_line_is_an_anomaly_below() -> None:
    line = noisy(42, seed=6, size=60)
    at = 30 * 24 + 10
    dead = Hours(line.start, tuple(0.0 if at <= i < at + 4 else count for i, count in enumerate(line.counts)))

    found = anomalies(dead, UTC_PLACE)

    assert len(found) == 1
    assert found[0].score < -4
    assert found[0].count == 0


def test_ordinary_lines_have_hardly_any_anomalies() -> None:
    found = [each for seed in range(20) for each in anomalies(noisy(84, seed=seed), UTC_PLACE)]

    # 40,320 hours: a normal distribution would have two or three beyond four standard deviations.
    assert len(found) <= 12
