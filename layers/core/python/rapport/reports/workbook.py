"""Reports as Excel workbooks: a sheet for each table, with a chart that Excel draws from its cells."""

from __future__ import annotations

import io
import re
from typing import Any

from rapport.reports.model import Cell, Chart, Report, Table, Unit

FORMATS = {Unit.COUNT: "#,##0", Unit.MONEY: "#,##0.00", Unit.SHARE: "0.0%", Unit.TEXT: "@"}
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")


def render_xlsx(report: Report) -> bytes:
    """The workbook. Texts are written as texts, never as formulas or links."""
    # Only this form needs the library, and only here is there a layer with it.
    import xlsxwriter  # noqa: PLC0415

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": report.title, "subject": report.subtitle})
        names: set[str] = set()
        for table in report.tables or (Table(report.title, (), None),):
            _sheet(book, report, table, _name(table.title, names))
    return out.getvalue()


def _name(title: str, taken: set[str]) -> str:
    """A sheet name that Excel takes: at most 31 characters, none of its special ones, not there yet."""
    base = _NOT_IN_SHEET_NAMES.sub(" ", title).strip()[:27] or "-"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base} {number}"
    taken.add(name.casefold())
    return name


def _sheet(book: Any, report: Report, table: Table, name: str) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {unit: book.add_format({"num_format": text}) for unit, text in FORMATS.items()}
    for place, column in enumerate(report.columns):
        sheet.write_string(0, place, column.title, bold)
        longest = max([len(column.title), *(len(str(row[place])) for row in table.rows)])
        sheet.set_column(place, place, min(40, longest + 3), formats[column.unit])
    for number, row in enumerate(table.rows, 1):
        for place, value in enumerate(row):
            _write(sheet, number, place, value, formats[report.columns[place].unit])
    sheet.freeze_panes(1, 1)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(report.columns) - 1)
    if table.chart is not None and table.chart.labels:
        _chart(book, sheet, name, table.chart, len(report.columns) + 1)


def _write(sheet: Any, number: int, place: int, value: Cell, form: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(number, place, value, form)
    elif value is not None:
        sheet.write_number(number, place, float(value), form)


def _chart(book: Any, sheet: Any, name: str, chart: Chart, place: int) -> None:
    """The chart with its own cells beside the table, so that filters on the table leave it whole."""
    form = book.add_format({"num_format": FORMATS[chart.unit], "font_color": "#666666"})
    sheet.write_string(0, place, chart.title, form)
    for number, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True), 1):
        sheet.write_string(number, place, label, form)
        sheet.write_number(number, place + 1, value, form)
    last = len(chart.labels)
    drawn = book.add_chart({"type": "line" if chart.line else "bar"})
    drawn.add_series(
        {
            "name": [name, 0, place],
            "categories": [name, 1, place, last, place],
            "values": [name, 1, place + 1, last, place + 1],
        }
    )
    drawn.set_title({"name": chart.title})
    drawn.set_legend({"none": True})
    if not chart.line:
        drawn.set_y_axis({"reverse": True})
    sheet.insert_chart(1, place + 3, drawn, {"x_scale": 1.4, "y_scale": 1.4, "description": chart.title})
