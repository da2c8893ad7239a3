"""The consumer's own work per segment, without AWS calls: parse, fold, features, score, serialise."""

from __future__ import annotations

import json
import time
from typing import Any

import rapport_inference
from rapport.calls.conversation import WantedIn
from rapport.calls.language.analysis import analyse
from rapport.calls.ports import RawRecord
from rapport.calls.service import CallFolder, SegmentConsumer
from rapport.calls.store import DynamoCallStore
from rapport.inference.intent import PublishedIntents
from rapport.inference.service import Bands, load_payment_risk

from benchmarks.report import Row, Section, percentile

SENTENCES = (
    "thank you for calling example bank how can i help you",
    "i lost my job last month and i can't pay the full amount",
    "which account is it about",
    "今月の支払いが難しいんです。",
    "i will pay two hundred on friday",
    "is there anything else i can help you with",
)


class NullDynamo:
    """Takes what the store serialises and answers at once: only our own work is timed."""

    def __init__(self) -> None:
        self.headers: dict[str, Any] = {}

    def get_item(self, *, Key: Any, **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's name
        found = self.headers.get(Key["pk"]["S"])
        return {"Item": found} if found else {}

    def query(self, **_: Any) -> dict[str, Any]:
        return {"Items": []}

    def transact_write_items(self, *, TransactItems: list[Any]) -> None:  # noqa: N803
        item = TransactItems[0]["Put"]["Item"]
        self.headers[item["pk"]["S"]] = item


class NoCustomers:
    def features(self, customer_id: str, at: int) -> dict[str, float]:
        return {}


class NoPoison:
    def send(self, record: RawRecord, reason: str) -> None:
        raise AssertionError(reason)


def _records(contact: str, turn: int, pieces: int) -> list[bytes]:
    """The records of one turn as Connect sends them: pieces while it is spoken, then the final text."""
    role = "AGENT" if turn % 2 == 0 else "CUSTOMER"
    text = f"{SENTENCES[turn % len(SENTENCES)]} {contact} {turn}"
    segment = {
        "Id": f"{contact}-{turn}",
        "ParticipantId": role,
        "ParticipantRole": role,
        "Content": text,
        "BeginOffsetMillis": turn * 4000,
        "EndOffsetMillis": turn * 4000 + 3000,
    }
    open_pieces: list[dict[str, Any]] = [
        {
            "Utterance": {
                "Id": f"{contact}-{turn}-{number}",
                "TranscriptId": segment["Id"],
                "ParticipantId": role,
                "ParticipantRole": role,
                "PartialContent": text[: 10 + number],
                "BeginOffsetMillis": turn * 4000 + number * 500,
                "EndOffsetMillis": turn * 4000 + number * 500 + 400,
            }
        }
        for number in range(pieces)
    ]
    common = {
        "Version": "1.0.0",
        "Channel": "VOICE",
        "ContactId": contact,
        "LanguageCode": "en-US",
        "EventType": "SEGMENTS",
    }
    return [
        json.dumps({**common, "Segments": [item]}, ensure_ascii=False).encode()
        for item in (*open_pieces, {"Transcript": segment})
    ]


def _run(
    contacts: int, turns: int, batch: int, pieces: int = 0, *, wanted: WantedIn | None = None
) -> tuple[float, list[float]]:
    """(segments per second of processor time, milliseconds per batch) for interleaved calls."""
    analyse.cache_clear()
    folder = CallFolder(
        store=DynamoCallStore(NullDynamo(), "calls"),
        scorer=load_payment_risk(rapport_inference.ROOT / "models", Bands()),
        customers=NoCustomers(),
        clock=lambda: 0,
        wanted=wanted,
    )
    consumer = SegmentConsumer(folder=folder, poison=NoPoison())
    records = [
        RawRecord("1", 0, data)
        for turn in range(turns)
        for wave in zip(*(_records(f"contact-{contact}", turn, pieces) for contact in range(contacts)), strict=True)
        for data in wave
    ]
    latencies = []
    started = time.process_time()
    for position in range(0, len(records), batch):
        began = time.perf_counter()
        assert consumer.consume(records[position : position + batch]) == []
        latencies.append((time.perf_counter() - began) * 1000)
    return len(records) / (time.process_time() - started), latencies


def section() -> Section:
    """A busy shard (batches of many calls and of bursts of one) and a quiet one (a record at a time)."""
    rows = []
    wanted = PublishedIntents(rapport_inference.ROOT / "models")
    wanted("the model is read before anything is timed")
    for name, contacts, turns, batch, pieces in (
        ("2 pieces a turn, 30 calls in batches of 100", 30, 60, 100, 2),
        ("final turns only, 10 calls in batches of 100 (a backlog)", 10, 200, 100, 0),
        ("final turns only, 100 calls in batches of 100 (one each)", 100, 40, 100, 0),
        ("2 pieces a turn, a record at a time", 50, 20, 1, 2),
    ):
        best, listed = [], []
        for _ in range(3):
            best.append(_run(contacts, turns, batch, pieces, wanted=wanted))
            listed.append(_run(contacts, turns, batch, pieces)[0])
        rate, without = sorted(rate for rate, _ in best)[1], sorted(listed)[1]
        p95 = percentile([value for _, values in best for value in values], 0.95) / batch
        told = f"{without:,.0f} /s/core (intents by phrase lists); ours {p95:.2f} ms a segment at p95"
        rows.append(Row(name, f"{rate:,.0f} /s/core", told, rate / without))
    method = (
        "Segments per second and core of the consumer's own work, with a store that answers at once. Every final turn "
        "is scored; the call is explained (SHAP) once per batch. Connect sends pieces while a turn is spoken."
    )
    return Section("Consumer", method, rows)
