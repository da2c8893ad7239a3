"""Applies the JSON objects of a stream one by one: poison to its queue, transient failures reported."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rapport.calls.ports import PoisonSink, RawRecord
from rapport.runtime.errors import ConflictError, DependencyUnavailableError, PoisonRecordError


def apply_each(
    batch: Sequence[RawRecord], apply: Callable[[Mapping[str, Any]], object], poison: PoisonSink
) -> list[str]:
    """Apply every record; returns the sequence numbers to deliver again."""
    failed: list[str] = []
    for raw in batch:
        try:
            try:
                apply(_object(raw.data))
            except PoisonRecordError as error:
                poison.send(raw, error.detail)
        except (ConflictError, DependencyUnavailableError):
            failed.append(raw.sequence_number)
    return failed


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise PoisonRecordError(f"not JSON: {type(error).__name__}") from None
    if not isinstance(document, dict):
        raise PoisonRecordError(f"expected an object, found {type(document).__name__}")
    return document
