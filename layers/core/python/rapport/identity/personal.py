"""Everything that is held about a person, over all contexts: given out on request, and erased on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from rapport.audit.model import Action
from rapport.audit.service import Recorder, TrailStore
from rapport.identity.directory import Account, Directory
from rapport.identity.sessions import Sessions
from rapport.runtime.errors import ConflictError, NotFoundError


class Kept(BaseModel):
    """What an erasure leaves, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    count: int
    reason: str


class Holder(Protocol):
    """A context that holds personal data. Erasing twice erases once."""

    @property
    def name(self) -> str: ...

    def export(self, username: str) -> Any:
        """What is held, ready for JSON."""
        ...

    def erase(self, username: str) -> Sequence[Kept]: ...


class Profiles(Protocol):
    """What identity itself keeps of users."""

    def drop_user(self, username: str) -> None: ...


class Personal:
    """Export and erasure."""

    def __init__(
        self,
        *,
        directory: Directory,
        sessions: Sessions,
        holders: Sequence[Holder],
        trail: Recorder,
        names: TrailStore,
        profiles: Profiles,
        before_erasure: Callable[[str], None],
    ) -> None:
        """`before_erasure` raises where a user name cannot be erased now, before anything of it is."""
        self._directory = directory
        self._sessions = sessions
        self._holders = holders
        self._trail = trail
        self._names = names
        self._profiles = profiles
        self._before_erasure = before_erasure

    def profile(self, username: str) -> Account:
        """The caller's account. `NotFoundError` when it was erased while the token still lived."""
        found = self._directory.find(username)
        if found is None:
            raise NotFoundError("this account does not exist any more")
        return found

    def change(self, username: str, attributes: Mapping[str, str], address: str) -> Account:
        """Change an account; the trail keeps the names of what changed, not the values."""
        before = self.profile(username)
        changed = {name: value for name, value in attributes.items() if before.attributes.get(name) != value}
        if not changed:
            return before
        if "email" in changed:
            # Another address is nobody's until proven.
            changed["email_verified"] = "false"
        self._trail.record(
            Action.PROFILE_CHANGED,
            actor=username,
            person=username,
            address=address,
            data={"fields": " ".join(sorted(changed))},
        )
        self._directory.update(username, changed)
        return self.profile(username)

    def export(self, username: str, address: str) -> dict[str, Any]:
        """Everything, by context."""
        mine = self.profile(username)
        sessions = [
            {"created_at": each.created_at, "seen_at": each.seen_at, "device": each.device, "address": each.address}
            for each in self._sessions.of(username)
        ]
        held = {holder.name: holder.export(username) for holder in self._holders}
        self._trail.record(Action.EXPORTED, actor=username, person=username, address=address)
        profile = {"username": mine.username, "created_at": mine.created_at, **mine.attributes}
        return {"profile": profile, "sessions": sessions, **held}

    def erase(self, username: str, address: str, *, staff: bool) -> list[Kept]:
        """Erase a customer everywhere, the account last, so that a failure half way can be asked for again."""
        if staff:
            raise ConflictError("an administrator removes the accounts of those who work here")
        self._before_erasure(username)
        kept = [one for holder in self._holders for one in holder.erase(username)]
        for session in self._sessions.of(username):
            self._sessions.drop(username, session.session_id)
        self._trail.record(
            Action.ERASED, actor=username, person=username, address=address, data={"kept": str(len(kept))}
        )
        self._directory.delete(username)
        self._profiles.drop_user(username)
        self._names.forget(username)
        return kept
