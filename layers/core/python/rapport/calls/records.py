"""Reads the records of Amazon Connect's real-time analysis stream: voice 1.0.0 and chat 2.0.0.

The two shapes are told apart by their fields (`EventType` or `StreamingEventType`), not by the stream they
came on. Everything the service marks optional may be absent, unknown segment kinds are skipped, and only a
record that cannot be understood at all raises `PoisonRecordError`.

Plain slotted dataclasses instead of pydantic: this runs for every record of every call, and checking the
few fields we use costs a tenth of validating whole models.

Shapes: https://docs.aws.amazon.com/connect/latest/adminguide/real-time-contact-analysis-segment-streams.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from rapport.calls.model import Channel, Role, Sentiment
from rapport.runtime.errors import PoisonRecordError

MAX_TEXT = 8_000


class RecordKind(StrEnum):
    STARTED = "STARTED"
    SEGMENTS = "SEGMENTS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A piece of a turn that is not finished. `transcript_id` names the turn when Connect says so."""

    id: str
    transcript_id: str | None
    role: Role
    participant_id: str
    content: str
    begin_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A finished turn. `sentiment` is Contact Lens's own, when it was sent; `issues` are slices of the text."""

    id: str
    role: Role
    participant_id: str
    content: str
    begin_ms: int
    end_ms: int
    sentiment: Sentiment | None = None
    issues: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, int, str]:
        """Where the turn stands in the conversation."""
        return (self.begin_ms, self.end_ms, self.id)


@dataclass(frozen=True, slots=True)
class Category:
    """A rule that matched, at these (begin, end) offsets; a rule on sentiment matches at none."""

    name: str
    points: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The generated summary, which comes after the talk."""

    content: str


Fact = Utterance | Turn | Category | Summary


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the stream."""

    contact_id: str
    channel: Channel
    kind: RecordKind
    language: str | None = None
    facts: tuple[Fact, ...] = ()


_ROLES = {
    "AGENT": Role.AGENT,
    "CUSTOMER": Role.CUSTOMER,
    "SYSTEM": Role.SYSTEM,
    "CUSTOM_BOT": Role.BOT,
    "BOT": Role.BOT,
    "SUPERVISOR": Role.SUPERVISOR,
}
_SENTIMENTS = {sentiment.value: sentiment for sentiment in Sentiment}


def role_of(name: object) -> Role:
    """Connect's free role string; unknown ones are OTHER."""
    return _ROLES.get(name.upper(), Role.OTHER) if isinstance(name, str) else Role.OTHER


def parse_record(data: bytes) -> Record:
    """Parse one record, raising `PoisonRecordError` that names the field which cannot be read."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise PoisonRecordError(f"not JSON: {type(error).__name__}") from None
    if not isinstance(document, dict):
        raise PoisonRecordError(f"expected an object, found {type(document).__name__}")
    contact_id = _text(document, "ContactId", "ContactId")
    if len(contact_id) > 256:
        raise PoisonRecordError("ContactId: longer than 256 characters", field="ContactId")
    chat = "StreamingEventType" in document
    key = "StreamingEventType" if chat else "EventType"
    kind = str(document.get(key))
    if kind not in RecordKind.__members__:
        raise PoisonRecordError(f"{key}: unknown value {kind[:40]!r}", field=key)
    language = document.get("LanguageCode")
    segments = document.get("Segments")
    if segments is None:
        segments = []
    if not isinstance(segments, list):
        raise PoisonRecordError("Segments: expected a list", field="Segments")
    return Record(
        contact_id=contact_id,
        channel=Channel.CHAT if chat or document.get("Channel") == "CHAT" else Channel.VOICE,
        kind=RecordKind(kind),
        language=language if isinstance(language, str) else None,
        facts=tuple(_facts(segments)) if kind == RecordKind.SEGMENTS else (),
    )


def _facts(segments: list[Any]) -> Iterator[Fact]:
    for number, segment in enumerate(segments):
        where = f"Segments[{number}]"
        if not isinstance(segment, dict):
            raise PoisonRecordError(f"{where}: expected an object", field=where)
        for name, value in segment.items():
            reader = _READERS.get(name)
            if reader is not None and value is not None:
                if not isinstance(value, dict):
                    raise PoisonRecordError(f"{where}.{name}: expected an object", field=f"{where}.{name}")
                yield from reader(value, f"{where}.{name}")


def _utterance(value: dict[str, Any], where: str) -> Iterator[Fact]:
    begin, end = _span(value, where)
    transcript_id = value.get("TranscriptId")
    yield Utterance(
        id=_text(value, "Id", where),
        transcript_id=transcript_id if isinstance(transcript_id, str) and transcript_id else None,
        role=role_of(value.get("ParticipantRole")),
        participant_id=_optional_text(value, "ParticipantId"),
        content=_content(value, "PartialContent", where),
        begin_ms=begin,
        end_ms=end,
    )


def _transcript(value: dict[str, Any], where: str) -> Iterator[Fact]:
    begin, end = _span(value, where)
    content = _content(value, "Content", where)
    yield Turn(
        id=_text(value, "Id", where),
        role=role_of(value.get("ParticipantRole")),
        participant_id=_optional_text(value, "ParticipantId"),
        content=content,
        begin_ms=begin,
        end_ms=end,
        sentiment=_SENTIMENTS.get(str(value.get("Sentiment"))),
        issues=tuple(_issues(value.get("IssuesDetected"), content)),
    )


def _issues(value: object, content: str) -> Iterator[str]:
    """Issues come as character offsets only."""
    for issue in value if isinstance(value, list) else ():
        offsets = issue.get("CharacterOffsets") if isinstance(issue, dict) else None
        if isinstance(offsets, dict):
            begin, end = offsets.get("BeginOffsetChar"), offsets.get("EndOffsetChar")
            if isinstance(begin, int) and isinstance(end, int) and 0 <= begin < end:
                yield content[begin:end]


def _categories(value: dict[str, Any], where: str) -> Iterator[Fact]:
    names = value.get("MatchedCategories")
    details = value.get("MatchedDetails")
    details = details if isinstance(details, dict) else {}
    if names is None:
        names = list(details)
    if not isinstance(names, list):
        raise PoisonRecordError(f"{where}.MatchedCategories: expected a list", field=f"{where}.MatchedCategories")
    for name in names:
        if isinstance(name, str):
            detail = details.get(name)
            points = detail.get("PointsOfInterest") if isinstance(detail, dict) else None
            yield Category(name, tuple(_points(points)))


def _points(value: object) -> Iterator[tuple[int, int]]:
    """Chat's points of interest name transcript items instead of offsets: the match counts without a place."""
    for point in value if isinstance(value, list) else ():
        if isinstance(point, dict):
            begin, end = point.get("BeginOffsetMillis"), point.get("EndOffsetMillis")
            if isinstance(begin, int) and isinstance(end, int):
                yield (begin, end)


def _summary(value: dict[str, Any], where: str) -> Iterator[Fact]:
    del where
    content = value.get("Content")
    if isinstance(content, str) and content:
        yield Summary(content[:MAX_TEXT])


_READERS = {
    "Utterance": _utterance,
    "Transcript": _transcript,
    "Categories": _categories,
    "PostContactSummary": _summary,
}


def _text(value: dict[str, Any], key: str, where: str) -> str:
    found = value.get(key)
    path = key if where == key else f"{where}.{key}"
    if not isinstance(found, str) or not found:
        raise PoisonRecordError(f"{path}: expected a non-empty string", field=path)
    return found


def _optional_text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""


def _content(value: dict[str, Any], key: str, where: str) -> str:
    found = value.get(key, "")
    if not isinstance(found, str):
        raise PoisonRecordError(f"{where}.{key}: expected a string", field=f"{where}.{key}")
    # A lone surrogate cannot be stored as UTF-8; JSON can carry one.
    return found[:MAX_TEXT].encode("utf-8", "replace").decode()


def _span(value: dict[str, Any], where: str) -> tuple[int, int]:
    """Voice gives offsets; chat gives an absolute time, which becomes epoch milliseconds."""
    time = value.get("Time")
    if isinstance(time, dict) and isinstance(time.get("AbsoluteTime"), str):
        try:
            at = int(datetime.fromisoformat(time["AbsoluteTime"]).timestamp() * 1000)
        except ValueError:
            raise PoisonRecordError(f"{where}.Time.AbsoluteTime: not a time", field=f"{where}.Time") from None
        return at, at
    if isinstance(time, dict):
        value = time
    begin, end = value.get("BeginOffsetMillis"), value.get("EndOffsetMillis")
    if not _whole(begin):
        raise PoisonRecordError(
            f"{where}.BeginOffsetMillis: expected a whole number", field=f"{where}.BeginOffsetMillis"
        )
    if not _whole(end):
        end = begin
    assert isinstance(begin, int)  # noqa: S101 - narrowed by _whole
    assert isinstance(end, int)  # noqa: S101
    return begin, max(begin, end)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**13
