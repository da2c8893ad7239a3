"""Signing up: an account stays shut until the phone number is proven.

Whoever registers gets the same answer whether the name is free or not. That a name is taken is told only to those who
have proven a number, which is capped.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from rapport.audit.model import Action
from rapport.audit.service import Trail
from rapport.identity.directory import Directory
from rapport.identity.limits import Floor, Limits
from rapport.identity.phones import masked, mobile
from rapport.runtime.errors import ConflictError, InvalidInputError

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")
WRONG_CODE = "the code is wrong or has expired"
PENDING_S = 3600
# Every rule of the user pool, checked before anything is: a refusal must not depend on whether the name is free.
_PASSWORD = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9\s]")


class Pending(BaseModel):
    """A registration that waits for its code. `taken` names an account of somebody else; `proven` is the hash of the
    code that was right, so that a confirmation that failed half way may be sent again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    username: str
    request_id: str
    phone: str
    taken: bool
    started_at: int
    proven: str | None = None


class Pendings(Protocol):
    """Keeps registrations for an hour."""

    def load(self, username: str) -> Pending | None: ...

    def save(self, pending: Pending, *, seconds: int) -> None: ...

    def drop(self, username: str) -> None: ...


class Codes(Protocol):
    """Sends and checks one-time codes."""

    def start(self, phone: str, locale: str) -> str:
        """Send a code; the name of the verification, also when one runs for this number already."""
        ...

    def check(self, request_id: str, code: str) -> bool: ...


class Meter(Protocol):
    """Counts verifications, so that a fall of the share that is completed is seen."""

    def started(self) -> None: ...

    def completed(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a code was sent, masked."""

    medium: str
    destination: str


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """What somebody registers with."""

    username: str
    email: str
    password: str
    phone_number: str
    locale: str | None


class Registrations:
    """The use cases of signing up."""

    def __init__(
        self,
        *,
        directory: Directory,
        pendings: Pendings,
        codes: Codes,
        limits: Limits,
        trail: Trail,
        meter: Meter,
        countries: Collection[str],
        floor: Floor,
        now: Callable[[], int],
    ) -> None:
        self._directory = directory
        self._pendings = pendings
        self._codes = codes
        self._limits = limits
        self._trail = trail
        self._meter = meter
        self._countries = countries
        self._floor = floor
        self._now = now

    def register(self, new: NewAccount, address: str) -> Delivery:
        """Send a code to the number. `InvalidInputError` names what cannot be used by anybody."""
        name = new.username.lower()
        if not USERNAME.fullmatch(name):
            raise InvalidInputError(
                "3 to 64 characters: letters, digits, dot, dash, underscore; first a letter or digit", field="username"
            )
        require_strong(new.password)
        phone = mobile(new.phone_number, self._countries)
        with self._floor.held():
            self._limits.admit_sms(phone, address)
            request_id = self._codes.start(phone, new.locale or "en")
            self._meter.started()
            attributes = {"email": new.email, "phone_number": phone, "locale": new.locale or "en"}
            opened = self._directory.open_account(name, new.password, attributes)
            pending = Pending(
                username=name, request_id=request_id, phone=phone, taken=not opened, started_at=self._now()
            )
            self._pendings.save(pending, seconds=PENDING_S)
        return Delivery("SMS", masked(phone))

    def verify(self, username: str, code: str, address: str) -> None:
        """Open the account whose code this is. Wrong, late and unknown get the same refusal."""
        name = username.lower()
        with self._floor.held():
            self._limits.admit_check(name, address)
            pending = self._pendings.load(name)
            hashed = hashlib.sha256(f"{name} {code}".encode()).hexdigest()
            if pending is None or not self._proves(pending, code, hashed):
                self._limits.failed_code(address)
                raise InvalidInputError(WRONG_CODE, field="code")
            if pending.taken:
                self._pendings.drop(name)
                raise ConflictError("this user name cannot be used; register with another", field="username")
            self._pendings.save(pending.model_copy(update={"proven": hashed}), seconds=PENDING_S)
            self._directory.confirm(name)
            self._trail.record(Action.REGISTERED, actor=name, person=name, address=address)
            self._pendings.drop(name)

    def _proves(self, pending: Pending, code: str, hashed: str) -> bool:
        if pending.proven is not None:
            return pending.proven == hashed
        if not self._codes.check(pending.request_id, code):
            return False
        self._meter.completed()
        return True


def require_strong(password: str) -> None:
    """`InvalidInputError` unless the user pool would take it."""
    if not 12 <= len(password) <= 256 or not all(re.search(pattern, password) for pattern in _PASSWORD):
        raise InvalidInputError(
            "at least 12 characters with lower and upper case letters, a digit and a symbol", field="password"
        )
