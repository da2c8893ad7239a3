"""What is known of a series at one moment, and what is said of its next 48 hours, kept once an hour to be judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from rapport.trends.accuracy import Score, StoredForecast, running_stretch
from rapport.trends.forecasting import Model, forecast
from rapport.trends.series import DAY_HOURS, Hours, Place

# Twelve weeks: what the published model looks back at most.
HISTORY_HOURS = 84 * DAY_HOURS
# Forecasts of the last four weeks tell how good they are, those of two how wide they must be.
ACCURACY_HOURS, STRETCH_HOURS = 28 * DAY_HOURS, 14 * DAY_HOURS


class Counts(Protocol):
    """Where counts are kept."""

    def history(self, series: str, first_hour: int, end_hour: int) -> dict[int, float]: ...

    def catalogue(self) -> list[str]: ...


class Forecasts(Protocol):
    """Where forecasts and their scores are kept."""

    def forecast(self, series: str, origin: int) -> StoredForecast | None: ...

    def remember(self, stored: StoredForecast) -> StoredForecast: ...

    def due(self, hour: int) -> Iterator[tuple[str, int]]: ...

    def judged(self, stored: StoredForecast, actual: list[float]) -> Score: ...

    def forget(self, series: str, due: int) -> None: ...

    def scores(self, series: str, first_origin: int) -> list[Score]: ...


@dataclass(slots=True)
class Outlooks:
    """`model` is the published forecast of this `version`."""

    counts: Counts
    forecasts: Forecasts
    model: Model
    version: str
    place: Place

    def hours(self, series: str, hour: int) -> Hours:
        """The last twelve weeks up to the running hour, which is the last one."""
        first = hour - HISTORY_HOURS
        return Hours.of(self.counts.history(series, first, hour + 1), end=hour + 1, since=first)

    def at(self, series: str, hour: int, hours: Hours) -> StoredForecast | None:
        """What is said at the beginning of an hour of it and the 47 after it; None with less than a day of counts."""
        known = self.forecasts.forecast(series, hour)
        if known is not None:
            return known
        stretch = running_stretch(self.forecasts.scores(series, hour - STRETCH_HOURS))
        whole = Hours(hours.start, hours.counts[: max(0, hour - hours.start)])
        made = forecast(whole, self.place, self.model, stretch=stretch) if whole.end == hour else None
        if made is None:
            return None
        version = self.version if made.method == "model" else None
        return self.forecasts.remember(
            StoredForecast(
                series=series, origin=hour, method=made.method, version=version, stretch=made.stretch, hours=made.hours
            )
        )
