"""Writes what Amazon Connect would write while a recorded call runs.

A call file is a list of turns as speech recognisers give them: `speaker_role` (agent or caller), `start_ms`,
`duration_ms`, `transcript`, perhaps `emotion` shares. Real files are untidy: turns out of order, the agent's
`start_ms` skewed against `offset_ms`, overlaps, "[noise]", "<unk>", empty texts. They are passed on as they
are, in the order of their times, because the application must cope.
"""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.errors import SandboxError

if TYPE_CHECKING:
    from sandbox.stack import Described

INSTANCE = "11111111-2222-3333-4444-555555555555"
INSTANCE_ARN = f"arn:aws:connect:us-east-1:000000000000:instance/{INSTANCE}"
CLEAR_EMOTION = 0.55


@dataclass(frozen=True)
class Spoken:
    """A turn of a call file. Times in milliseconds from the start of the call."""

    role: str
    text: str
    begin_ms: int
    end_ms: int
    sentiment: str | None


@dataclass(frozen=True)
class Recording:
    """A call file."""

    name: str
    language: str
    turns: tuple[Spoken, ...]


def read_call(path: Path) -> Recording:
    """Read a call file; `SandboxError` says what is wrong with it."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise SandboxError(f"there is no call file {path}") from None
    except ValueError as error:
        raise SandboxError(f"{path} is not JSON: {error}") from None
    if not isinstance(document, list) or not document:
        raise SandboxError(f"{path}: a call file is a list of turns")
    try:
        turns = sorted((_spoken(turn) for turn in document), key=lambda turn: (turn.begin_ms, turn.end_ms))
    except (KeyError, TypeError, ValueError) as error:
        raise SandboxError(f"{path}: a turn is not readable: {error!r}") from None
    japanese = any("\u3040" <= letter <= "\u9fff" for turn in turns for letter in turn.text)
    return Recording(path.stem, "ja-JP" if japanese else "en-US", tuple(turns))


def _spoken(turn: dict[str, Any]) -> Spoken:
    begin = int(turn.get("offset_ms", turn["start_ms"]))
    emotion = turn.get("emotion") or {}
    best = max(emotion, key=lambda name: emotion[name], default=None)
    clear = best is not None and emotion[best] >= CLEAR_EMOTION
    return Spoken(
        role="AGENT" if turn["speaker_role"] == "agent" else "CUSTOMER",
        text=str(turn.get("transcript") or turn.get("human_transcript") or ""),
        begin_ms=begin,
        end_ms=begin + int(turn["duration_ms"]),
        sentiment=str(best).upper() if clear else None,
    )


@dataclass
class Replay:
    """A replay of one call against a running stack."""

    stack: Described
    recording: Recording
    agent: str = "hana.sato"
    speed: float = 1.0
    phone: str | None = None
    shuffle: bool = False
    duplicate: bool = False
    tell: Callable[[str], None] | None = None
    contact_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    _thread: threading.Thread | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Run in the background."""
        self._thread = threading.Thread(target=self.run, name="replay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def join(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def run(self) -> None:
        """Ring, connect, talk, hang up: every record at its time."""
        self._look_up()
        self._contact_event("CONNECTED_TO_AGENT")
        self._put("STARTED")
        began = time.monotonic()
        records = list(self._records())
        if self.shuffle:
            random.Random(3).shuffle(records)
        for at_ms, segments, line in records:
            left = at_ms / 1000 / self.speed - (time.monotonic() - began)
            if not self.shuffle and left > 0 and self._stopped.wait(left):
                break
            for _ in range(2 if self.duplicate else 1):
                self._put("SEGMENTS", segments)
            if line and self.tell is not None:
                self.tell(line)
        self._put("COMPLETED")
        self._contact_event("DISCONNECTED")
        self._contact_record()

    def _records(self) -> Iterator[tuple[int, list[dict[str, Any]], str | None]]:
        """(when, segments, line to print): pieces while a turn is spoken, the final turn after it."""
        for number, turn in enumerate(self.recording.turns):
            turn_id = f"{self.contact_id[:8]}-turn-{number:03d}"
            if len(turn.text.split()) > 3 or len(turn.text) > 12:
                half = len(turn.text) // 2
                cut = turn.text.rfind(" ", 0, half) if " " in turn.text[:half] else half
                middle = (turn.begin_ms + turn.end_ms) // 2
                piece = {
                    "Id": f"{turn_id}-a",
                    "TranscriptId": turn_id,
                    "ParticipantId": turn.role,
                    "ParticipantRole": turn.role,
                    "PartialContent": turn.text[:cut].strip(),
                    "BeginOffsetMillis": turn.begin_ms,
                    "EndOffsetMillis": middle,
                }
                yield middle, [{"Utterance": piece}], None
            final: dict[str, Any] = {
                "Id": turn_id,
                "ParticipantId": turn.role,
                "ParticipantRole": turn.role,
                "Content": turn.text,
                "BeginOffsetMillis": turn.begin_ms,
                "EndOffsetMillis": turn.end_ms,
            }
            if turn.sentiment is not None:
                final["Sentiment"] = turn.sentiment
            yield turn.end_ms, [{"Transcript": final}], f"{turn.end_ms / 1000:6.1f} s  {turn.role:8} {turn.text}"

    def _put(self, kind: str, segments: list[dict[str, Any]] | None = None) -> None:
        record: dict[str, Any] = {
            "Version": "1.0.0",
            "Channel": "VOICE",
            "AccountId": "000000000000",
            "InstanceId": INSTANCE,
            "ContactId": self.contact_id,
            "LanguageCode": self.recording.language,
            "EventType": kind,
        }
        if segments is not None:
            record["Segments"] = segments
        self._stream("SegmentStreamName", record)

    def _stream(self, output: str, record: dict[str, Any]) -> None:
        self.stack.client("kinesis").put_record(
            StreamName=self.stack.outputs[output],
            Data=json.dumps(record, ensure_ascii=False).encode(),
            PartitionKey=self.contact_id,
        )

    def _look_up(self) -> None:
        """What the contact flow's Lambda block sends."""
        event = {
            "Name": "ContactFlowEvent",
            "Details": {
                "ContactData": {
                    "Attributes": {},
                    "Channel": "VOICE",
                    "ContactId": self.contact_id,
                    "CustomerEndpoint": {"Address": self.phone, "Type": "TELEPHONE_NUMBER"} if self.phone else None,
                    "InitialContactId": self.contact_id,
                    "InitiationMethod": "INBOUND",
                    "InstanceARN": INSTANCE_ARN,
                    "LanguageCode": self.recording.language,
                    "PreviousContactId": self.contact_id,
                    "Queue": None,
                    "SystemEndpoint": {"Address": "+81312345678", "Type": "TELEPHONE_NUMBER"},
                },
                "Parameters": {},
            },
        }
        self.stack.client("lambda").invoke(
            FunctionName=self.stack.outputs["LookupFunctionName"], Payload=json.dumps(event).encode()
        )

    def _contact_event(self, kind: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        detail = {
            "eventType": kind,
            "contactId": self.contact_id,
            "channel": "VOICE",
            "instanceArn": INSTANCE_ARN,
            "initiationMethod": "INBOUND",
            "initiationTimestamp": now,
            "queueInfo": {"queueType": "STANDARD", "queueArn": f"{INSTANCE_ARN}/queue/collections"},
            "agentInfo": {"agentArn": f"{INSTANCE_ARN}/agent/agent-{self.agent}", "connectedToAgentTimestamp": now},
        }
        if kind == "DISCONNECTED":
            detail["disconnectTimestamp"] = now
        entry = {
            "Source": "sandbox.aws.connect",
            "DetailType": "Amazon Connect Contact Event",
            "Detail": json.dumps(detail),
        }
        answer = self.stack.client("events").put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            raise SandboxError(f"the contact event was refused: {answer['Entries'][0].get('ErrorMessage')}")

    def _contact_record(self) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        record = {
            "AWSContactTraceRecordFormatVersion": "2017-03-10",
            "ContactId": self.contact_id,
            "Channel": "VOICE",
            "InstanceARN": INSTANCE_ARN,
            "InitiationMethod": "INBOUND",
            "InitiationTimestamp": None,
            "DisconnectTimestamp": now,
            "LastUpdateTimestamp": now,
            "InitialContactId": None,
            "PreviousContactId": None,
            "Agent": {"ARN": f"{INSTANCE_ARN}/agent/agent-{self.agent}", "Username": self.agent},
            "Queue": {"ARN": f"{INSTANCE_ARN}/queue/collections", "Name": "collections"},
            "CustomerEndpoint": {"Address": self.phone, "Type": "TELEPHONE_NUMBER"} if self.phone else None,
        }
        self._stream("ContactRecordStreamName", record)
