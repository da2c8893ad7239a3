"""What the calls context needs from outside, and the unit in which it writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapport.calls.conversation import ScoredTurn
from rapport.calls.model import ActionTaken, Band, Call, CallEvent, Note, Score
from rapport.calls.records import Turn, Utterance


@dataclass(frozen=True, slots=True)
class StoredCall:
    """The header as stored: the call, and the facts of the conversation that no segment holds.

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

    def probability(self, features: Mapping[str, float]) -> float: ...

    def band_of(self, value: int) -> Band: ...

    def score(self, features: Mapping[str, float]) -> Score: ...


class CustomerFeatures(Protocol):
    """What is known of a customer, as features by name; empty when nothing is."""

    def features(self, customer_id: str) -> Mapping[str, float]: ...


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
