"""What logs tell of functions."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapport.admin.observed import Level, Line, Wanted, percentile, usage_of


def report(ms: float, status: str = "") -> str:
    return f"REPORT RequestId: 1\tDuration: {ms} ms\tBilled Duration: 9 ms\tMemory Size: 512 MB{status}\n"


def test_runs_are_counted_with_their_failures_and_percentiles() -> None:
    reports = [report(float(ms)) for ms in range(1, 101)] + [report(3000.0, "\tStatus: timeout")]
    found = usage_of("calls_api", reports, partial=True)
    assert (found.invocations, found.errors, found.partial) == (101, 1, True)
    assert (found.p50_ms, found.p95_ms, found.p99_ms) == (51.0, 96.0, 100.0)


def test_without_a_run_there_are_no_durations() -> None:
    found = usage_of("calls_api", [], partial=False)
    assert (found.invocations, found.p50_ms, found.p99_ms) == (0, None, None)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_a_value_that_enough_do_not_exceed(values: list[float], share: float) -> None:
    ordered = sorted(values)
    found = percentile(ordered, share)
    assert found in ordered
    assert sum(value <= found for value in ordered) >= share * len(ordered) - 1e-9


def test_a_structured_line_is_taken_apart_and_any_other_is_kept() -> None:
    said = {"level": "ERROR", "message": "request failed", "correlation_id": "abc", "kind": "conflict", "cold_start": 1}
    line = Line.read(7, json.dumps(said))
    assert (line.level, line.message, line.correlation_id, line.fields) == (
        "ERROR", "request failed", "abc", {"kind": "conflict"},
    )  # fmt: skip
    assert Line.read(7, "START RequestId: 1\n").message == "START RequestId: 1"
    assert Line.read(7, "[1, 2]").level is None


@given(st.text())
def test_no_line_is_unreadable(text: str) -> None:
    assert Line.read(1, text).at == 1


@pytest.mark.parametrize(
    ("level", "correlation_id", "said"),
    [
        (None, None, ""),
        ("ERROR", None, '"ERROR"'),
        ("INFO", "abc", '"INFO" "abc"'),
    ],
)
def test_a_filter_names_what_is_wanted(level: Level | None, correlation_id: str | None, said: str) -> None:
    assert Wanted(level, correlation_id).pattern == said


def test_a_line_that_only_quotes_what_is_wanted_is_not_taken() -> None:
    wanted = Wanted("ERROR", "abc")
    assert wanted.takes(Line(at=1, message="lost", level="ERROR", correlation_id="abc"))
    assert not wanted.takes(Line(at=1, message="ERROR of abc", level="INFO", correlation_id="abc"))
    assert not wanted.takes(Line(at=1, message="like abc", level="ERROR", correlation_id="abd"))
    assert Wanted().takes(Line(at=1, message="anything"))
