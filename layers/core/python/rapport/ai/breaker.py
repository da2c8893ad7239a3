"""A circuit breaker: after several failures in a row the vendor is left alone for a while, then asked once."""

from __future__ import annotations

from collections.abc import Callable


class Breaker:
    """State of this process. `failures` in a row open it for `seconds`; then one call may try."""

    def __init__(self, clock: Callable[[], int], *, failures: int = 4, seconds: int = 30) -> None:
        self._clock = clock
        self._most = failures
        self._pause_ms = seconds * 1000
        self._failed = 0
        self._open_until = 0

    def allows(self) -> bool:
        """Whether the vendor may be asked. When the pause is over one caller gets through, the next after it."""
        if self._failed < self._most:
            return True
        now = self._clock()
        if now < self._open_until:
            return False
        self._open_until = now + self._pause_ms
        return True

    def succeeded(self) -> None:
        self._failed = 0

    def failed(self) -> None:
        self._failed += 1
        if self._failed >= self._most:
            self._open_until = self._clock() + self._pause_ms
