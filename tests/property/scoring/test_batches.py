"""Whatever a file holds and however it is cut, every row comes out exactly once and in order."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rapport.customers.import_model import ImportFormat

from tests.builders.batches import Run

WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\x00\ufeff"), max_size=12)
ROWS = st.lists(st.tuples(st.one_of(st.integers(0, 30).map(lambda n: f"C{n}"), WORDS), WORDS), min_size=1, max_size=30)
SIZES = st.integers(1, 12)


def written(rows: list[tuple[str, str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "a", "b"])
    writer.writerows([subject, "1", word] for subject, word in rows)
    return out.getvalue()


@given(rows=ROWS, size=SIZES)
def test_every_row_of_a_csv_file_comes_out_once_and_in_order(rows: list[tuple[str, str]], size: int) -> None:
    run = Run(written(rows).encode(), chunk_rows=size)
    ended = run.whole()
    assert [line["row"] for line in run.results] == [str(number) for number in range(2, len(rows) + 2)]
    assert ended.rows_scored + ended.rows_failed == len(rows) == run.planned.rows
    failed = {line["row"] for line in run.failures}
    assert failed == {line["row"] for line in run.results if line["error"]}
    good = {(line["row"], line["id"]) for line in run.results if not line["error"]}
    assert good <= {(str(number), subject.strip()) for number, (subject, _) in enumerate(rows, 2)}


@given(lines=st.lists(WORDS.map(lambda word: word.replace("\n", "")), max_size=40), size=SIZES)
def test_no_line_of_any_text_is_lost_or_told_twice(lines: list[str], size: int) -> None:
    content = "\n".join(["id,a,b", "C0,1,x", *lines])
    run = Run(content.encode(), chunk_rows=size)
    run.whole()
    numbers = [int(line["row"]) for line in run.results]
    assert numbers == sorted(set(numbers))
    told = sum(text.count("\n") + 1 for text in (line["line"].strip("\n") for line in run.failures))
    assert told <= len(lines) + 1


@given(rows=st.lists(st.dictionaries(st.sampled_from(["id", "a", "b"]), st.integers(0, 9), max_size=3), min_size=1),
       size=SIZES)  # fmt: skip
def test_every_json_line_comes_out_once_and_in_order(rows: list[dict[str, Any]], size: int) -> None:
    run = Run("\n".join(map(json.dumps, rows)).encode(), chunk_rows=size, format=ImportFormat.JSONL)
    run.whole()
    assert [line["row"] for line in run.results] == [str(number) for number in range(1, len(rows) + 1)]


@given(rows=ROWS, size=SIZES, other=SIZES)
def test_how_a_file_is_cut_changes_nothing(rows: list[tuple[str, str]], size: int, other: int) -> None:
    content = written(rows).encode()
    first, second = Run(content, chunk_rows=size), Run(content, chunk_rows=other)
    first.whole()
    second.whole()
    assert first.results == second.results
    assert first.failures == second.failures
