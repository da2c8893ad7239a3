"""A user's profile as others see it. Times are epoch milliseconds, hours of the week begin on Monday 00:00 UTC."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rapport.calls.model import LocalisedText
from rapport.inference.anomaly import Kind

Share = Annotated[float, Field(ge=0, le=1)]


class Model(BaseModel):
    """Frozen, and closed to fields nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RiskReason(Model):
    """Why: a stable code, a sentence in each language, and how much of the value it makes."""

    code: str
    text: LocalisedText
    weight: Share


class AnomalyFound(Model):
    """An event that was unusual for its user. `score` 0 to 1; `rarity` is the share of ordinary events that score as
    high, in the synthetic events that the model was trained on.
    """

    event_id: str
    at: int
    kind: Kind
    name: str
    score: Share
    rarity: Share
    reasons: list[LocalisedText]


class AnswerRate(Model):
    """What was sent by a channel and answered. `low` and `high` bound the rate: Wilson's interval of 95 %."""

    sent: int
    answered: int
    answer_rate: Share | None
    low: Share
    high: Share


class HourShare(Model):
    """An hour of the week, 0 to 167, and the share of the user's events in it."""

    hour_of_week: Annotated[int, Field(ge=0, lt=168)]
    share: Share


class Spread(Model):
    """Quantiles, each within 5 %; None of nothing."""

    count: int
    p10: float | None
    p50: float | None
    p90: float | None


class UserRisk(Model):
    """0 to 1 by rules over what was seen. It is no probability: there are no labelled users to calibrate it on."""

    value: Share
    reasons: list[RiskReason]


Strategy = Literal["strict", "normal", "trusted"]


class AllowList(Model):
    """How readily an allow list lets this user through: `strict` asks for more proof, `trusted` for less."""

    strategy: Strategy
    because: LocalisedText


class UserProfile(Model):
    """What is normal for a user."""

    user_id: str
    first_seen: int
    last_seen: int
    events: int
    by_name: dict[str, int]
    channels: dict[str, AnswerRate]
    preferred_channel: str | None
    preferred_hours: list[HourShare]
    typical_gap_h: Spread
    distinct_devices: int
    distinct_countries: int
    distinct_numbers: int
    calls_30d: float
    sentiment_mean: float | None
    risk: UserRisk
    anomalies: list[AnomalyFound]
    allow_list: AllowList


class Patterns(Model):
    """How a user behaves: `hours` counts the user's own events by the hour of the week, 168 of them."""

    user_id: str
    events: int
    hours: list[int]
    typical_gap_h: Spread
    call_duration_s: Spread
    payment_amount: Spread
    failed_logins_7d: float
    calls_30d: float
    payments_30d: float


class TimelineEvent(Model):
    """One of a user's latest events."""

    at: int
    kind: Literal["call", "interaction", "security", "system"]
    name: str
    channel: str | None
