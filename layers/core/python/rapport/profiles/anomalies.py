"""The processor that notices what is unusual for a user: a call, a login, a payment, by the isolation forests.

It judges an event by the user's profile and the events of the batch that happened before it, whether the updater has
folded the event already or not: what is "new" is what was not seen before the event's own time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from rapport.inference.anomaly import ALERT, AnomalyScorer, Kind
from rapport.profiles.model import AnomalyFound
from rapport.profiles.sketches import circular_distance_h, times_of_day
from rapport.profiles.state import ProfileState
from rapport.profiles.updater import StoredProfile
from rapport.realtime.delivery import Delivered
from rapport.realtime.event import Event
from rapport.realtime.processor import Folded

NAME = "profiles_anomalies"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
# Who did less has no habits yet.
LEAST_EVENTS = 20
# An hour of the day is usual that holds this share of the user's events.
USUAL_SHARE = 0.05
JUDGED = {"call.ended": Kind.CALL, "login.succeeded": Kind.LOGIN, "payment.made": Kind.TRANSACTION}
_HELD = frozenset({*JUDGED, "login.failed"})


class ProfileKeeper(Protocol):
    """Where profiles are read and anomalies are kept."""

    def load(self, keys: Collection[str]) -> Mapping[str, StoredProfile]: ...

    def add_anomalies(self, user_id: str, found: Collection[AnomalyFound]) -> None: ...


class Findings:
    """Implements `Keeper`: reads profiles, writes what was found. Writing it twice is writing it once."""

    def __init__(self, keeper: ProfileKeeper) -> None:
        self._keeper = keeper

    def load(self, keys: Collection[str]) -> Mapping[str, StoredProfile]:
        return self._keeper.load(keys)

    def save(self, changes: Mapping[str, Sequence[AnomalyFound]]) -> Collection[str]:
        for user_id, found in changes.items():
            self._keeper.add_anomalies(user_id, found)
        return ()


def keys_of(event: Event) -> Sequence[str]:
    """The events that are judged, and those that others are judged by."""
    return (event.user_id,) if event.user_id and event.name in _HELD else ()


class Judge:
    """Judges events by the published models."""

    def __init__(self, scorer_of: Callable[[Kind], AnomalyScorer]) -> None:
        self._scorers = {kind: scorer_of(kind) for kind in Kind}

    def fold(
        self, user_id: str, stored: StoredProfile | None, events: Sequence[Delivered]
    ) -> Folded[Sequence[AnomalyFound]]:
        """What is unusual among these events; nothing where the user has no habits yet."""
        del user_id
        if stored is None or not stored.data:
            return Folded(None)
        state = stored.state()
        found = []
        for event in sorted((each.event for each in events), key=lambda event: event.at):
            if event.name in JUDGED and state.hours.total >= LEAST_EVENTS:
                anomaly = self._judged(event, JUDGED[event.name], state)
                if anomaly is not None:
                    found.append(anomaly)
            state.add(event)
        return Folded(found or None)

    def _judged(self, event: Event, kind: Kind, state: ProfileState) -> AnomalyFound | None:
        values = features(event, kind, state)
        scorer = self._scorers[kind]
        # The reasons cost as much as the score for every feature: only for what is told.
        if scorer.forest.rarity(scorer.forest.score(scorer.forest.row(values))) >= ALERT:
            return None
        anomaly = scorer.score(values)
        return AnomalyFound(
            event_id=event.event_id,
            at=event.at,
            kind=kind,
            name=event.name,
            score=anomaly.score,
            rarity=anomaly.rarity,
            reasons=[reason.text for reason in anomaly.reasons],
        )


def features(event: Event, kind: Kind, state: ProfileState) -> dict[str, float]:
    """The model's features by name; what is not known is left out, which is no reason to alarm."""
    at_s = event.at // 1000
    values: dict[str, float | None] = {"hour_distance": _hour_distance(state, event.at)}
    if kind is Kind.CALL:
        values |= {
            "duration_ratio": _ratio(event.figure("duration_s"), state.durations.quantile(0.5)),
            "calls_last_day": _before(state, event, "call.ended", DAY_MS),
            "new_number": _new(event.caller and not state.numbers.seen_before(event.caller, at_s)),
            "silence_share": event.figure("silence_share"),
            "transfers": event.figure("transfers"),
        }
    elif kind is Kind.LOGIN:
        device, country = event.text("device"), event.text("address_country")
        values |= {
            "failed_before": _before(state, event, "login.failed", HOUR_MS),
            "logins_last_day": _before(state, event, "login.succeeded", DAY_MS),
            "new_device": _new(device and not state.devices.seen_before(device, at_s)),
            "new_country": _new(country and not state.countries.seen_before(country, at_s)),
        }
    else:
        values |= {
            "amount_ratio": _ratio(event.figure("amount"), state.amounts.quantile(0.5)),
            "in_last_hour": _before(state, event, "payment.made", HOUR_MS),
            "in_last_day": _before(state, event, "payment.made", DAY_MS),
        }
    return {name: max(value, 0.0) for name, value in values.items() if value is not None}


def _hour_distance(state: ProfileState, at: int) -> float | None:
    """Hours from the middle of the nearest usual hour of the day."""
    times = [0] * 24
    for hour, number in times_of_day(state.hours):
        times[hour] += number
    least = max(2.0, USUAL_SHARE * sum(times))
    now = at % DAY_MS / HOUR_MS
    apart = [circular_distance_h(now, hour + 0.5) for hour, number in enumerate(times) if number >= least]
    return min(apart, default=None)


def _before(state: ProfileState, event: Event, name: str, within_ms: int) -> float:
    """How often something happened in the time before the event, as far as the 32 latest events tell."""
    return float(sum(each.name == name and event.at - within_ms <= each.at < event.at for each in state.latest()))


def _ratio(value: float | None, usual: float | None) -> float | None:
    return value / usual if value is not None and usual else None


def _new(value: object) -> float | None:
    """1 for what is new, 0 for what is known, None where the event does not tell."""
    return None if value is None or value == "" else float(bool(value))
