"""What the calls context needs from outside, and the unit in which it writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapport.calls.conversation import ScoredTurn
from rapport.calls.model import ActionTaken, Band, Call, CallEvent, CustomerData, Note, Score
from rapport.calls.records import Turn, Utterance


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """What was known of the customer before the call began: read once, and kept with the call.

    `features` are those that the scorer takes and that have a value. So every score of a call sees the same customer,
    whichever function computes it, and nothing that is booked while people talk.
    """

    customer_id: str
    data: CustomerData
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class StoredCall:
    """The header as stored: the call, and the facts of the conversation that no segment holds.

    `known` is None until a score needed the customer, or when there is none to know.
    `language` is what the records said, None before any did; `record_updated_at` is the newest contact
    record applied; `previous_contact_id` is the leg before a transfer.
    """

    call: Call
    language: str | None = None
    started: bool = False
    completed: bool = False
    failed: bool = False
    summary: str | None = None
    record_updated_at: str | None = None
    previous_contact_id: str | None = None
    known: KnownCustomer | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """Everything one change of a call writes at once, if `seq` is still `expected_seq` (0: no call yet).

    `events` are numbered from `expected_seq + 1` without gaps and `stored.call.seq` is the last of them.
    """

    stored: StoredCall
    expected_seq: int
    events: tuple[CallEvent, ...]
    turns: tuple[ScoredTurn, ...] = ()
    moved: tuple[Turn, ...] = ()
    pieces: tuple[Utterance, ...] = ()
    finished_pieces: tuple[str, ...] = ()
    note: Note | None = None
    action: ActionTaken | None = None


class StaleCallError(Exception):
    """Somebody else wrote first: reload and decide again."""


class CallStore(Protocol):
    """Where calls are kept."""

    def load(self, contact_id: str) -> StoredCall | None: ...

    def load_segments(self, contact_id: str) -> tuple[list[ScoredTurn], list[Utterance]]: ...

    def commit(self, commit: Commit) -> None:
        """Write, raising `StaleCallError` when the lock is lost and `DependencyUnavailableError` else."""


class Scorer(Protocol):
    """The payment risk of a conversation and a customer. Features are by name; NaN is missing."""

    @property
    def columns(self) -> Collection[str]:
        """Names of the features that it takes; others are of no use to it."""

    def probability(self, features: Mapping[str, float]) -> float: ...

    def band_of(self, value: int) -> Band: ...

    def score(self, features: Mapping[str, float]) -> Score: ...


class CustomerFeatures(Protocol):
    """What is known of a customer, as features by name."""

    def features(self, customer_id: str, at: int) -> Mapping[str, float]:
        """Of the record and of what happened before `at` (epoch ms), NaN where not known; empty for a stranger."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A stream record as it came: sequence number, arrival in epoch milliseconds, bytes."""

    sequence_number: str
    arrival_ms: int
    data: bytes
    source_arn: str = ""


class PoisonSink(Protocol):
    """Where unreadable records go, with their reason."""

    def send(self, record: RawRecord, reason: str) -> None: ...


class Clock(Protocol):
    """Now, in epoch milliseconds."""

    def __call__(self) -> int: ...


def events_after(seq: int, events: Sequence[CallEvent]) -> tuple[CallEvent, ...]:
    """Number events without gaps after `seq`."""
    return tuple(event.model_copy(update={"seq": seq + 1 + i}) for i, event in enumerate(events))
