"""A user's profile in an export and an erasure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from rapport.calls.ports import Clock
from rapport.identity.personal import Kept
from rapport.profiles.model import AnomalyFound
from rapport.profiles.service import ProfileReader, Profiles

PAGE = 100


class ProfileHolder(ProfileReader, Protocol):
    def erase(self, user_id: str, now: int) -> None: ...


class BehaviourProfiles:
    """Implements `Holder`. `numbers_of` tells which customers a user is; profiles are theirs, and the user's own."""

    name = "behaviour"

    def __init__(self, store: ProfileHolder, numbers_of: Callable[[str], Iterable[str]], clock: Clock) -> None:
        self._store = store
        self._profiles = Profiles(store, clock)
        self._numbers_of = numbers_of
        self._clock = clock

    def _ids(self, username: str) -> Sequence[str]:
        return list(dict.fromkeys([username, *self._numbers_of(username)]))

    def export(self, username: str) -> Any:
        return [held for user_id in self._ids(username) if (held := self._held(user_id))]

    def _held(self, user_id: str) -> dict[str, Any] | None:
        profile, patterns = self._profiles.profile(user_id), self._profiles.patterns(user_id)
        if profile is None or patterns is None:
            return None
        timeline = self._profiles.timeline(user_id) or ()
        return {
            "profile": profile.model_dump(mode="json", exclude={"anomalies"}),
            "patterns": patterns.model_dump(mode="json"),
            "timeline": [each.model_dump(mode="json") for each in timeline],
            "anomalies": [each.model_dump(mode="json") for each in self._anomalies(user_id)],
        }

    def _anomalies(self, user_id: str) -> Iterator[AnomalyFound]:
        cursor = None
        while True:
            found, cursor = self._profiles.anomalies(user_id, limit=PAGE, cursor=cursor)
            yield from found
            if cursor is None:
                return

    def erase(self, username: str) -> Sequence[Kept]:
        for user_id in self._ids(username):
            self._store.erase(user_id, self._clock())
        return ()
