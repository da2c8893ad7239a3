"""What the service of training needs of the world outside."""

from __future__ import annotations

from typing import Protocol

from rapport.training.model import Run


class RunStore(Protocol):
    """Runs of training; each method is one access pattern of the models table."""

    def begin(self, run: Run, lock_until: int) -> None:
        """Keep a new run if no other run of the model is under way; `ConflictError` names the one that is."""
        ...

    def load(self, name: str, run_id: str) -> Run | None: ...

    def change(self, run: Run) -> None:
        """Keep a run whose `seq` is one more than the stored one's; one that is over frees its model."""
        ...

    def page(self, name: str, limit: int, cursor: str | None) -> tuple[list[Run], str | None]: ...


class Workflow(Protocol):
    """The state machine that trains."""

    def start(self, name: str, run_id: str) -> None: ...

    def stop(self, run_id: str, why: str) -> None: ...
