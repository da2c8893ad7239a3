"""Settings of the trends functions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rapport.runtime.settings import (
    EventBusName,
    IdentityTable,
    LiveApi,
    LiveTable,
    PoisonQueue,
    RealtimeTable,
    Settings,
    TrendsTable,
    UserPool,
)
from rapport.trends.series import Place
from rapport.vendors.settings import Email


class BankClock(Settings):
    """Hours that the bank's clocks are ahead of UTC: days and hours of the day are cut by it."""

    trend_utc_offset_h: Annotated[int, Field(ge=-12, le=14)] = 9

    @property
    def place(self) -> Place:
        return Place(self.trend_utc_offset_h)


class TrendsCounterSettings(TrendsTable, RealtimeTable, PoisonQueue):
    """trends_counter."""


class TrendsForecastSettings(TrendsTable, LiveTable, LiveApi, UserPool, EventBusName, Email, BankClock):
    """trends_forecast. `console_url` leads to the console."""

    console_url: str


class TrendsApiSettings(TrendsTable, IdentityTable, BankClock):
    """trends_api."""
