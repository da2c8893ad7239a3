"""What recommendations need to know of others, and of their own store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapport.calls.model import Call, LocalisedText
from rapport.customers.model import Customer, Transaction
from rapport.customers.snapshot import Snapshot
from rapport.recommendations.model import ExperimentGroup, Head, Recommendation, RecommendationOutcome, Round


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something unusual in a customer's behaviour; `rarity` is the share of ordinary events that are as odd."""

    at: int
    kind: str
    rarity: float
    reason: LocalisedText


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What is known of a customer's habits. `best_hour_of_week` counts from Monday 00:00; `risk` is 0 to 1."""

    preferred_channel: str | None = None
    best_hour_of_week: int | None = None
    risk: float = 0.0
    risk_reasons: tuple[LocalisedText, ...] = ()
    oddities: tuple[Oddity, ...] = ()


class Customers(Protocol):
    def get(self, customer_id: str) -> Customer | None: ...


class Snapshots(Protocol):
    def get(self, customer_id: str) -> Snapshot | None: ...


class Calls(Protocol):
    def of(self, customer_id: str) -> Sequence[Call]:
        """The customer's last calls, newest first."""
        ...


class Behaviours(Protocol):
    def of(self, customer_id: str) -> Behaviour | None: ...


class Transactions(Protocol):
    """What `Ledger` reads."""

    def page(
        self, customer_id: str, *, since: int | None = None, until: int | None = None, limit: int, cursor: str | None
    ) -> tuple[list[Transaction], str | None]: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """What changes for a customer at once: the head before and after, a round, what is new, what is closed.

    `closed` holds pairs of before and after.
    """

    before: Head | None
    after: Head
    round: Round | None
    made: tuple[Recommendation, ...]
    closed: tuple[tuple[Recommendation, Recommendation], ...]


class RecommendationStore(Protocol):
    """Writes raise `ContendedError` when somebody else was first: read and try again."""

    def head(self, customer_id: str) -> Head | None: ...

    def past(self, customer_id: str, since: int) -> list[Recommendation]:
        """What was made since then, newest first."""
        ...

    def load(self, customer_id: str, recommendation_id: str) -> Recommendation | None: ...

    def turn(self, change: Turn) -> None: ...

    def change(self, before: Recommendation, after: Recommendation) -> None: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """Customers of a group that an outcome applies to, and how many had it."""

    customers: int = 0
    successes: int = 0


class OutcomeStore(Protocol):
    """What the sweep reads and writes."""

    def overdue(self, now: int, limit: int) -> list[Recommendation]:
        """Open recommendations that have expired, the oldest first."""
        ...

    def mature(self, now: int, limit: int) -> list[Round]:
        """Rounds whose outcome can be told and has not been, the oldest first."""
        ...

    def change(self, before: Recommendation, after: Recommendation) -> None: ...

    def settle(self, round_: Round) -> None:
        """Keep the outcomes of a round, and count them where it is the customer's first."""
        ...

    def settled(self, experiment: str, limit: int) -> list[Round]:
        """The latest rounds whose outcomes are known."""
        ...


Effects = Mapping[tuple[RecommendationOutcome, ExperimentGroup], Tally]
