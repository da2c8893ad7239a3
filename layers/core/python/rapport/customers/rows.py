"""Rows of an import file, read as a stream: CSV with a header, or JSON lines. Errors name row and column."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rapport.customers.import_model import ImportFormat, RowError

LONGEST_LINE = 64 * 1024
TIMES = frozenset({"at", "joined_at"})
WHOLE_ROW = "row"
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Row:
    """A row before it is checked: its number and fields, or why it could not be read."""

    number: int
    fields: dict[str, Any]
    error: RowError | None = None


class UnreadableFileError(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, row: int, column: str, message: str) -> None:
        super().__init__(message)
        self.error = RowError(row=row, column=column, message=message)


def read_rows(chunks: Iterable[bytes], kind: ImportFormat, fields: Sequence[str], required: set[str]) -> Iterator[Row]:
    """Every row of a file, one after the other. `fields` are the columns that may be there."""
    if kind is ImportFormat.CSV:
        yield from _csv_rows(text_lines(chunks), fields, required)
    else:
        yield from _json_rows(text_lines(chunks))


def text_lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines with their ends, as UTF-8, without a byte order mark."""
    for number, line in enumerate(_lines(chunks), 1):
        if len(line) > LONGEST_LINE:
            raise UnreadableFileError(number, WHOLE_ROW, f"the line is longer than {LONGEST_LINE} bytes")
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise UnreadableFileError(number, WHOLE_ROW, "the line is not UTF-8") from None
        yield text.removeprefix("\ufeff") if number == 1 else text


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    left = b""
    for chunk in chunks:
        *whole, left = (left + chunk).split(b"\n")
        for line in whole:
            yield line + b"\n"
        if len(left) > LONGEST_LINE:
            yield left
            return
    if left:
        yield left


def _csv_rows(lines: Iterator[str], fields: Sequence[str], required: set[str]) -> Iterator[Row]:
    reader = csv.reader(lines, strict=True)
    header: list[str] | None = None
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableFileError(number, WHOLE_ROW, f"not CSV: {error}") from None
        if cells is None:
            return
        if header is None:
            header = [cell.strip() for cell in cells]
            check_header(header, fields, required)
        elif any(cell.strip() for cell in cells):
            yield _csv_row(number, header, cells)


def check_header(header: list[str], fields: Sequence[str], required: set[str]) -> None:
    for column in header:
        if column not in fields:
            raise UnreadableFileError(1, column[:60] or WHOLE_ROW, f"unknown column; known are {', '.join(fields)}")
        if header.count(column) > 1:
            raise UnreadableFileError(1, column, "the column is there twice")
    for column in sorted(required - set(header)):
        raise UnreadableFileError(1, column, "the column is missing")


def _csv_row(number: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) != len(header):
        message = f"has {len(cells)} cells, the header has {len(header)}"
        return Row(number, {}, RowError(row=number, column=WHOLE_ROW, message=message))
    given = {column: cell.strip() for column, cell in zip(header, cells, strict=True) if cell.strip()}
    return Row(number, {column: _time(cell) if column in TIMES else cell for column, cell in given.items()})


def _time(cell: str) -> str | int:
    """Epoch ms as they are; an ISO 8601 date or time, UTC unless it says otherwise, as epoch ms."""
    try:
        moment = datetime.fromisoformat(cell) if not cell.isdecimal() else None
    except ValueError:
        return cell
    if moment is None:
        return cell
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return round(moment.timestamp() * 1000)


def _json_rows(lines: Iterator[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            yield Row(number, {}, RowError(row=number, column=WHOLE_ROW, message="not JSON"))
            continue
        if isinstance(fields, dict):
            yield Row(number, fields)
        else:
            yield Row(number, {}, RowError(row=number, column=WHOLE_ROW, message="not a JSON object"))


def checked(row: Row, model: type[M]) -> tuple[M | None, list[RowError]]:
    """A row as the model, or every wrong column of it."""
    if row.error is not None:
        return None, [row.error]
    try:
        return model.model_validate(row.fields), []
    except ValidationError as error:
        found = [(".".join(map(str, item["loc"]))[:60] or WHOLE_ROW, item["msg"]) for item in error.errors()]
        return None, [
            RowError(row=row.number, column=column, message=message.removeprefix("Value error, ")[:300])
            for column, message in found
        ]
