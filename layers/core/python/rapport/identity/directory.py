"""The directory of users, as identity and administration need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of the directory; `refresh` is None when a renewal kept the old one."""

    access: str
    identity: str
    refresh: str | None
    expires_in: int


@dataclass(frozen=True, kw_only=True)
class Account:
    """A user of the directory. Times are epoch milliseconds."""

    username: str
    enabled: bool
    status: str
    created_at: int
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def verified(self) -> bool:
        """Whether the account was ever opened: those that administrators made are, too."""
        return self.attributes.get("phone_number_verified") != "false" or self.enabled


class Directory(Protocol):
    """Keeps users and passwords. Raises domain errors that do not tell whether a user exists."""

    def open_account(self, username: str, password: str, attributes: Mapping[str, str]) -> bool:
        """Make an account that is shut, or do one over that was never confirmed; False when the name is taken."""
        ...

    def confirm(self, username: str) -> None:
        """Open a shut account: the number is proven, the role is customer."""
        ...

    def login(self, username: str, password: str) -> Tokens: ...

    def refresh(self, refresh_token: str) -> Tokens: ...

    def sign_out(self, username: str) -> None:
        """End every session of a user."""
        ...

    def find(self, username: str) -> Account | None: ...

    def update(self, username: str, attributes: Mapping[str, str]) -> None: ...

    def delete(self, username: str) -> None:
        """Remove a user; one that is gone is no error."""
        ...


class Staff(Protocol):
    """What administrators do with users."""

    def find(self, username: str) -> Account | None: ...

    def page(
        self, *, group: str | None, prefix: str | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Account], str | None]: ...

    def groups_of(self, username: str) -> tuple[str, ...]: ...

    def exists(self, group: str) -> bool: ...

    def join(self, username: str, group: str) -> None: ...

    def leave(self, username: str, group: str) -> None: ...

    def enable(self, username: str) -> None: ...

    def disable(self, username: str) -> None: ...

    def sign_out(self, username: str) -> None: ...

    def count(self, group: str) -> int: ...
