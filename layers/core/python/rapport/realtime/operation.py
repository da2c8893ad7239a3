"""How the stream and its processors do, from what they measured."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from rapport.calls.model import LocalisedText
from rapport.calls.ports import Clock
from rapport.realtime.measures import INGESTION, Measures, MeasureSource, Minute

MINUTE_MS = 60_000
# A processor's state is told by its last minutes.
STATE_MINUTES = 5
BEHIND_MS = 60_000


class Model(BaseModel):
    """Frozen, and closed to fields nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(StrEnum):
    """IDLE: nothing came lately. BEHIND: records wait more than a minute. FAILING: batches are delivered again."""

    IDLE = "idle"
    RUNNING = "running"
    BEHIND = "behind"
    FAILING = "failing"


class MinuteFigures(Model):
    """A minute of a processor: records that came, records delivered again, and the mean of their lags."""

    at: int
    records: int
    failures: int
    lag_mean_ms: float | None


class ProcessorFigures(Model):
    """A processor over the window. `lag_p50_ms` and `lag_p95_ms` are upper bounds (edges of bins), None where nothing
    came or beyond five minutes. `own_us_per_record` is processor time without waiting for AWS.
    """

    name: str
    title: LocalisedText
    condition: Condition
    last_seen: int | None
    batches: int
    records: int
    records_per_second: float
    written: int
    duplicates: int
    late: int
    poison: int
    failures: int
    conflicts: int
    lag_mean_ms: float | None
    lag_p50_ms: int | None
    lag_p95_ms: int | None
    busy_us_per_record: float | None
    own_us_per_record: float | None
    minutes: list[MinuteFigures]


class ProcessorList(Model):
    generated_at: int
    window_minutes: int
    items: list[ProcessorFigures]


class IngestionMinute(Model):
    at: int
    accepted: int
    refused: int


class StreamMetrics(Model):
    """The whole: what came in over HTTP, what the processors have done. `events_per_second` is of the last full
    minute; lag and errors are of the processor that is worst.
    """

    generated_at: int
    window_minutes: int
    requests: int
    accepted: int
    duplicates: int
    refused: int
    not_taken: int
    accepted_per_second: float
    events_per_second: float
    lag_p95_ms: int | None
    failures: int
    poison: int
    minutes: list[IngestionMinute]


# The consumers of the stream, by the names of their functions.
PROCESSORS = {
    "profiles_updater": LocalisedText(en="Profiles of users", ja="ユーザーのプロフィール更新"),
    "profiles_anomalies": LocalisedText(en="Unusual behaviour", ja="普段と異なる行動の検知"),
    "callers_campaigns": LocalisedText(en="Callers and campaigns", ja="発信者と組織的な発信の検知"),
    "trends_counter": LocalisedText(en="Hourly counts for trends", ja="傾向分析の時間別集計"),
}


class Operation:
    """Reads what was measured."""

    def __init__(self, source: MeasureSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock

    def processors(self, window_minutes: int) -> ProcessorList:
        now = self._clock()
        return ProcessorList(
            generated_at=now,
            window_minutes=window_minutes,
            items=[self._processor(name, now, window_minutes) for name in PROCESSORS],
        )

    def metrics(self, window_minutes: int) -> StreamMetrics:
        now = self._clock()
        minutes = self._minutes(INGESTION, now, window_minutes)
        came = _whole(minutes)
        whole = [self._processor(name, now, window_minutes) for name in PROCESSORS]
        at_work = [each for each in whole if each.records]
        lags = [each.lag_p95_ms for each in at_work]
        last = now // MINUTE_MS * MINUTE_MS - MINUTE_MS
        return StreamMetrics(
            generated_at=now,
            window_minutes=window_minutes,
            requests=came.batches,
            accepted=came.written,
            duplicates=came.duplicates,
            refused=came.poison,
            not_taken=came.failures,
            accepted_per_second=round(came.written / (window_minutes * 60), 3),
            events_per_second=max(
                (minute.records / 60 for each in whole for minute in each.minutes if minute.at == last), default=0.0
            ),
            lag_p95_ms=None if not lags or None in lags else max(lag for lag in lags if lag is not None),
            failures=sum(each.failures for each in whole),
            poison=sum(each.poison for each in whole),
            minutes=[
                IngestionMinute(at=each.at, accepted=each.measures.written, refused=each.measures.poison)
                for each in minutes
            ],
        )

    def _minutes(self, name: str, now: int, window_minutes: int) -> Sequence[Minute]:
        return self._source.minutes(name, now - (window_minutes - 1) * MINUTE_MS, now)

    def _processor(self, name: str, now: int, window_minutes: int) -> ProcessorFigures:
        minutes = self._minutes(name, now, window_minutes)
        whole = _whole(minutes)
        lately = _whole([each for each in minutes if each.at > now - STATE_MINUTES * MINUTE_MS])
        records = whole.records
        return ProcessorFigures(
            name=name,
            title=PROCESSORS[name],
            condition=_condition(lately),
            last_seen=minutes[-1].at if minutes else None,
            batches=whole.batches,
            records=records,
            records_per_second=round(records / (window_minutes * 60), 3),
            written=whole.written,
            duplicates=whole.duplicates,
            late=whole.late,
            poison=whole.poison,
            failures=whole.failures,
            conflicts=whole.conflicts,
            lag_mean_ms=round(whole.lag_ms / records, 1) if records else None,
            lag_p50_ms=whole.lag_quantile_ms(0.5),
            lag_p95_ms=whole.lag_quantile_ms(0.95),
            busy_us_per_record=round(1000 * whole.busy_ms / records, 1) if records else None,
            own_us_per_record=round(1000 * whole.own_ms / records, 1) if records else None,
            minutes=[
                MinuteFigures(
                    at=each.at,
                    records=each.measures.records,
                    failures=each.measures.failures,
                    lag_mean_ms=round(each.measures.lag_ms / each.measures.records, 1)
                    if each.measures.records
                    else None,
                )
                for each in minutes
            ],
        )


def _whole(minutes: Sequence[Minute]) -> Measures:
    whole = Measures()
    for each in minutes:
        whole.add(each.measures)
    return whole


def _condition(lately: Measures) -> Condition:
    if not lately.records:
        return Condition.IDLE
    if lately.failures:
        return Condition.FAILING
    lag = lately.lag_quantile_ms(0.95)
    return Condition.BEHIND if lag is None or lag > BEHIND_MS else Condition.RUNNING
