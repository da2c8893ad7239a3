"""How one field of a row becomes numbers. Training and serving both run this code, so they cannot differ.

A schema is plain JSON (`schema.json` beside a tabular model). Every column gives one number, a date gives
several; what is missing is NaN. Nothing outside the standard library is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import isinf, isnan, nan
from typing import Any

from rapport.runtime.errors import InvalidInputError

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "?", "-", "--", "."})
ISO = "iso"
OTHER = 0.0  # the code of every level that was rare or unknown in training
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall-clock times are compared with wall-clock times
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_WHOLE = re.compile(r"-?\d+\.0+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_COMMA = re.compile(r"[+-]?\d+(,\d+)?")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?")
_LARGEST = 3.0e38  # of a 32-bit float, which is what the trees compare


def is_missing(value: object) -> bool:
    """None, NaN, an empty cell, or one of the usual words for it."""
    if value is None:
        return True
    if isinstance(value, float):
        return isnan(value)
    return isinstance(value, str) and value.strip().casefold() in MISSING


def text_of(value: object) -> str:
    """The one spelling of a level: 2, 2.0, "2.0" and "2 " are the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return text.split(".")[0] if text.endswith("0") and _WHOLE.fullmatch(text) else text


def number_of(value: object, decimal: str = ".") -> float | None:
    """The number that `value` is or says; None when it says none. Thousands, currency and per cent signs may stand."""
    if isinstance(value, str):
        cell = value.strip().strip("$€£¥%").strip()
        if decimal == "," and _COMMA.fullmatch(cell):
            cell = cell.replace(",", ".")
        elif _THOUSANDS.fullmatch(cell):
            cell = cell.replace(",", "")
        if not _PLAIN.fullmatch(cell):
            return None
        value = cell
    if isinstance(value, (date, Mapping, list, tuple)):
        return None
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return None if isinf(found) or abs(found) > _LARGEST else found


def moment_of(value: object, pattern: str) -> datetime | None:
    """The wall-clock time that `value` is or says by `pattern` (ISO or strptime's); None when it says none."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - as above
    cell = text_of(value)
    try:
        if pattern == ISO:
            return datetime.fromisoformat(cell).replace(tzinfo=None) if _ISO_DATE.fullmatch(cell) else None
        return datetime.strptime(cell, pattern).replace(tzinfo=None)  # noqa: DTZ007 - as above
    except ValueError:
        return None


def days_of(moment: datetime) -> float:
    """Days since 1970-01-01, with their fraction."""
    return (moment - _EPOCH) / timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row and how it is read.

    `kind` is number, boolean, category or date. `levels` are a category's, code 1 for the first; or a
    boolean's, as (false, true). `pattern` and `reference` (days) are a date's: the elapsed days run up to the
    row's own time where the schema has one, else up to `reference`. `junk` are words seen in training that
    stand for a missing number.
    """

    name: str
    kind: str
    levels: tuple[str, ...] = ()
    pattern: str = ISO
    parts: tuple[str, ...] = ()
    reference: float = 0.0
    junk: frozenset[str] = frozenset()
    decimal: str = "."
    _codes: dict[str, float] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        first = 0 if self.kind == "boolean" else 1
        self._codes.update({level: float(code) for code, level in enumerate(self.levels, first)})

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Column:
        """From an entry of `schema.json`."""
        return cls(
            name=said["name"],
            kind=said["kind"],
            levels=tuple(said.get("levels", ())),
            pattern=said.get("pattern", ISO),
            parts=tuple(said.get("parts", ())),
            reference=float(said.get("reference", 0.0)),
            junk=frozenset(said.get("junk", ())),
            decimal=said.get("decimal", "."),
        )

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads; only what the kind needs."""
        said: dict[str, Any] = {"name": self.name, "kind": self.kind}
        if self.levels:
            said["levels"] = list(self.levels)
        if self.kind == "date":
            said |= {"pattern": self.pattern, "parts": list(self.parts), "reference": self.reference}
        if self.junk:
            said["junk"] = sorted(self.junk)
        if self.decimal != ".":
            said["decimal"] = self.decimal
        return said

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the model inputs that this column gives."""
        return tuple(f"{self.name}:{part}" for part in self.parts) if self.kind == "date" else (self.name,)

    def numbers(self, value: object, now: float = nan) -> tuple[float, ...]:
        """The inputs, in the order of `inputs`; `now` is the row's own time in days, NaN when it has none.

        Raises `InvalidInputError` naming the column when `value` is nothing it can hold.
        """
        if is_missing(value):
            return (nan,) * max(1, len(self.parts))
        if self.kind == "date":
            return self._date(value, now)
        if self.kind == "number":
            return (self._number(value),)
        if self.kind == "boolean":
            return (self._boolean(value),)
        code = self._codes.get(text_of(value))
        if code is None and isinstance(value, (Mapping, list, tuple)):
            raise self._wrong(value, "a word")
        return (OTHER if code is None else code,)

    def _boolean(self, value: object) -> float:
        code = float(value) if isinstance(value, bool) else self._codes.get(text_of(value).casefold())
        if code is None:
            raise self._wrong(value, f"one of {', '.join(self.levels)}")
        return code

    def _number(self, value: object) -> float:
        found = number_of(value, self.decimal)
        if found is None:
            if text_of(value) in self.junk:
                return nan
            raise self._wrong(value, "a number")
        return found

    def _date(self, value: object, now: float) -> tuple[float, ...]:
        moment = moment_of(value, self.pattern)
        if moment is None:
            if text_of(value) in self.junk:
                return (nan,) * len(self.parts)
            raise self._wrong(
                value, "a date such as 2024-01-31" if self.pattern == ISO else f"a date as {self.pattern}"
            )
        found = {
            "days": (self.reference if isnan(now) else now) - days_of(moment),
            "weekday": float(moment.weekday()),
            "month": float(moment.month),
            "hour": float(moment.hour),
        }
        return tuple(found[part] for part in self.parts)

    def _wrong(self, value: object, wanted: str) -> InvalidInputError:
        return InvalidInputError(f"{self.name} must be {wanted}, not {str(value)[:40]!r}", field=self.name)


@dataclass(frozen=True, slots=True)
class Schema:
    """Which fields a row has and in which order they become model inputs.

    `time` is the column that says when the row was known, `time_pattern` how it is written (empty: a number,
    which only orders rows). `known` are fields that a row may hold but the model does not read.
    """

    columns: tuple[Column, ...]
    target: str
    time: str = ""
    time_pattern: str = ""
    group: str = ""
    known: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Schema:
        """From the content of `schema.json`. Raises KeyError or TypeError when it is none."""
        return cls(
            tuple(Column.from_json(column) for column in said["columns"]),
            said["target"],
            said.get("time", ""),
            said.get("time_pattern", ""),
            said.get("group", ""),
            tuple(said.get("known", ())),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "time": self.time,
            "time_pattern": self.time_pattern,
            "group": self.group,
            "known": list(self.known),
            "columns": [column.to_json() for column in self.columns],
        }

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the model inputs, in the order of the model's columns."""
        return tuple(name for column in self.columns for name in column.inputs)

    def now(self, value: object) -> float:
        """The row's own time in days, NaN where it is not known or only a number that orders rows."""
        moment = None if not self.time_pattern or is_missing(value) else moment_of(value, self.time_pattern)
        return nan if moment is None else days_of(moment)

    def numbers(self, row: Mapping[str, object]) -> list[float]:
        """Model inputs of one row. A field that is not given is missing; an unknown one is refused."""
        self._check(row)
        now = self.now(row.get(self.time))
        return [number for column in self.columns for number in column.numbers(row.get(column.name), now)]

    def _check(self, row: Mapping[str, object]) -> None:
        mine = {column.name for column in self.columns}
        others = {self.target, self.time, self.group, *self.known}
        for name in row:
            if name not in mine and name not in others:
                raise InvalidInputError(f"{name} is no field of this model{_nearest(name, sorted(mine))}", field=name)
        if not mine & set(row):
            raise InvalidInputError(f"none of the model's fields is given, such as {self.columns[0].name}")


def _nearest(name: str, names: Sequence[str]) -> str:
    """ ", did you mean …?" or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    near = get_close_matches(name, names, 1)
    return f"; did you mean {near[0]}?" if near else ""
