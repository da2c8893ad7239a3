"""What onboarding needs of the world, as protocols. Gateways of `rapport.vendors`, `rapport.ai`, `rapport.cases` and
`rapport.documents` satisfy them by thin adapters in the functions that need them.

A vendor's failure arrives as `VendorUnavailable` (worth trying later), `VendorRefused` or `VendorMisconfigured` (will
not change by itself): none of them says anything about the customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from rapport.onboarding.model import Applicant, Application, Event, Plan, RuleHit, Step, Wait


class StaleError(Exception):
    """Somebody else wrote to the application meanwhile: read it and try again."""


class Journal(Protocol):
    """Keeps applications, their events and their applicants."""

    def load(self, application_id: str) -> Application | None: ...

    def applicant(self, application_id: str) -> Applicant | None: ...

    def begin(self, application: Application, event: Event, applicant: Applicant) -> None:
        """Store a new application; `StaleError` when its id is taken."""

    def append(self, before: Application, after: Application, event: Event) -> None:
        """Store an event with the application it makes; `StaleError` when `before` is not the newest."""

    def events(self, application_id: str) -> Sequence[Event]: ...


class Tokens(Protocol):
    """The workflow's task tokens, at rest under the application and what it waits for. Never shown to anybody."""

    def put(self, application_id: str, what: Wait, token: str) -> None: ...

    def get(self, application_id: str, what: Wait) -> str | None: ...

    def drop(self, application_id: str, what: Wait) -> None: ...


class Workflow(Protocol):
    """Starts executions and answers those that wait."""

    def start(self, application: Application) -> None:
        """Start the application's execution; starting twice starts one."""

    def answer(self, token: str, output: dict[str, str]) -> None:
        """Answer a waiting task. One that was answered before, or is over, is left as it is."""

    def interrupt(self, token: str, error: str) -> None:
        """Fail a waiting task with an error that the definition catches."""


class CheckOutcome(StrEnum):
    """What a verification says to a code."""

    COMPLETED = "completed"
    WRONG = "wrong"
    TOO_MANY = "too_many"
    EXPIRED = "expired"


class Verifications(Protocol):
    """Phone verification."""

    def start(self, applicant: Applicant) -> str:
        """Send a code; the request's id."""

    def check(self, request_id: str, code: str) -> CheckOutcome: ...

    def cancel(self, request_id: str) -> None:
        """Withdraw a request; one that is over is left as it is."""


class Videos(Protocol):
    """Video sessions."""

    def create(self, application_id: str) -> str:
        """A session's id."""

    def token(self, session_id: str, *, role: str, name: str) -> str:
        """A client token for somebody who joins."""

    def end(self, session_id: str) -> None: ...


class Documents(Protocol):
    """Documents of an application."""

    def make(self, applicant: Applicant, kind: str) -> str:
        """Generate a document; its id is the same for the same application and kind until it is discarded."""

    def sign(self, document_id: str, *, by: str, at: int) -> None: ...

    def discard(self, document_id: str) -> None: ...


class Crm(Protocol):
    """The customer record of the bank's own system."""

    def write(self, applicant: Applicant, application: Application) -> str:
        """Insert or update; the record's id."""

    def cancel(self, application_id: str) -> None: ...


class Messages(Protocol):
    """Messages to the applicant. `name` says which: the wording belongs to the adapter."""

    def send(self, applicant: Applicant, application: Application, name: str) -> None: ...


class Opinion(Protocol):
    """What the fraud model and the assistant think of an applicant, as rule hits; it may be silent."""

    def of(self, applicant: Applicant, seen: Mapping[str, int]) -> Sequence[RuleHit]:
        """`seen` is what `Sightings` counted."""


class Sightings(Protocol):
    """How often something was seen in applications of the last day, this one included."""

    def count(self, applicant: Applicant) -> dict[str, int]:
        """By `phone`, `email`, `device`."""


class Planner(Protocol):
    """Chooses the steps: an assistant, or rules."""

    def plan(self, applicant: Applicant, application: Application) -> Plan: ...


class Reviews(Protocol):
    """Cases for people."""

    def open(self, application: Application, *, step: Step | None) -> str:
        """Open a case for a review, or for help with a failed step; its id, the same for the same reason."""


class Reminders(Protocol):
    """Later messages to whoever is waited for."""

    def schedule(self, application: Application, what: Wait, until: int) -> None: ...

    def cancel(self, application_id: str) -> None: ...


class Customers(Protocol):
    """The customer record of Rapport."""

    def activate(self, applicant: Applicant, application: Application) -> str:
        """Make the applicant a customer; the customer's id, the same for the same application."""
