"""What a function answers to a batch of a stream or a queue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def batch_answer(failed: Iterable[str]) -> dict[str, Any]:
    """The partial batch response: sequence numbers of a stream, which is read again from the lowest, or message ids."""
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
