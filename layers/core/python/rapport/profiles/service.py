"""Profiles as they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rapport.calls.ports import Clock
from rapport.profiles.model import AnomalyFound, Patterns, TimelineEvent, UserProfile
from rapport.profiles.state import ProfileState
from rapport.profiles.updater import StoredProfile
from rapport.profiles.view import patterns_of, profile_of, timeline_of

LATEST_ANOMALIES = 20


class ProfileReader(Protocol):
    """Where profiles are read."""

    def get(self, user_id: str) -> StoredProfile | None: ...

    def anomalies(self, user_id: str, *, limit: int, cursor: str | None) -> tuple[list[AnomalyFound], str | None]: ...


class Profiles:
    """Reads profiles. A user of whom nothing is known has none."""

    def __init__(self, reader: ProfileReader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock

    def profile(self, user_id: str) -> UserProfile | None:
        state = self._state(user_id)
        if state is None:
            return None
        latest, _ = self._reader.anomalies(user_id, limit=LATEST_ANOMALIES, cursor=None)
        return profile_of(user_id, state, latest, self._clock())

    def patterns(self, user_id: str) -> Patterns | None:
        state = self._state(user_id)
        return patterns_of(user_id, state, self._clock()) if state else None

    def timeline(self, user_id: str) -> Sequence[TimelineEvent] | None:
        """The latest events, newest first."""
        state = self._state(user_id)
        return timeline_of(state) if state else None

    def anomalies(self, user_id: str, *, limit: int, cursor: str | None) -> tuple[list[AnomalyFound], str | None]:
        """What was unusual, newest first, a page at a time."""
        return self._reader.anomalies(user_id, limit=limit, cursor=cursor)

    def _state(self, user_id: str) -> ProfileState | None:
        stored = self._reader.get(user_id)
        return stored.state() if stored and stored.data else None
