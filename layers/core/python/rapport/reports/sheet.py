"""Reports as CSV: UTF-8 with a byte order mark for Excel, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from rapport.reports.model import Cell, Report

# A text that begins so is a formula to a spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "=", "+", "-", "@")


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def render_csv(report: Report) -> bytes:
    """One file for all tables; the first column names the table. Shares are 0 to 1."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([harmless(report.table_column), *(harmless(column.title) for column in report.columns)])
    for table in report.tables:
        for row in table.rows:
            writer.writerow([harmless(table.title), *map(_cell, row)])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)
