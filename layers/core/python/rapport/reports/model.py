"""A report before it has a form: tables of one shape, each with a chart."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

Cell = str | int | Decimal | float | None


class ReportKind(StrEnum):
    CUSTOMERS = "customers"
    TRANSACTIONS = "transactions"
    COHORTS = "cohorts"


class ReportFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


class Language(StrEnum):
    EN = "en"
    JA = "ja"


class Unit(StrEnum):
    """How a column's values are written: a share is 0 to 1 and written in per cent."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"


@dataclass(frozen=True)
class Column:
    title: str
    unit: Unit


@dataclass(frozen=True)
class Chart:
    """One series of values by label: `line` where labels are times or ages, `bar` where they are names."""

    title: str
    line: bool
    unit: Unit
    labels: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Table:
    title: str
    rows: tuple[tuple[Cell, ...], ...]
    chart: Chart | None


@dataclass(frozen=True)
class Report:
    """Tables that share their columns, so that one CSV file holds them all."""

    title: str
    subtitle: str
    language: Language
    table_column: str
    columns: tuple[Column, ...]
    tables: tuple[Table, ...]

    @property
    def rows(self) -> int:
        return sum(len(table.rows) for table in self.tables)
