"""What holds of trends whatever comes: counts delivered anyhow, alerts that never storm, forecasts in order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rapport.realtime.delivery import Delivered
from rapport.trends.changes import SEGMENT_DAYS, partition
from rapport.trends.counting import Place, Tally, fold
from rapport.trends.forecasting import HORIZON, forecast, ratio
from rapport.trends.monitors import Change, MonitorState, look
from rapport.trends.robust import counted, stabilised
from rapport.trends.seasonality import seasonality
from rapport.trends.series import HOUR_MS, Hours
from rapport.trends.unusual import anomalies

from tests.builders.realtime import NOW, delivery, event
from tests.builders.trends import MONDAY, UTC_PLACE, monitor

PLACE = Place("calls", NOW // 86_400_000, "shardId-0")
counts = st.lists(st.one_of(st.integers(0, 20), st.integers(0, 10**6)), min_size=1, max_size=24 * 20)
hours_of_day = st.lists(st.integers(0, 23), min_size=1, max_size=40)


def one_of(hour: int, sequence: int) -> Delivered:
    made = event(f"e-{sequence}", at=NOW // 86_400_000 * 86_400_000 + hour * HOUR_MS)
    return Delivered(made, delivery(made, sequence))


def folded(batches: Sequence[Sequence[Delivered]]) -> Tally | None:
    state: Tally | None = None
    for batch in batches:
        state = fold(PLACE, state, batch).change or state
    return state


@given(hours_of_day, st.data())
def test_batches_that_are_cut_and_come_again_count_every_record_once(hours: list[int], data: st.DataObject) -> None:
    records = [one_of(hour, number) for number, hour in enumerate(hours, 1)]
    batches: list[list[Delivered]] = []
    done = 0
    while done < len(records):
        # A shard is read again from anywhere that was already read, never from farther ahead.
        start = data.draw(st.integers(0, done))
        done = data.draw(st.integers(done + 1, len(records)))
        batches.append(records[start:done])

    found = folded(batches)

    assert found is not None
    assert found.counts == tuple(hours.count(hour) for hour in range(24))
    assert found.high == len(hours)


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 200)), max_size=300),
    st.integers(1, 4),
    st.integers(5, 600),
)
def test_nobody_is_told_of_a_monitor_more_often_than_the_cool_down_allows(
    values: list[float | None], sustain: int, cool_down_m: int
) -> None:
    watched, state = monitor(sustain=sustain, cool_down_m=cool_down_m), MonitorState()
    opened: list[int] = []
    closed = 0
    for number, value in enumerate(values):
        at = NOW + number * 300_000
        state, change = look(watched, state, value, at=at, alert_id=f"a-{number}")
        opened += [at] if change is Change.OPENED else []
        closed += change is Change.CLOSED

    assert all(later - earlier >= cool_down_m * 60_000 for earlier, later in pairwise(opened))
    assert closed <= len(opened)
    assert state.version == len(values)


@given(counts)
def test_a_forecast_is_forty_eight_hours_in_order_around_what_is_expected(found: list[int]) -> None:
    line = Hours(MONDAY, tuple(float(count) for count in found))

    said = forecast(line, UTC_PLACE, None)

    if len(found) < 24:
        assert said is None
        return
    assert said is not None
    assert [hour.at for hour in said.hours] == [(line.end + i) * HOUR_MS for i in range(HORIZON)]
    assert all(0 <= hour.low <= hour.expected <= hour.high for hour in said.hours)
    assert all(hour.expected <= 4 * max(found) + 1 for hour in said.hours)


@given(counts)
def test_any_series_has_strengths_between_none_and_all_and_anomalies_inside_it(found: list[int]) -> None:
    line = Hours(MONDAY, tuple(float(count) for count in found))

    seasons = seasonality(line, UTC_PLACE)

    assert all(strength is None or 0 <= strength <= 1 for strength in (seasons.daily, seasons.weekly))
    unusual = anomalies(line, UTC_PLACE)
    assert all(line.start <= each.at // HOUR_MS < line.end and abs(each.score) >= 4.5 for each in unusual)
    assert [each.at for each in unusual] == sorted((each.at for each in unusual), reverse=True)


@given(st.lists(st.floats(-5, 5), min_size=14, max_size=60), st.floats(0.03, 2))
def test_parts_between_changes_are_never_shorter_than_five_days(levels: list[float], scale: float) -> None:
    steps = [0, *partition(levels, scale), len(levels)]

    assert all(later - earlier >= SEGMENT_DAYS for earlier, later in pairwise(steps))


@given(st.floats(0, 1e6))
def test_the_stabilised_scale_goes_there_and_back(count: float) -> None:
    assert abs(counted(stabilised(count)) - count) <= 1e-6 * max(1.0, count)


@given(st.floats(0, 1e6), st.tuples(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6)))
def test_inside_the_interval_is_at_most_one_half_width_off(count: float, edges: tuple[float, float, float]) -> None:
    low, expected, high = sorted(edges)

    if low < count < high:
        assert ratio(count, low, expected, high) <= 1 + 1e-9
