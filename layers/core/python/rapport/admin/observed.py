"""What logs tell: structured lines, and how often and how fast functions ran."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

# Every function writes to the group of its own name.
LOG_GROUP = "/rapport/"
Level = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
_DURATION = re.compile(r"\tDuration: ([0-9.]+) ms")
_FAILED = re.compile(r"\tStatus: (?:error|timeout)")
# What Powertools writes beside what the code said.
_FRAME = frozenset({"level", "location", "message", "timestamp", "service", "correlation_id", "function_name"})
_HIDDEN = frozenset({"cold_start", "function_memory_size", "function_arn", "function_request_id", "xray_trace_id"})


class Line(BaseModel):
    """A log line. `at` is epoch milliseconds; `level` is None for what Lambda itself writes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: int
    level: str | None = None
    message: str
    correlation_id: str | None = None
    location: str | None = None
    fields: dict[str, str] = {}

    @classmethod
    def read(cls, at: int, text: str) -> Line:
        """A line of JSON as Powertools writes it, or any other text."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            return cls(at=at, message=text.rstrip())
        if not isinstance(said, dict) or "message" not in said:
            return cls(at=at, message=text.rstrip())
        return cls(
            at=at,
            level=said.get("level"),
            message=_text(said["message"]),
            correlation_id=said.get("correlation_id"),
            location=said.get("location"),
            fields={name: _text(value) for name, value in said.items() if name not in _FRAME | _HIDDEN},
        )


class FunctionUsage(BaseModel):
    """A function's runs in a period, durations in milliseconds. `partial` means that there were more runs than were
    looked at; without a run there are no durations.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    function: str
    invocations: int
    errors: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    partial: bool


def usage_of(function: str, reports: Sequence[str], *, partial: bool) -> FunctionUsage:
    """What the `REPORT` lines of Lambda say."""
    found = sorted(float(match[1]) for report in reports if (match := _DURATION.search(report)))
    return FunctionUsage(
        function=function,
        invocations=len(reports),
        errors=sum(1 for report in reports if _FAILED.search(report)),
        p50_ms=percentile(found, 0.5),
        p95_ms=percentile(found, 0.95),
        p99_ms=percentile(found, 0.99),
        partial=partial,
    )


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are asked for; everything without a condition.

    CloudWatch is asked for lines that hold the words anywhere, which any implementation of its filters understands;
    what comes is then looked at field by field.
    """

    level: Level | None = None
    correlation_id: str | None = None

    @property
    def pattern(self) -> str:
        """Quoted phrases: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html"""
        return " ".join(f'"{value}"' for value in (self.level, self.correlation_id) if value)

    def takes(self, line: Line) -> bool:
        return self.level in {None, line.level} and self.correlation_id in {None, line.correlation_id}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
