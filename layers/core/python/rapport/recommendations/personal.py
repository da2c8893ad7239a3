"""Recommendations in an export and an erasure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rapport.identity.personal import Kept
from rapport.recommendations.store import DynamoRecommendationStore


class CustomerRecommendations:
    """Implements `Holder`. `numbers_of` tells which customers a user is. Counters name nobody and stay."""

    name = "recommendations"

    def __init__(self, store: DynamoRecommendationStore, numbers_of: Callable[[str], Iterable[str]]) -> None:
        self._store = store
        self._numbers_of = numbers_of

    def export(self, username: str) -> Any:
        return [
            one.model_dump(mode="json", exclude={"version"})
            for number in dict.fromkeys(self._numbers_of(username))
            for one in self._store.past(number, 0)
        ]

    def erase(self, username: str) -> Sequence[Kept]:
        for number in dict.fromkeys(self._numbers_of(username)):
            self._store.erase(number)
        return ()
