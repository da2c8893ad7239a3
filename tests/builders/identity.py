"""Identity over a directory in memory and the real stores on a pretended table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from moto import mock_aws
from rapport.audit.service import Trail
from rapport.audit.store import DynamoTrailStore
from rapport.identity.account_store import DynamoCounters, DynamoPendings, DynamoSessions
from rapport.identity.directory import Account, Tokens
from rapport.identity.limits import Floor, Limits, SmsCaps, shortened
from rapport.identity.registration import NewAccount, Registrations
from rapport.identity.sealing import AesSeal
from rapport.identity.sessions import SessionService
from rapport.identity.visitor import Visitor
from rapport.runtime.errors import UnauthenticatedError

from tests.builders.dynamodb import aws_client, create_table

TABLE = "identity"
PASSWORD = "Long-enough-1!"
START = 1_790_000_000_000
CODE = "424242"
HERE = Visitor("203.0.113.7", "Firefox")
CAPS = SmsCaps(number=3, block=6, address=8, everybody=10)


@contextmanager
def identity_table() -> Iterator[Any]:
    """A DynamoDB client with an empty identity table."""
    with mock_aws():
        client = aws_client("dynamodb")
        create_table(client, TABLE)
        yield client


@dataclass
class MemoryDirectory:
    """Implements `Directory` and `Staff`."""

    accounts: dict[str, Account] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    logins: int = 0
    tokens: dict[str, str] = field(default_factory=dict)

    def add(self, username: str, *groups: str, password: str = PASSWORD) -> None:
        """An account that is open."""
        self.accounts[username] = Account(username=username, enabled=True, status="CONFIRMED", created_at=START)
        self.passwords[username] = password
        self.groups[username] = set(groups)

    def open_account(self, username: str, password: str, attributes: Mapping[str, str]) -> bool:
        known = self.accounts.get(username)
        if known is not None and known.verified:
            return False
        self.accounts[username] = Account(
            username=username,
            enabled=False,
            status="CONFIRMED",
            created_at=START,
            attributes={**attributes, "phone_number_verified": "false"},
        )
        self.passwords[username] = password
        return True

    def confirm(self, username: str) -> None:
        self.update(username, {"phone_number_verified": "true"})
        self.groups[username] = {"customer"}
        self.enable(username)

    def login(self, username: str, password: str) -> Tokens:
        self.logins += 1
        known = self.accounts.get(username)
        if known is None or not known.enabled or self.passwords[username] != password:
            raise UnauthenticatedError("no")
        token = f"refresh-{username}-{self.logins}"
        self.tokens[token] = username
        return Tokens(f"access-{username}-{self.logins}", "identity", token, 3600)

    def refresh(self, refresh_token: str) -> Tokens:
        if refresh_token not in self.tokens:
            raise UnauthenticatedError("no")
        return Tokens(f"again-{refresh_token}", "identity", None, 3600)

    def sign_out(self, username: str) -> None:
        self.tokens = {token: name for token, name in self.tokens.items() if name != username}

    def find(self, username: str) -> Account | None:
        return self.accounts.get(username)

    def update(self, username: str, attributes: Mapping[str, str]) -> None:
        self._replace(username, attributes={**self.accounts[username].attributes, **attributes})

    def delete(self, username: str) -> None:
        self.accounts.pop(username, None)

    def page(
        self, *, group: str | None, prefix: str | None, limit: int, cursor: str | None
    ) -> tuple[list[Account], str | None]:
        del limit, cursor
        return [
            account
            for name, account in self.accounts.items()
            if (group is None or group in self.groups.get(name, set())) and name.startswith(prefix or "")
        ], None

    def groups_of(self, username: str) -> tuple[str, ...]:
        return tuple(self.groups.get(username, ()))

    def exists(self, group: str) -> bool:
        return group in {"customer", "agent", "supervisor", "analyst", "admin", "team:cards"}

    def join(self, username: str, group: str) -> None:
        self.groups[username].add(group)

    def leave(self, username: str, group: str) -> None:
        self.groups[username].discard(group)

    def enable(self, username: str) -> None:
        self._replace(username, enabled=True)

    def disable(self, username: str) -> None:
        self._replace(username, enabled=False)

    def count(self, group: str) -> int:
        return sum(group in groups for groups in self.groups.values())

    def _replace(self, username: str, **changes: Any) -> None:
        known = self.accounts[username]
        fields = {name: getattr(known, name) for name in ("username", "enabled", "status", "created_at", "attributes")}
        self.accounts[username] = Account(**{**fields, **changes})


@dataclass
class MemoryCodes:
    """Implements `Codes` and `Meter`: each number has one code at a time."""

    running: dict[str, str] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    begun: int = 0
    done: int = 0

    def start(self, phone: str, locale: str) -> str:
        del locale
        self.sent.append(phone)
        self.running[f"request-{phone}"] = CODE
        return f"request-{phone}"

    def check(self, request_id: str, code: str) -> bool:
        right = self.running.get(request_id) == code
        if right:
            del self.running[request_id]
        return right

    def started(self) -> None:
        self.begun += 1

    def completed(self) -> None:
        self.done += 1


class Branch:
    """Everything identity does, in one place and at a time of its own."""

    def __init__(self, client: Any, caps: SmsCaps = CAPS, failures_per_address: int = 20) -> None:
        self.now = START
        self.slept: list[float] = []
        self.directory = MemoryDirectory()
        self.codes = MemoryCodes()
        self.names = DynamoTrailStore(client, TABLE)
        self.trail = Trail(self.names, lambda: self.now, shortened, self.slept.append)
        self.pendings = DynamoPendings(client, TABLE, lambda: self.now)
        self.stored = DynamoSessions(client, TABLE)
        self.limits = Limits(
            DynamoCounters(client, TABLE, lambda: self.now), caps, failures_per_address, lambda: self.now
        )
        self.registrations = Registrations(
            directory=self.directory,
            pendings=self.pendings,
            codes=self.codes,
            limits=self.limits,
            trail=self.trail,
            meter=self.codes,
            countries=frozenset({"JP", "US", "GB"}),
            floor=self.floor(1.0),
            now=lambda: self.now,
        )
        self.sessions = SessionService(
            directory=self.directory,
            sessions=self.stored,
            seal=AesSeal(),
            limits=self.limits,
            trail=self.trail,
            floor=self.floor(0.5),
            now=lambda: self.now,
        )

    def floor(self, seconds: float) -> Floor:
        """Work takes no time here, so what is slept is the floor itself."""
        return Floor(seconds, lambda: 0.0, self.slept.append)

    def register(self, username: str = "mei", phone: str = "+819012345678", address: str = HERE.address) -> str:
        delivery = self.registrations.register(a_new(username, phone), address)
        return delivery.destination

    def join(self, username: str = "mei", phone: str = "+819012345678") -> None:
        self.register(username, phone)
        self.registrations.verify(username, CODE, HERE.address)

    def login(self, username: str = "mei", password: str = PASSWORD, visitor: Visitor = HERE) -> str:
        """Sign in; the refresh token."""
        return self.sessions.login(
            username, password, visitor, lambda tokens: (username, tokens.access.replace("access", "session"))
        ).refresh

    def actions(self) -> list[str]:
        """What the trail says, oldest first."""
        head = self.names.head()
        return [entry.action.value for entry in self.names.entries(head.day)] if head else []


def a_new(username: str = "mei", phone: str = "+819012345678", password: str = PASSWORD) -> NewAccount:
    return NewAccount(
        username=username, email=f"{username}@example.com", password=password, phone_number=phone, locale="ja"
    )
