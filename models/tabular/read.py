"""Reads a CSV (also gzipped) or Parquet file into columns of plain Python values, or says why it cannot."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from models.tabular.errors import DataError

DELIMITERS = (",", ";", "\t", "|")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_KANA = re.compile(r"[\u3040-\u309f\u30a0-\u30ff]")


@dataclass(frozen=True)
class Source:
    """A file as read: `frame` holds text (CSV) or typed values (Parquet) as objects; `sha256` is the file's."""

    frame: pd.DataFrame
    name: str
    sha256: str
    how: str


def read(path: Path) -> Source:
    """Read the file. Raises `DataError` in one sentence for anything that is no table."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise DataError(f"there is no file {path}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    digest = hashlib.sha256(data).hexdigest()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(f"{path.name} is a damaged gzip file") from error
    if not data.strip():
        raise DataError(f"{path.name} is empty")
    if data[:4] == b"PAR1":
        frame, how = _parquet(data, path.name), "Parquet"
    elif data[:2] == b"PK":
        raise DataError(f"{path.name} is a zip or Excel file: save it as CSV first")
    else:
        frame, how = _csv(data, path.name)
    if not len(frame):
        raise DataError(f"{path.name} has a header and no rows")
    return Source(frame, path.name, digest, how)


def _parquet(data: bytes, name: str) -> pd.DataFrame:
    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{name} is a damaged Parquet file: {str(error).splitlines()[0][:80]}") from error
    _check_header(table.column_names, name)
    columns = {
        str(key): pd.Series(column.to_pylist(), dtype=object)
        for key, column in zip(table.column_names, table.columns, strict=True)
    }
    return pd.DataFrame(columns)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text and its encoding: UTF-8, UTF-16 by its mark, Shift JIS when kana come of it, else Western."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError as error:
            raise DataError(f"{name} begins like UTF-16 and is not") from error
    if b"\x00" in data[:4096]:
        raise DataError(f"{name} is not a text file, nor Parquet")
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp932")
        if _KANA.search(text):
            return text, "Shift JIS"
    except UnicodeDecodeError:
        pass
    return data.decode("cp1252", errors="replace"), "Windows-1252"


def delimiter_of(text: str, name: str) -> str:
    """The delimiter that cuts the first lines into the same number of fields, the most of them."""
    lines = [line for line in text[:200_000].splitlines()[:30] if line.strip()]
    best = ("", 1, 0.0)
    for mark in DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=mark)]
        width, count = Counter(widths).most_common(1)[0]
        if width > 1 and (count / len(widths), width) > (best[2], best[1]):
            best = (mark, width, count / len(widths))
    if not best[0]:
        raise DataError(f"{name} has one column only: no comma, semicolon, tab or bar separates its fields")
    return best[0]


def _check_header(names: list[str], name: str) -> None:
    twice = [key for key, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(f"{name} names the column {twice[0]!r} twice: rename one")


def _csv(data: bytes, name: str) -> tuple[pd.DataFrame, str]:
    text, encoding = decode(data, name)
    mark = delimiter_of(text, name)
    header = next(csv.reader(io.StringIO(text), delimiter=mark), [])
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(header, 1)]
    _check_header(names, name)
    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=mark, dtype=object, na_filter=False, header=None, skiprows=1, names=names,
            index_col=False, on_bad_lines="error",
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        wrong = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        if wrong:
            expected, line, saw = wrong.groups()
            raise DataError(f"{name}, line {int(line)}: {saw} fields, the header has {expected}") from error
        if isinstance(error, pd.errors.EmptyDataError):
            raise DataError(f"{name} has a header and no rows") from error
        raise DataError(f"{name} cannot be read as CSV: {str(error).splitlines()[0][:100]}") from error
    return frame, f"CSV, {encoding}, {_NAMES[mark]}-separated"
