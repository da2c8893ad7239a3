"""A progress bar on the error output of a terminal, and silence anywhere else."""

from __future__ import annotations

import sys

_WIDTH = 30


class Progress:
    """Counts steps up to `total`."""

    def __init__(self, title: str, total: int) -> None:
        self._title, self._total, self._done = title, max(1, total), 0
        self._shown = sys.stderr.isatty()
        self._show()

    def step(self) -> None:
        self._done += 1
        self._show()

    def close(self) -> None:
        if self._shown:
            print(file=sys.stderr)

    def _show(self) -> None:
        if self._shown:
            filled = _WIDTH * self._done // self._total
            bar = "#" * filled + "." * (_WIDTH - filled)
            print(f"\r{self._title} [{bar}] {self._done}/{self._total}", end="", file=sys.stderr, flush=True)
