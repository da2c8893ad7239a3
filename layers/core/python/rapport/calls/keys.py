"""Keys of the calls table (docs/access-patterns.md)."""

from __future__ import annotations

from enum import StrEnum

SCHEMA_VERSION = 1


class Prefix(StrEnum):
    """First part of a sort key; HEADER and LOOKUP are whole sort keys."""

    HEADER = "CALL"
    SEGMENT = "SEGMENT#"
    UTTERANCE = "UTTERANCE#"
    EVENT = "EVENT#"
    NOTE = "NOTE#"
    ACTION = "ACTION#"
    LOOKUP = "LOOKUP"


class Index(StrEnum):
    """Indexes of the table, keys only, newest first by `started_at`."""

    BY_AGENT = "by_agent"
    BY_TEAM = "by_team"
    ACTIVE_BY_TEAM = "active_by_team"
    BY_CUSTOMER = "by_customer"


def partition(contact_id: str) -> str:
    return f"CALL#{contact_id}"


def segment(begin_ms: int, segment_id: str) -> str:
    """Thirteen digits hold epoch milliseconds, which chat uses for offsets."""
    return f"{Prefix.SEGMENT}{begin_ms:013d}#{segment_id}"


def utterance(utterance_id: str) -> str:
    return f"{Prefix.UTTERANCE}{utterance_id}"


def event(seq: int) -> str:
    return f"{Prefix.EVENT}{seq:08d}"


def note(note_id: str) -> str:
    return f"{Prefix.NOTE}{note_id}"


def action(action_id: str) -> str:
    return f"{Prefix.ACTION}{action_id}"
