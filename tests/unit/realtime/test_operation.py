"""How the processors do, from what they measured."""

from __future__ import annotations

from rapport.realtime.measures import INGESTION, Measures
from rapport.realtime.operation import PROCESSORS, Condition, Operation

from tests.builders.realtime import NOW, MeasureBox

MINUTE_MS = 60_000


def measured(records: int, lag_ms: int, **given: int) -> Measures:
    made = Measures(batches=1, records=records, own_ms=records // 10, **given)
    made.waited([lag_ms] * records)
    return made


def condition(*measures: Measures, ago: int = 0) -> Condition:
    box = MeasureBox()
    for each in measures:
        box.add("profiles_updater", NOW - ago * MINUTE_MS, each)
    return Operation(box, lambda: NOW).processors(60).items[0].condition


def test_every_processor_is_listed_although_it_never_ran() -> None:
    found = Operation(MeasureBox(), lambda: NOW).processors(60)

    assert [each.name for each in found.items] == list(PROCESSORS)
    assert {each.condition for each in found.items} == {Condition.IDLE}
    assert found.items[0].last_seen is None


def test_the_condition_is_that_of_the_last_minutes() -> None:
    assert condition(measured(100, 300)) is Condition.RUNNING
    assert condition(measured(100, 90_000)) is Condition.BEHIND
    assert condition(measured(100, 3_600_000)) is Condition.BEHIND
    assert condition(measured(100, 300, failures=1)) is Condition.FAILING
    assert condition(measured(100, 300, failures=1), ago=10) is Condition.IDLE


def test_figures_are_those_measured() -> None:
    box = MeasureBox()
    box.add("profiles_updater", NOW - MINUTE_MS, measured(900, 200, duplicates=5))
    box.add("profiles_updater", NOW, measured(100, 1_500, late=2))

    found = Operation(box, lambda: NOW).processors(10).items[0]

    assert (found.records, found.duplicates, found.late) == (1000, 5, 2)
    assert found.lag_mean_ms == 330
    assert (found.lag_p50_ms, found.lag_p95_ms) == (250, 2_000)
    assert found.own_us_per_record == 100
    assert [minute.records for minute in found.minutes] == [900, 100]
    assert found.records_per_second == round(1000 / 600, 3)


def test_the_stream_as_a_whole_is_as_late_as_its_latest_processor() -> None:
    box = MeasureBox()
    box.add("profiles_updater", NOW, measured(10, 80))
    box.add("trends_counter", NOW, measured(10, 9_000, poison=1))
    box.add(INGESTION, NOW, Measures(batches=2, records=12, written=10, duplicates=1, poison=1))

    found = Operation(box, lambda: NOW).metrics(60)

    assert found.lag_p95_ms == 10_000
    assert (found.requests, found.accepted, found.duplicates, found.refused, found.poison) == (2, 10, 1, 1, 1)
