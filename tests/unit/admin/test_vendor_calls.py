"""How vendors answered, told from log lines."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapport.admin.gateway import MOST_PAGES, CloudWatchLogs
from rapport.admin.observed import Line
from rapport.admin.vendor_calls import vendor_usage
from rapport.runtime.observability import logger
from rapport.vendors.telemetry import CallRecord, Outcome, record

FAILED = {Outcome.UNAVAILABLE, Outcome.MISCONFIGURED, Outcome.CIRCUIT_OPEN}


def line(at: int, outcome: Outcome = Outcome.COMPLETED, *, vendor: str = "vonage", ms: float = 100.0) -> Line:
    fields = {"vendor": vendor, "operation": "verify", "outcome": outcome.value, "latency_ms": str(ms)}
    return Line(at=at, message="vendor call", fields=fields)


@given(st.lists(st.sampled_from(Outcome), min_size=1), st.randoms())
def test_calls_are_counted_however_they_are_told(outcomes: list[Outcome], chance: Any) -> None:
    lines = [line(at, outcome, ms=float(at)) for at, outcome in enumerate(outcomes)]
    (found,) = vendor_usage(chance.sample(lines, len(lines)))
    assert found.calls == len(outcomes)
    assert found.failures == sum(outcome in FAILED for outcome in outcomes)
    assert found.refusals == outcomes.count(Outcome.REFUSED)
    assert (found.last_at, found.last_outcome) == (len(outcomes) - 1, outcomes[-1])
    assert 0 <= found.p50_ms <= found.p95_ms <= len(outcomes) - 1


def test_operations_stand_by_vendor() -> None:
    found = vendor_usage([line(1, vendor="kintone"), line(2, vendor="foxit"), line(3, vendor="kintone")])
    assert [(one.vendor, one.calls) for one in found] == [("foxit", 1), ("kintone", 2)]


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What is logged as a function would log it."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logger.registered_formatter)
    own = logging.getLogger(logger.service)
    own.addHandler(handler)
    yield stream
    own.removeHandler(handler)


def test_the_line_that_a_call_leaves_is_understood(written: StringIO) -> None:
    call = CallRecord(vendor="foxit", operation="generate", outcome=Outcome.REFUSED, seconds=0.25, attempts=1)
    record(call)
    record(
        CallRecord(vendor="foxit", operation="generate", outcome=Outcome.UNAVAILABLE, seconds=2, attempts=3, status=502)
    )
    lines = [Line.read(at, text) for at, text in enumerate(written.getvalue().splitlines())]
    (found,) = vendor_usage(lines)
    assert (found.vendor, found.operation, found.calls, found.failures, found.refusals) == (
        "foxit",
        "generate",
        2,
        1,
        1,
    )
    assert (found.p50_ms, found.p95_ms) == (250.0, 2000.0)
    assert (found.last_outcome, found.last_status, found.last_code) == ("unavailable", "502", None)


@given(
    st.dictionaries(st.sampled_from(["vendor", "operation", "outcome", "latency_ms", "status"]), st.text()),
    st.sampled_from(["vendor call", "no vendor call"]),
)
def test_a_line_that_tells_of_no_call_is_passed_over(fields: dict[str, str], message: str) -> None:
    assert len(vendor_usage([Line(at=1, message=message, fields=fields), line(2)])) <= 2


@pytest.mark.parametrize(
    ("pages", "read", "more"), [(3, 3, False), (MOST_PAGES, MOST_PAGES, False), (99, MOST_PAGES, True)]
)
def test_lines_are_read_to_the_end_or_it_is_said_that_there_are_more(pages: int, read: int, more: bool) -> None:
    class Pages:
        def filter_log_events(self, **request: Any) -> dict[str, Any]:
            assert request["filterPattern"] == '"vendor call"'
            number = int(request.get("nextToken", 0))
            told = {"events": [{"timestamp": number, "message": json.dumps({"message": "vendor call"})}]}
            return told | ({"nextToken": str(number + 1)} if number + 1 < pages else {})

    found, partial = CloudWatchLogs(Pages()).saying("ai_api", "vendor call", since=0, until=9)
    assert ([one.at for one in found], partial) == (list(range(read)), more)
