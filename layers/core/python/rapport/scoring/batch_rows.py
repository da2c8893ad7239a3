"""Lines of a batch file as rows. A line that is no row is told as such, and the next one is read."""

from __future__ import annotations

import csv
import io
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from rapport.customers.import_model import ImportFormat
from rapport.customers.rows import LONGEST_LINE, WHOLE_ROW, text_lines
from rapport.inference.columns import is_missing, text_of
from rapport.runtime.errors import InvalidInputError

ID = "id"
# How far a quoted cell may reach; a quote that nobody closed must not swallow the rest of the file.
MOST_LINES = 50
UNFINISHED = "unexpected end of data"  # what the csv module says of a quote that is open at the end


class Record(Enum):
    """Whether lines are a row of CSV: as they are, with more of them, or never."""

    WHOLE = 1
    OPEN = 2
    BROKEN = 3


def raw_rows(chunks: Iterable[bytes], form: ImportFormat) -> Iterator[tuple[int, str]]:
    """Numbered rows as they were written, the header of a CSV file among them as row 1; empty lines are left out.

    Raises `UnreadableFileError` where the file is not UTF-8 or a line is longer than 64 kB.
    """
    lines = text_lines(chunks)
    for number, line in enumerate(_csv_records(lines) if form is ImportFormat.CSV else lines, 1):
        if line.strip():
            yield number, line.rstrip("\r\n")


def _csv_records(lines: Iterator[str]) -> Iterator[str]:
    """Lines, those joined that a quoted cell spans. Where that gives no row, the first line stands alone."""
    waiting: deque[str] = deque()
    while (first := _following(waiting, lines)) is not None:
        record = [first]
        while (state := _state(record)) is Record.OPEN:
            following = _following(waiting, lines) if len(record) < MOST_LINES else None
            if following is None:
                break
            record.append(following)
        if state is not Record.WHOLE:
            waiting.extendleft(reversed(record[1:]))
            del record[1:]
        yield "".join(record)


def _following(waiting: deque[str], lines: Iterator[str]) -> str | None:
    return waiting.popleft() if waiting else next(lines, None)


def _state(record: Sequence[str]) -> Record:
    if not any('"' in line for line in record):
        return Record.WHOLE
    try:
        next(csv.reader(record, strict=True))
    except csv.Error as error:
        is_open = str(error) == UNFINISHED and sum(map(len, record)) <= LONGEST_LINE
        return Record.OPEN if is_open else Record.BROKEN
    return Record.WHOLE


def cells_of(line: str) -> list[str]:
    """The cells of a row of CSV. Raises `InvalidInputError` for a line that is none."""
    try:
        return [cell.strip() for cell in next(csv.reader(io.StringIO(line, newline="\n"), strict=True))]
    except csv.Error as error:
        reason = "a quote is not closed" if str(error) == UNFINISHED else str(error)
        raise InvalidInputError(f"not CSV: {reason}", field=WHOLE_ROW) from None


def fields_of(line: str, header: Sequence[str] | None) -> dict[str, Any]:
    """The fields of a row that are given: of CSV under a header, else of a JSON object."""
    if header is None:
        return _object(line)
    cells = cells_of(line)
    if len(cells) != len(header):
        raise InvalidInputError(f"has {len(cells)} cells, the header has {len(header)}", field=WHOLE_ROW)
    return {column: cell for column, cell in zip(header, cells, strict=True) if cell}


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise InvalidInputError("not JSON", field=WHOLE_ROW) from None
    if not isinstance(found, dict):
        raise InvalidInputError("not a JSON object", field=WHOLE_ROW)
    return {name: value for name, value in found.items() if value is not None}


def id_of(fields: Mapping[str, Any]) -> str:
    """Whom the row is about. Raises `InvalidInputError` where nobody is named, or not by an id."""
    value = fields.get(ID)
    if is_missing(value):
        raise InvalidInputError("is missing", field=ID)
    found = text_of(value)
    if isinstance(value, (bool, dict, list)) or len(found) > 128 or not _is_plain(found):
        raise InvalidInputError("must be 1 to 128 letters, digits or . _ : -", field=ID)
    return found


def _is_plain(text: str) -> bool:
    return text.isascii() and all(each.isalnum() or each in "._:-" for each in text)
