"""Events of users, and profiles made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rapport.profiles.state import ProfileState
from rapport.realtime.event import Event

from tests.builders.realtime import NOW, event

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
TOKEN = "n_" + "a" * 26


def call(
    event_id: str = "call-1", *, at: int = NOW, caller: str = TOKEN, user_id: str = "C1", **attributes: Any
) -> Event:
    """An answered inbound call of three minutes."""
    given = {"channel": "voice", "direction": "inbound", "answered": True, "duration_s": 180.0, **attributes}
    return event(event_id, kind="call", name="call.ended", at=at, caller=caller, user_id=user_id, attributes=given)


def login(event_id: str = "login-1", *, at: int = NOW, failed: bool = False, **attributes: Any) -> Event:
    """A login from Japan with the usual device."""
    given = {"address_country": "JP", "device": "phone", **attributes}
    name = "login.failed" if failed else "login.succeeded"
    return event(event_id, kind="security", name=name, at=at, attributes=given)


def message(event_id: str, *, answered: bool = False, channel: str = "sms", at: int = NOW) -> Event:
    name = "message.answered" if answered else "message.sent"
    return event(event_id, name=name, at=at, attributes={"channel": channel})


def state_of(events: Sequence[Event]) -> ProfileState:
    """The profile of these events, as it reads back."""
    state = ProfileState()
    for each in events:
        state.add(each)
    state.close()
    return ProfileState(state.to_bytes())


def habits(days: int = 40, *, now: int = NOW) -> list[Event]:
    """A user who logs in at nine every morning and calls every fourth day at ten, until yesterday."""
    nine = now // DAY_MS * DAY_MS + 9 * HOUR_MS
    logins = [login(f"login-{day}", at=nine - day * DAY_MS) for day in range(days, 0, -1)]
    calls = [call(f"call-{day}", at=nine + HOUR_MS - day * DAY_MS) for day in range(days, 0, -4)]
    return sorted([*logins, *calls], key=lambda each: each.at)
