"""Fills Word templates with Foxit's tokens: `{{ name }}`, `{{ when \\@ yyyy-MM-dd }}`, `{{ sum \\# Currency }}`,
`{{TableStart:rows}}` to `{{TableEnd:rows}}` over table rows or paragraphs, `{{ROW_NUMBER}}`, `{{=SUM(ABOVE)}}`.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

TOKEN = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
NAME = re.compile(r"[A-Za-z_][\w.]*")
START = re.compile(r"\{\{\s*TableStart:\s*(\w+)\s*\}\}")
END = re.compile(r"\{\{\s*TableEnd:\s*(\w+)\s*\}\}")
DATE_PARTS = {"yyyy": "%Y", "MMMM": "%B", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
SYMBOLS = {"en-US": "${:,.2f}", "en-GB": "£{:,.2f}", "ja-JP": "¥{:,.0f}"}


class TemplateError(Exception):
    """The file is no template that can be filled."""


def opened(template: bytes) -> Docx:
    """A Word file, or `TemplateError`."""
    try:
        return Document(io.BytesIO(template))
    except Exception as error:  # noqa: BLE001 - python-docx raises whatever its ZIP and XML readers do
        raise TemplateError(type(error).__name__) from None


def tags(template: bytes) -> tuple[list[str], list[str]]:
    """Names of single tokens and of tables, in the order they come."""
    single: list[str] = []
    double: list[str] = []
    for paragraph in _paragraphs(opened(template)):
        for content in TOKEN.findall(paragraph.text):
            kind, _, name = content.partition(":")
            if kind in {"TableStart", "TableEnd"}:
                double += [name.strip()] * (name.strip() not in double)
            elif (found := NAME.match(content)) and found[0] != "ROW_NUMBER":
                single += [found[0]] * (found[0] not in single)
    return single, double


def filled(template: bytes, values: Mapping[str, Any], culture: str = "en-US") -> Docx:
    """The template with its tokens replaced; a name without a value becomes nothing, as with Foxit."""
    document = opened(template)
    _repeat_paragraphs(document.paragraphs, values, culture)
    for table in _tables(document):
        _repeat_rows(table, values, culture)
        _sum_columns(table, culture)
    for paragraph in _paragraphs(document):
        _replace(paragraph, values, culture)
    return document


def _tables(document: Docx) -> Iterator[Table]:
    yield from document.tables
    for section in document.sections:
        yield from (*section.header.tables, *section.footer.tables)


def _paragraphs(document: Docx) -> Iterator[Paragraph]:
    """Every paragraph: body, headers, footers, and cells."""
    yield from document.paragraphs
    for section in document.sections:
        yield from (*section.header.paragraphs, *section.footer.paragraphs)
    for table in _tables(document):
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


def _repeat_rows(table: Table, values: Mapping[str, Any], culture: str) -> None:
    """Every row with a table's tokens once per item of the table."""
    for row in list(table.rows):
        start = START.search(_row_text(row))
        if start is None:
            continue
        items = values.get(start[1])
        for number, item in enumerate(items if isinstance(items, list) else [], 1):
            element = copy.deepcopy(row._tr)
            row._tr.addprevious(element)
            for cell in _Row(element, table).cells:
                for paragraph in cell.paragraphs:
                    _replace(paragraph, {**values, **item, "ROW_NUMBER": number}, culture)
        table._tbl.remove(row._tr)


def _repeat_paragraphs(paragraphs: Sequence[Paragraph], values: Mapping[str, Any], culture: str) -> None:
    """The paragraphs between a table's start and end once per item."""
    block: list[Paragraph] = []
    name = ""
    for paragraph in list(paragraphs):
        start = START.search(paragraph.text)
        if start is not None and not block:
            name = start[1]
        if not name:
            continue
        block.append(paragraph)
        if END.search(paragraph.text) is None:
            continue
        items = values.get(name)
        for number, item in enumerate(items if isinstance(items, list) else [], 1):
            for part in block:
                element = copy.deepcopy(part._p)
                block[0]._p.addprevious(element)
                _replace(Paragraph(element, part._parent), {**values, **item, "ROW_NUMBER": number}, culture)
        for part in block:
            part._p.getparent().remove(part._p)
        block, name = [], ""


def _row_text(row: _Row) -> str:
    return " ".join(cell.text for cell in row.cells)


def _sum_columns(table: Table, culture: str) -> None:
    """`{{=SUM(ABOVE)}}`: the numbers above it in its column."""
    for index, row in enumerate(table.rows):
        for column, cell in enumerate(row.cells):
            match = re.search(r"\{\{\s*=\s*SUM\(ABOVE\)\s*(\\#\s*Currency)?\s*\}\}", cell.text)
            if match is None:
                continue
            above = (re.sub(r"[^0-9.-]", "", table.rows[i].cells[column].text) for i in range(index))
            total = sum(float(text) for text in above if re.fullmatch(r"-?\d+(\.\d+)?", text))
            shown = _currency(total, culture) if match[1] else f"{total:g}"
            for paragraph in cell.paragraphs:
                _set_text(paragraph, paragraph.text.replace(match[0], shown))


def _replace(paragraph: Paragraph, values: Mapping[str, Any], culture: str) -> None:
    if "{{" not in paragraph.text:
        return
    _set_text(paragraph, TOKEN.sub(lambda match: _value(match[1], values, culture), paragraph.text))


def _set_text(paragraph: Paragraph, text: str) -> None:
    """Word cuts a token into runs as it likes: the text goes into the first, which keeps its look."""
    runs = paragraph.runs
    for run in runs[1:]:
        run.text = ""
    if runs:
        runs[0].text = text


def _value(content: str, values: Mapping[str, Any], culture: str) -> str:
    if content.startswith(("TableStart:", "TableEnd:", "=")):
        return ""
    name, _, switch = content.partition("\\")
    value = values.get(name.strip(), "")
    if switch.startswith("@"):
        return _date(str(value), switch[1:].strip())
    if switch.startswith("#") and isinstance(value, int | float):
        return _currency(value, culture)
    return "" if value is None else str(value)


def _date(value: str, pattern: str) -> str:
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return value
    return re.sub("|".join(DATE_PARTS), lambda part: when.strftime(DATE_PARTS[part[0]]), pattern)


def _currency(value: float, culture: str) -> str:
    return SYMBOLS.get(culture, SYMBOLS["en-US"]).format(value)
