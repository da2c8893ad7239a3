"""What a stored profile says: preferences, patterns, the latest events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapport.inference.statistics import wilson
from rapport.profiles.model import (
    AnomalyFound,
    AnswerRate,
    HourShare,
    Patterns,
    Spread,
    TimelineEvent,
    UserProfile,
)
from rapport.profiles.risk import allow_list_of, risk_of
from rapport.profiles.sketches import HOURS, Quantiles
from rapport.profiles.state import CHANNELS, ProfileState

PREFERRED_HOURS = 5
# Below so many own events, no hour is a preference.
LEAST_EVENTS = 10
LEAST_SENT = 3


def profile_of(user_id: str, state: ProfileState, anomalies: Sequence[AnomalyFound], now: int) -> UserProfile:
    """The profile as others see it at `now`; `anomalies` are the latest, newest first."""
    channels = _channels(state)
    risk = risk_of(state, anomalies, now)
    return UserProfile(
        user_id=user_id,
        first_seen=state.first_at,
        last_seen=state.last_at,
        events=state.events,
        by_name=dict(state.names) | ({"other": state.other_names} if state.other_names else {}),
        channels=channels,
        preferred_channel=_preferred(channels),
        preferred_hours=_preferred_hours(state),
        typical_gap_h=_spread(state.all_gaps()),
        distinct_devices=round(state.devices.estimate),
        distinct_countries=round(state.countries.estimate),
        distinct_numbers=round(state.numbers.estimate),
        calls_30d=round(state.calls.value(now // 1000), 2),
        sentiment_mean=round(state.sentiment / state.sentiments / 1_000_000, 4) if state.sentiments else None,
        risk=risk,
        anomalies=list(anomalies),
        allow_list=allow_list_of(state, risk, now),
    )


def patterns_of(user_id: str, state: ProfileState, now: int) -> Patterns:
    at_s = now // 1000
    return Patterns(
        user_id=user_id,
        events=state.events,
        hours=[state.hours.get(hour, 0) for hour in range(HOURS)],
        typical_gap_h=_spread(state.all_gaps()),
        call_duration_s=_spread(state.durations),
        payment_amount=_spread(state.amounts),
        failed_logins_7d=round(state.failures.value(at_s), 2),
        calls_30d=round(state.calls.value(at_s), 2),
        payments_30d=round(state.payments.value(at_s), 2),
    )


def timeline_of(state: ProfileState) -> list[TimelineEvent]:
    """The latest events, newest first."""
    return [
        TimelineEvent(at=each.at, kind=each.kind.value, name=each.name, channel=each.channel or None)
        for each in state.latest()
    ]


def _channels(state: ProfileState) -> dict[str, AnswerRate]:
    """A message may be answered that was sent before the profile began: never more answers than messages."""
    found = {}
    for number, channel in enumerate(CHANNELS):
        answered, sent = state.channels.get(2 * number + 1, 0), state.channels.get(2 * number, 0)
        sent = max(sent, answered)
        if sent:
            low, high = wilson(answered, sent)
            found[channel] = AnswerRate(sent=sent, answered=answered, answer_rate=answered / sent, low=low, high=high)
    return found


def _preferred(channels: Mapping[str, AnswerRate]) -> str | None:
    """The channel whose answer rate is surely highest: by the lower bound, of those that were tried."""
    tried = {channel: rate for channel, rate in channels.items() if rate.sent >= LEAST_SENT and rate.answered}
    return max(tried, key=lambda channel: tried[channel].low, default=None)


def _preferred_hours(state: ProfileState) -> list[HourShare]:
    total = state.hours.total
    if total < LEAST_EVENTS:
        return []
    often = sorted(state.hours.items(), key=lambda pair: (-pair[1], pair[0]))[:PREFERRED_HOURS]
    # An hour that is no more frequent than any other is no preference.
    return [HourShare(hour_of_week=hour, share=times / total) for hour, times in often if times > 2 * total / HOURS]


def _spread(quantiles: Quantiles) -> Spread:
    p10, p50, p90 = (quantiles.quantile(share) for share in (0.1, 0.5, 0.9))
    return Spread(count=quantiles.bins.total, p10=p10, p50=p50, p90=p90)
