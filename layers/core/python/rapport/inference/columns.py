"""How one field of a row becomes numbers. Training and serving both run this code, so they cannot differ.

Every column gives one number, a date gives several; what is missing is NaN. Standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
