"""Builders of the calls context: stream records of real shape, and fakes of its ports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapport.calls.conversation import ScoredTurn, read_stored
from rapport.calls.model import Band, ModelInfo, Note, Score
from rapport.calls.ports import Commit, RawRecord, StaleCallError, StoredCall
from rapport.calls.records import Utterance
from rapport.calls.service import CallFolder, SegmentConsumer

CONTACT = "7f3c1c1e-6a0f-4a52-9a3b-2f1f0d8f5a11"
INSTANCE = "9308c2a1-9bc6-4cea-8290-6c0b4a6d38fa"
ACCOUNT = "111122223333"


def voice(kind: str, *segments: dict[str, Any], contact: str = CONTACT, language: str = "en-US") -> dict[str, Any]:
    """A voice record, version 1.0.0."""
    record: dict[str, Any] = {
        "Version": "1.0.0",
        "Channel": "VOICE",
        "AccountId": ACCOUNT,
        "InstanceId": INSTANCE,
        "ContactId": contact,
        "LanguageCode": language,
        "EventType": kind,
    }
    if segments:
        record["Segments"] = list(segments)
    return record


def chat(kind: str, *segments: dict[str, Any], contact: str = CONTACT) -> dict[str, Any]:
    """A chat record, version 2.0.0."""
    record: dict[str, Any] = {
        "Version": "2.0.0",
        "Channel": "CHAT",
        "AccountId": ACCOUNT,
        "InstanceId": INSTANCE,
        "ContactId": contact,
        "StreamingEventType": kind,
        "StreamingSettings": {"LanguageCode": "ja-JP", "Output": "Raw"},
    }
    if segments:
        record["Segments"] = list(segments)
    return record


def transcript(
    number: int, role: str = "CUSTOMER", content: str = "hello", *, begin: int | None = None, **more: Any
) -> dict[str, Any]:
    """A finished turn; three seconds from `number` times four seconds unless told."""
    start = number * 4000 if begin is None else begin
    return {
        "Transcript": {
            "Id": f"turn-{number:03d}",
            "ParticipantId": role,
            "ParticipantRole": role,
            "Content": content,
            "BeginOffsetMillis": start,
            "EndOffsetMillis": start + 3000,
            **more,
        }
    }


def utterance(number: int, piece: int, role: str = "CUSTOMER", content: str = "hel", **more: Any) -> dict[str, Any]:
    """A piece of turn `number`; leave out the link with `TranscriptId=None`."""
    start = number * 4000 + piece * 500
    value = {
        "Id": f"piece-{number:03d}-{piece}",
        "TranscriptId": f"turn-{number:03d}",
        "ParticipantId": role,
        "ParticipantRole": role,
        "PartialContent": content,
        "BeginOffsetMillis": start,
        "EndOffsetMillis": start + 400,
        **more,
    }
    return {"Utterance": {key: item for key, item in value.items() if item is not None}}


def category(name: str, *points: tuple[int, int]) -> dict[str, Any]:
    """A matched category; a rule on sentiment has no points of interest."""
    spans = [{"BeginOffsetMillis": begin, "EndOffsetMillis": end} for begin, end in points]
    return {"Categories": {"MatchedCategories": [name], "MatchedDetails": {name: {"PointsOfInterest": spans}}}}


def raw(record: dict[str, Any] | bytes, number: int = 1) -> RawRecord:
    """The record as the stream delivers it."""
    data = record if isinstance(record, bytes) else json.dumps(record).encode()
    return RawRecord(f"{number:056d}", 1_750_000_000_000 + number, data, "arn:aws:kinesis:us-east-1:1:stream/segments")


class FakeScorer:
    """More trouble, more risk: enough to see the score move."""

    columns = ("days_past_due", "spend_30d")

    def probability(self, features: Mapping[str, float]) -> float:
        trouble = features["payment_trouble_count"] + features["refusal_count"] + features["category_count"]
        known = features.get("days_past_due", 0.0) / 100 + features.get("spend_30d", 0.0) / 10_000
        return min(0.99, 0.1 + 0.3 * trouble + known + features["elapsed_s"] / 10_000)

    def band_of(self, value: int) -> Band:
        return Band.HIGH if value >= 70 else Band.MEDIUM if value >= 40 else Band.LOW

    def score(self, features: Mapping[str, float]) -> Score:
        probability = self.probability(features)
        value = round(100 * probability)
        return Score(
            value=value,
            probability=probability,
            band=self.band_of(value),
            reasons=(),
            actions=(),
            model=ModelInfo(name="fake", version="0", synthetic=True),
        )


@dataclass
class MemoryStore:
    """A call store in memory that keeps the rules of the real one: lock, keys, gapless log."""

    headers: dict[str, StoredCall] = field(default_factory=dict)
    turns: dict[tuple[str, int, str], ScoredTurn] = field(default_factory=dict)
    pieces: dict[tuple[str, str], Utterance] = field(default_factory=dict)
    log: dict[str, list[Any]] = field(default_factory=dict)
    notes_written: list[Note] = field(default_factory=list)
    fail_next: list[Exception] = field(default_factory=list)
    commits: int = 0

    def load(self, contact_id: str) -> StoredCall | None:
        return self.headers.get(contact_id)

    def load_segments(self, contact_id: str) -> tuple[list[ScoredTurn], list[Utterance]]:
        turns = [
            read_stored(scored.turn, scored.score, scored.band, scored.analysis.intents)
            for (contact, _, _), scored in self.turns.items()
            if contact == contact_id
        ]
        return turns, [piece for (contact, _), piece in self.pieces.items() if contact == contact_id]

    def commit(self, commit: Commit) -> None:
        if self.fail_next:
            raise self.fail_next.pop(0)
        call = commit.stored.call
        contact = call.contact_id
        current = self.headers.get(contact)
        if (current.call.seq if current else 0) != commit.expected_seq:
            raise StaleCallError
        numbers = [event.seq for event in commit.events]
        assert numbers == list(range(commit.expected_seq + 1, call.seq + 1)), "the log must have no gap"
        self.commits += 1
        self.headers[contact] = commit.stored
        self.log.setdefault(contact, []).extend(commit.events)
        for moved in commit.moved:
            self.turns.pop((contact, moved.begin_ms, moved.id), None)
        for scored in commit.turns:
            copied = read_stored(scored.turn, scored.score, scored.band, scored.analysis.intents)
            self.turns[contact, scored.turn.begin_ms, scored.turn.id] = copied
        for piece in commit.pieces:
            self.pieces[contact, piece.id] = piece
        for piece_id in commit.finished_pieces:
            self.pieces.pop((contact, piece_id), None)
        if commit.note is not None:
            self.notes_written.append(commit.note)

    def state(self, contact_id: str = CONTACT) -> dict[str, Any]:
        """Everything that must not depend on delivery: header without lock and clock, timeline, pieces."""
        stored = self.headers[contact_id]
        call = stored.call.model_dump(exclude={"seq", "started_at", "ended_at"})
        timeline = sorted(
            (scored.entry() for (contact, _, _), scored in self.turns.items() if contact == contact_id),
            key=lambda entry: (entry.begin_ms, entry.end_ms, entry.segment_id),
        )
        pieces = sorted(piece_id for contact, piece_id in self.pieces if contact == contact_id)
        return {"call": call, "timeline": timeline, "pieces": pieces}


@dataclass
class PoisonBox:
    """A poison sink that keeps what it got."""

    received: list[tuple[RawRecord, str]] = field(default_factory=list)
    broken: Exception | None = None

    def send(self, record: RawRecord, reason: str) -> None:
        if self.broken is not None:
            raise self.broken
        self.received.append((record, reason))


@dataclass
class Customers:
    """Customer features by id."""

    known: dict[str, dict[str, float]] = field(default_factory=dict)

    broken: Exception | None = None
    asked: list[tuple[str, int]] = field(default_factory=list)

    def features(self, customer_id: str, at: int) -> Mapping[str, float]:
        self.asked.append((customer_id, at))
        if self.broken is not None:
            raise self.broken
        return self.known.get(customer_id, {})


@dataclass
class Bench:
    """A consumer on fakes."""

    store: MemoryStore = field(default_factory=MemoryStore)
    poison: PoisonBox = field(default_factory=PoisonBox)
    customers: Customers = field(default_factory=Customers)
    now: int = 1_750_000_000_000

    def folder(self) -> CallFolder:
        return CallFolder(store=self.store, scorer=FakeScorer(), customers=self.customers, clock=lambda: self.now)

    def consumer(self) -> SegmentConsumer:
        """A cold consumer: a new function environment."""
        return SegmentConsumer(folder=self.folder(), poison=self.poison)

    def deliver(self, *records: dict[str, Any] | bytes, consumer: SegmentConsumer | None = None) -> list[str]:
        batch = [raw(record, number) for number, record in enumerate(records, 1)]
        return (consumer or self.consumer()).consume(batch)


def folded(records: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The state after delivering each record once, in order, to one consumer."""
    bench = Bench()
    consumer = bench.consumer()
    for record in records:
        assert bench.deliver(record, consumer=consumer) == []
    return bench.store.state()
