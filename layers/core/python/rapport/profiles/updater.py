"""The processor that keeps profiles: every event of a user goes into the user's profile, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.profiles.state import ProfileState
from rapport.profiles.window import Verdict
from rapport.realtime.delivery import Delivered
from rapport.realtime.event import Event
from rapport.realtime.processor import Folded

NAME = "profiles_updater"


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A profile as it is stored: its bytes, and the number of times it was written (0: never).

    What was erased leaves `erased_at`, so that events of before do not bring it back when they come again.
    """

    data: bytes = b""
    version: int = 0
    erased_at: int | None = None

    def state(self) -> ProfileState:
        return ProfileState(self.data)


def keys_of(event: Event) -> Sequence[str]:
    """An event belongs to its user's profile; who is not known has none."""
    return (event.user_id,) if event.user_id else ()


def fold(user_id: str, stored: StoredProfile | None, events: Sequence[Delivered]) -> Folded[StoredProfile]:
    """The profile after these events."""
    del user_id
    before = stored or StoredProfile()
    state = before.state()
    late: list[Delivered] = []
    fresh = duplicates = 0
    for each in events:
        if before.erased_at is not None and each.event.at <= before.erased_at:
            duplicates += 1
            continue
        verdict = state.add(each.event)
        if verdict is Verdict.NEW:
            fresh += 1
        elif verdict is Verdict.DUPLICATE:
            duplicates += 1
        else:
            late.append(each)
    if not fresh:
        return Folded(None, duplicates, late)
    state.close()
    return Folded(StoredProfile(state.to_bytes(), before.version + 1, before.erased_at), duplicates, late)
