"""Limits: how many codes are sent, and how often somebody may guess a password.

What is counted (numbers, addresses, user names) is kept as a keyed hash only.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rapport.identity.phones import block
from rapport.runtime.errors import TooManyRequestsError

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
# An account locks after so many failures in a row, longer with each further one.
FREE_FAILURES = 5
FIRST_LOCK_S = 30
LONGEST_LOCK_S = 15 * MINUTE_S
FAILURES_WINDOW_S = 15 * MINUTE_S


class Counters(Protocol):
    """Counts in windows of time, and failures in a row."""

    def hit(self, scope: str, value: str, *, window_s: int) -> int:
        """Count one, and how many there are in this window now."""
        ...

    def seen(self, scope: str, value: str, *, window_s: int) -> int:
        """How many there are in this window."""
        ...

    def failed(self, scope: str, value: str) -> int:
        """Count a failure, and how many there are in a row."""
        ...

    def lock(self, scope: str, value: str, *, until: int) -> None: ...

    def locked_until(self, scope: str, value: str) -> int:
        """Epoch milliseconds; 0 when it is not locked."""
        ...

    def clear(self, scope: str, value: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class SmsCaps:
    """How many codes are sent a day: to one number, to the thousand numbers around it, for one address, to all."""

    number: int
    block: int
    address: int
    everybody: int


def network(address: str) -> str:
    """What counts as one caller: an IPv4 address, or the /64 of an IPv6 address. Anything else is `unknown`."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ipaddress.ip_network(f"{found}/64", strict=False))


def shortened(address: str) -> str:
    """An address as it may be kept: its /24, or its /48 for IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


class Limits:
    """Refuses with `TooManyRequestsError`, in words that are the same whoever exists."""

    def __init__(self, counters: Counters, caps: SmsCaps, failures_per_address: int, now: Callable[[], int]) -> None:
        self._counters = counters
        self._caps = caps
        self._failures = failures_per_address
        self._now = now

    def admit_sms(self, number: str, address: str) -> None:
        """Count a code that is about to be sent, or refuse it. What is refused does not count for everybody."""
        for scope, value, most in (
            ("sms-number", number, self._caps.number),
            ("sms-block", block(number), self._caps.block),
            ("sms-address", network(address), self._caps.address),
            ("sms-everybody", "", self._caps.everybody),
        ):
            if self._counters.hit(scope, value, window_s=DAY_S) > most:
                raise TooManyRequestsError("no more codes are sent here today; try again tomorrow")

    def admit_check(self, username: str, address: str) -> None:
        """Count a code that somebody enters: three tries are Vonage's, but new codes are free."""
        tries = self._counters.hit("check-name", username.lower(), window_s=HOUR_S)
        if tries > 4 * self._caps.number or self.address_is_blocked(address):
            raise TooManyRequestsError("too many attempts; wait a little")

    def address_is_blocked(self, address: str) -> bool:
        """Whether one address failed too often lately, over all accounts."""
        return self._counters.seen("failures", network(address), window_s=FAILURES_WINDOW_S) >= self._failures

    def is_locked(self, username: str) -> bool:
        """Whether guessing at an account has to wait."""
        return self._counters.locked_until("account", username.lower()) > self._now()

    def failed(self, username: str, address: str) -> bool:
        """Count a wrong password; whether the account is locked by it. The lock doubles with each one."""
        self.failed_code(address)
        failures = self._counters.failed("account", username.lower())
        if failures < FREE_FAILURES:
            return False
        seconds = min(LONGEST_LOCK_S, FIRST_LOCK_S * 2 ** min(10, failures - FREE_FAILURES))
        self._counters.lock("account", username.lower(), until=self._now() + seconds * 1000)
        return True

    def failed_code(self, address: str) -> None:
        """Count a failure of an address alone."""
        self._counters.hit("failures", network(address), window_s=FAILURES_WINDOW_S)

    def succeeded(self, username: str) -> None:
        """Forget the failures of an account."""
        self._counters.clear("account", username.lower())


@dataclass(frozen=True)
class Floor:
    """Answers take at least so long, so that their time does not tell what was done for them."""

    seconds: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Whatever happens inside ends no sooner."""
        started = self.clock()
        try:
            yield
        finally:
            self.sleep(max(0.0, self.seconds - (self.clock() - started)))

    @contextmanager
    def held_on_refusal(self) -> Iterator[None]:
        """What is refused inside ends no sooner; what succeeds is not held."""
        started = self.clock()
        try:
            yield
        except Exception:
            self.sleep(max(0.0, self.seconds - (self.clock() - started)))
            raise
