"""What onboarding holds about a person: applications, and what the applicant said of themself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rapport.identity.personal import Kept
from rapport.onboarding.model import Application
from rapport.onboarding.ports import StaleError
from rapport.onboarding.store import ApplicationQuery, DynamoJournal
from rapport.runtime.errors import ConflictError


class Applications:
    """Implements `Holder`."""

    name = "applications"

    def __init__(self, journal: DynamoJournal) -> None:
        self._journal = journal

    def of(self, username: str) -> Iterator[Application]:
        """Applications of a person, the last changed first."""
        cursor: str | None = None
        while True:
            found, cursor = self._journal.page(ApplicationQuery(username=username), limit=100, cursor=cursor)
            yield from found
            if cursor is None:
                return

    def export(self, username: str) -> Any:
        return [self._told(application) for application in self.of(username)]

    def _told(self, application: Application) -> dict[str, Any]:
        applicant = self._journal.applicant(application.application_id)
        return {
            "application": application.model_dump(mode="json", exclude={"hits", "head"}),
            "applicant": applicant.model_dump(mode="json") if applicant else None,
            "events": [event.model_dump(mode="json") for event in self._journal.events(application.application_id)],
        }

    def _erase(self, application_id: str) -> None:
        """What is over changes only by the rest of its unwinding: once more is enough."""
        try:
            self._journal.erase(application_id)
        except StaleError:
            self._journal.erase(application_id)

    def refuse_running(self, username: str) -> None:
        """`ConflictError` while an application runs: its applicant withdraws it first."""
        if any(not application.state.over for application in self.of(username)):
            raise ConflictError("an application still runs: withdraw it first")

    def erase(self, username: str) -> Sequence[Kept]:
        """Forget the applicants."""
        self.refuse_running(username)
        applications = list(self.of(username))
        for application in applications:
            self._erase(application.application_id)
        if not applications:
            return ()
        reason = "how an application was decided, under a pseudonym and without personal data"
        return (Kept(what="application events", count=len(applications), reason=reason),)
