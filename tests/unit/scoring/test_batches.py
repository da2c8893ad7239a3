"""A batch from its file to its end: what is refused as a whole, what fails as a row, what is joined."""

from __future__ import annotations

import json

import pytest
from rapport.customers.import_model import ImportFormat
from rapport.scoring import batches
from rapport.scoring.batch_model import BatchState

from tests.builders.batches import Run

HEADER = "id,a,b\n"


def refused(content: str | bytes, **changed: object) -> tuple[int, str, str]:
    run = Run(content if isinstance(content, bytes) else content.encode(), **changed)
    assert run.planned.error is not None
    assert run.planned.chunks == 0
    return run.planned.error.row, run.planned.error.column, run.planned.error.message


@pytest.mark.parametrize(
    ("content", "row", "column", "message"),
    [
        pytest.param("", 1, "row", "the file is empty", id="empty"),
        pytest.param(HEADER, 1, "row", "the file has no rows", id="a header only"),
        pytest.param("\n\n", 1, "row", "the file is empty", id="empty lines"),
        pytest.param("id,a,c\n1,2,3\n", 1, "c", "unknown column", id="unknown column"),
        pytest.param("id,a\n1,2\n", 1, "b", "the column is missing", id="missing column"),
        pytest.param("a,b\n1,2\n", 1, "id", "the column is missing", id="no id"),
        pytest.param("id,a,b,a\n1,2,3,4\n", 1, "a", "the column is there twice", id="doubled column"),
        pytest.param('id,a,"b\n', 1, "row", "a quote is not closed", id="a header that is no CSV"),
        pytest.param(b"id,a,b\nC1,1,caf\xe9\n", 2, "row", "not UTF-8", id="Latin-1"),
        pytest.param((HEADER + "C1,1,x\n").encode("utf-16"), 1, "row", "not UTF-8", id="UTF-16"),
        pytest.param(HEADER + "C1,1," + "x" * 70_000 + "\n", 2, "row", "longer than", id="an endless line"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    content: str | bytes, row: int, column: str, message: str
) -> None:
    found = refused(content)
    assert found[:2] == (row, column)
    assert message in found[2]


def test_a_file_with_too_many_bytes_or_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_ROWS", 3)
    assert "at most 3 rows" in refused(HEADER + "".join(f"C{n},1,x\n" for n in range(5)))[2]
    monkeypatch.setattr(batches, "MOST_BYTES", 5)
    assert "at most 5 are read" in refused(HEADER)[2]


def test_every_row_has_one_line_in_order_and_a_bad_one_stops_nobody() -> None:
    run = Run(b'\xef\xbb\xbfid,a,b\nC1,0.5,x\nC2,1,bad\nC3,1\nC1,0.7,y\n,1,x\n\nC 4,1,x\nC5,0.25,"x,\n""y"\n')
    assert run.planned.rows == 7
    ended = run.whole()
    assert [(line["row"], line["id"], line["probability"], line["error"]) for line in run.results] == [
        ("2", "C1", "0.5", ""),
        ("3", "C2", "", "b must not be bad"),
        ("4", "", "", "has 2 cells, the header has 3"),
        ("5", "C1", "", "was in row 2 already"),
        ("6", "", "", "is missing"),
        ("8", "", "", "must be 1 to 128 letters, digits or . _ : -"),
        ("9", "C5", "0.25", ""),
    ]
    assert [(line["row"], line["column"], line["line"]) for line in run.failures] == [
        ("3", "b", "C2,1,bad"),
        ("4", "row", "C3,1"),
        ("5", "id", "C1,0.7,y"),
        ("6", "id", ",1,x"),
        ("8", "id", "C 4,1,x"),
    ]
    assert ended.state is BatchState.COMPLETED_WITH_FAILURES
    assert (ended.rows_scored, ended.rows_failed, ended.progress) == (2, 5, 1.0)
    assert [error.row for error in ended.errors] == [3, 4, 5, 6, 8]
    assert run.results[0]["reason_1"] == "B"
    assert (run.results[0]["model"], run.results[0]["version"]) == ("churn", "1.0.0")


def test_a_quote_that_nobody_closed_costs_its_own_line_only() -> None:
    run = Run(b'id,a,b\nC1,1,"open\nC2,1,x\nC3,1,5" pipe\nC4,1,x\n')
    run.whole()
    assert {line["id"]: line["error"] for line in run.results if not line["error"]}.keys() == {"C2", "C3", "C4"}
    assert [(line["row"], line["message"]) for line in run.failures] == [("2", "not CSV: a quote is not closed")]


def test_json_lines_are_rows_of_their_own_fields() -> None:
    lines = ['{"id": "C1", "a": 0.5}', "not json", "[1]", '{"a": 1}', '{"id": 7, "a": 2, "b": null}']
    run = Run("\n".join(lines).encode(), format=ImportFormat.JSONL)
    run.whole()
    assert [(line["row"], line["id"], line["error"]) for line in run.results] == [
        ("1", "C1", ""),
        ("2", "", "not JSON"),
        ("3", "", "not a JSON object"),
        ("4", "", "is missing"),
        ("5", "7", ""),
    ]


def test_a_batch_whose_rows_all_fail_says_so() -> None:
    ended = Run(b"id,a,b\nC1,1,bad\nC2,1,bad\n").whole()
    assert (ended.state, ended.rows_scored, ended.rows_failed) == (BatchState.COMPLETED_WITH_FAILURES, 0, 2)


def test_a_chunk_that_was_given_up_reports_its_rows_and_the_others_stand() -> None:
    run = Run(b"id,a,b\nC1,1,x\nC1,2,x\nC3,3,x\n")
    run.finisher.give_up(run.batch, 1, "States.Timeout")
    run.score(2)
    ended = run.join()
    assert [line["error"] for line in run.results] == [
        "was not scored: its part of the file took too long",
        "was in row 2 already",
        "",
    ]
    assert ended.rows_failed == 2


def test_a_chunk_that_nobody_accounted_for_is_reported_as_lost() -> None:
    run = Run(b"id,a,b\nC1,1,x\nC2,2,x\nC3,3,x\n")
    run.score(1)
    assert run.join().rows_failed == 1
    assert "lost" in run.results[2]["error"]


def test_a_chunk_scored_again_writes_the_same_and_counts_once() -> None:
    run = Run(b"id,a,b\nC1,1,x\nC2,2,bad\n")
    run.score(1)
    before = dict(run.files.objects)
    run.score(1)
    assert run.files.objects == before
    assert len(run.remembered.done) == 1


def test_a_run_that_failed_as_a_whole_says_why() -> None:
    run = Run(b"id,a,b\nC1,1,x\n")
    run.finisher.fail(run.batch, "States.DataLimitExceeded")
    assert run.remembered.ended is not None
    assert run.remembered.ended.state is BatchState.FAILED
    assert "States.DataLimitExceeded" in run.remembered.ended.errors[0].message


def test_no_cell_of_a_download_is_a_formula() -> None:
    run = Run(b"id,a,b\n=1+1,1,x\n-C2,1,x\nC3,0.5,bad\n")
    run.whole()
    assert [line["line"] for line in run.failures] == ["'=1+1,1,x", "C3,0.5,bad"]
    assert run.results[1]["id"] == "'-C2"


def test_only_keys_and_counts_are_in_the_list_of_chunks() -> None:
    run = Run(b"id,a,b\n" + b"".join(b"C%d,1,x\n" % n for n in range(5)))
    assert json.loads(run.files.objects[run.batch.manifest_key]) == [
        {"batch_id": run.batch.batch_id, "chunk": number} for number in (1, 2, 3)
    ]
