"""Appends events to an application, over whatever others write meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rapport.onboarding.model import Application, EventType, State
from rapport.onboarding.ports import Journal, StaleError
from rapport.onboarding.progress import apply, check, following
from rapport.runtime.errors import ConflictError, NotFoundError

# Who did something, where it is nobody of ours: events name no customer.
SYSTEM, APPLICANT = "system", "applicant"
ATTEMPTS = 5


class Recorder:
    """Reads and advances applications of a journal."""

    def __init__(self, journal: Journal, now: Callable[[], int]) -> None:
        self._journal = journal
        self._now = now

    def current(self, application_id: str) -> Application:
        """The application as it is now; `NotFoundError`."""
        application = self._journal.load(application_id)
        if application is None:
            raise NotFoundError("there is no such application")
        return application

    def record(
        self,
        application: Application,
        kind: EventType,
        *,
        state: State | None = None,
        by: str = SYSTEM,
        skip: Callable[[Application], bool] = lambda _: False,
        **content: Any,
    ) -> Application:
        """The application after the event. `skip` says of the newest application that it has happened already.

        `ConflictError` when it cannot happen in the state the application is in by then.
        """
        newest = application
        for _ in range(ATTEMPTS):
            if skip(newest):
                return newest
            check(newest, kind)
            event = following(
                newest,
                application_id=newest.application_id,
                type=kind,
                at=self._now(),
                by=by,
                state=state or newest.state,
                **content,
            )
            after = apply(newest, event)
            try:
                self._journal.append(newest, after, event)
            except StaleError:
                newest = self.current(newest.application_id)
                continue
            return after
        raise ConflictError("others are changing this application; try again")
