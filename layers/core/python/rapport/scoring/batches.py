"""A batch in three steps: split the file into chunks, score a chunk, join the chunks' results.

Only keys and counts go from step to step; rows stay in the bucket.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rapport.customers.import_model import ImportFormat, RowError
from rapport.customers.rows import WHOLE_ROW, UnreadableFileError, check_header
from rapport.runtime.errors import InvalidInputError, NotFoundError
from rapport.scoring.batch_model import ERRORS_TOLD, Batch
from rapport.scoring.batch_ports import Columns, Files, Row, Scored, Scorer
from rapport.scoring.batch_rows import ID, cells_of, fields_of, id_of, raw_rows
from rapport.scoring.batch_sheet import failure_line, result_line

MOST_BYTES = 200_000_000
MOST_ROWS = 200_000
CHUNK_ROWS = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """How many rows and chunks a file has; `error` where it cannot be scored at all."""

    rows: int = 0
    chunks: int = 0
    error: RowError | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How the rows of a chunk went."""

    scored: int
    failed: int


def plan(batch: Batch, version: str, files: Files, columns: Columns, *, chunk_rows: int = CHUNK_ROWS) -> Planned:
    """Read the file once, check its header, and write its rows in chunks with the list of them."""
    size = files.size(batch.upload_key)
    if size > MOST_BYTES:
        return _refused(1, WHOLE_ROW, f"the file has {size} bytes, at most {MOST_BYTES} are read")
    rows = chunks = 0
    try:
        lines = raw_rows(files.read(batch.upload_key), batch.format)
        header = _header(batch, version, columns, lines)
        for chunk in _chunked(_checked(lines, header), chunk_rows):
            rows, chunks = rows + len(chunk), chunks + 1
            if rows > MOST_ROWS:
                return _refused(chunk[-1][0], WHOLE_ROW, f"a file has at most {MOST_ROWS} rows")
            content = json.dumps({"header": header, "rows": chunk}, ensure_ascii=False, separators=(",", ":"))
            files.write(batch.chunk_key(chunks), content.encode())
    except UnreadableFileError as error:
        return Planned(error=error.error)
    if not rows:
        return _refused(1, WHOLE_ROW, "the file has no rows")
    manifest = [{"batch_id": batch.batch_id, "chunk": number} for number in range(1, chunks + 1)]
    files.write(batch.manifest_key, json.dumps(manifest).encode())
    return Planned(rows, chunks)


def _refused(row: int, column: str, message: str) -> Planned:
    return Planned(error=RowError(row=row, column=column, message=message))


def _header(batch: Batch, version: str, columns: Columns, lines: Iterator[tuple[int, str]]) -> list[str] | None:
    """The columns of a CSV file, which must be those of the model; a JSON line names its own."""
    if batch.format is not ImportFormat.CSV:
        return None
    number, line = next(lines, (1, ""))
    if not line:
        raise UnreadableFileError(1, WHOLE_ROW, "the file is empty")
    try:
        header = cells_of(line)
    except InvalidInputError as error:
        raise UnreadableFileError(number, WHOLE_ROW, error.detail) from None
    names = [column.name for column in columns.expected(batch.model, batch.mode, version)]
    ignored = sorted(columns.ignored(batch.model, batch.mode, version))
    check_header(header, [*names, *ignored], set(names))
    return header


def _checked(lines: Iterator[tuple[int, str]], header: Sequence[str] | None) -> Iterator[list[Any]]:
    """Rows as [number, id, line, column, message]; the last two where nothing can be scored."""
    first: dict[str, int] = {}
    for number, line in lines:
        try:
            subject = id_of(fields_of(line, header))
        except InvalidInputError as error:
            yield [number, "", line, error.field or WHOLE_ROW, error.detail]
            continue
        before = first.setdefault(subject, number)
        if before == number:
            yield [number, subject, line, None, None]
        else:
            yield [number, subject, line, ID, f"was in row {before} already"]


def _chunked(rows: Iterator[list[Any]], size: int) -> Iterator[list[list[Any]]]:
    chunk: list[list[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def score_chunk(batch: Batch, number: int, files: Files, scorer: Scorer) -> Counted:
    """Score a chunk's rows and write what came out. Scored again, it writes the same."""
    said = _read(files, batch.chunk_key(number))
    rows: list[list[Any]] = said["rows"]
    asked = [
        Row(row, subject, {name: value for name, value in fields_of(line, said["header"]).items() if name != ID})
        for row, subject, line, _, message in rows
        if message is None
    ]
    answers = iter(scorer.score(batch, asked))
    answered = [next(answers) if row[4] is None else InvalidInputError(row[4], field=row[3]) for row in rows]
    return _write(batch, number, files, rows, answered)


def give_up_chunk(batch: Batch, number: int, files: Files, reason: str) -> Counted:
    """Report every row of a chunk that could not be scored; those that are wrong keep their own reasons."""
    rows: list[list[Any]] = _read(files, batch.chunk_key(number))["rows"]
    message = f"was not scored: {reason}"
    return _write(batch, number, files, rows, [InvalidInputError(r[4] or message, field=r[3]) for r in rows])


def _write(
    batch: Batch,
    number: int,
    files: Files,
    rows: Sequence[Sequence[Any]],
    answers: Sequence[Scored | InvalidInputError | NotFoundError],
) -> Counted:
    results, failures = [], []
    errors: list[dict[str, Any]] = []
    for (row, subject, line, _, _), answer in zip(rows, answers, strict=True):
        results.append(result_line(batch, row, subject, answer))
        if not isinstance(answer, Scored):
            column = answer.field or (ID if isinstance(answer, NotFoundError) else WHOLE_ROW)
            error = RowError(row=row, column=column, message=answer.detail[:300])
            failures.append(failure_line(error, line))
            errors.append(error.model_dump())
    content = {
        "results": "".join(results),
        "failures": "".join(failures),
        "errors": errors[:ERRORS_TOLD],
        "scored": len(rows) - len(failures),
        "failed": len(failures),
    }
    files.write(batch.scored_key(number), json.dumps(content, ensure_ascii=False).encode())
    return Counted(len(rows) - len(failures), len(failures))


@dataclass(frozen=True, slots=True)
class Part:
    """What became of a chunk: lines of both files, and the first errors."""

    results: str
    failures: str
    errors: tuple[RowError, ...]
    scored: int
    failed: int


def part(batch: Batch, number: int, files: Files) -> Part:
    """What `score_chunk` or `give_up_chunk` wrote."""
    said = _read(files, batch.scored_key(number))
    errors = tuple(RowError.model_validate(error) for error in said.pop("errors"))
    return Part(errors=errors, **said)


def _read(files: Files, key: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(b"".join(files.read(key)))
    return said
