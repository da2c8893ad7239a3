"""A circuit breaker: after a run of failures a vendor is left alone for a while, then tried with one call."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Breaker:
    """Opens after `threshold` failures in a row, for `rest_s` seconds. State is the process's own."""

    clock: Callable[[], float]
    threshold: int = 5
    rest_s: float = 30.0
    _failures: int = 0
    _opened_at: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self) -> bool:
        """Whether a call may go out now. Half open, one caller is told yes per `rest_s`."""
        with self._lock:
            if self._opened_at is None:
                return True
            if self.clock() - self._opened_at < self.rest_s:
                return False
            self._opened_at = self.clock()
            return True

    def succeeded(self) -> None:
        """The vendor answered, whatever it said."""
        with self._lock:
            self._failures, self._opened_at = 0, None

    def failed(self) -> None:
        """The vendor did not answer, or only that it could not."""
        with self._lock:
            self._failures += 1
            if self._failures >= self.threshold:
                self._opened_at = self.clock()
