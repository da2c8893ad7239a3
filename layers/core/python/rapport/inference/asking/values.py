"""Reads the cells of a row. What is missing is None or NaN; what cannot be read is refused by the field's name."""

from __future__ import annotations

import re
from datetime import date
from math import isfinite, isnan, nan

from rapport.inference.asking.model import Row, RowField
from rapport.inference.columns import is_missing, number_of
from rapport.runtime.errors import InvalidInputError

MOST_ITEMS = 2_000
_SEPARATOR = re.compile(r"[\s,、;，]+")


def number(row: Row, field: RowField) -> float:
    """The number, NaN when it is not given. Raises `InvalidInputError` outside of `least` to `most`."""
    value = row.get(field.name)
    if is_missing(value):
        return nan
    found = float(value) if isinstance(value, bool) else number_of(value)
    if found is None or not isfinite(found):
        raise InvalidInputError(f"{field.name} must be a number, not {str(value)[:40]!r}", field=field.name)
    if field.least is not None and found < field.least:
        raise InvalidInputError(f"{field.name} must be at least {field.least:g}", field=field.name)
    if field.most is not None and found > field.most:
        raise InvalidInputError(f"{field.name} must be at most {field.most:g}", field=field.name)
    return found


def whole(row: Row, field: RowField) -> int | None:
    """A whole number, None when it is not given."""
    found = number(row, field)
    if isnan(found):
        return None
    if not found.is_integer():
        raise InvalidInputError(f"{field.name} must be a whole number", field=field.name)
    return int(found)


def flag(row: Row, field: RowField) -> bool | None:
    """True, false or, when it is not given, None."""
    value = row.get(field.name)
    if is_missing(value):
        return None
    if isinstance(value, bool):
        return value
    said = str(value).strip().casefold()
    if said in {"true", "yes", "1", "1.0"}:
        return True
    if said in {"false", "no", "0", "0.0"}:
        return False
    raise InvalidInputError(f"{field.name} must be true or false, not {str(value)[:40]!r}", field=field.name)


def level(row: Row, field: RowField) -> str | None:
    """One of the field's levels, None when it is not given."""
    value = row.get(field.name)
    if is_missing(value):
        return None
    if str(value) not in field.levels:
        raise InvalidInputError(f"{field.name} must be one of {', '.join(field.levels)}", field=field.name)
    return str(value)


def day(row: Row, field: RowField) -> date | None:
    """An ISO date, None when it is not given."""
    value = row.get(field.name)
    if is_missing(value):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise InvalidInputError(f"{field.name} must be a date such as 2026-01-31", field=field.name) from None


def words(row: Row, field: RowField) -> list[str]:
    """The items of a list in order; each one of the field's levels where it has some."""
    value = row.get(field.name)
    if is_missing(value):
        return []
    found = [item for item in _SEPARATOR.split(str(value).strip()) if item]
    if len(found) > MOST_ITEMS:
        raise InvalidInputError(f"{field.name} takes {MOST_ITEMS} items at most", field=field.name)
    strange = next((item for item in found if field.levels and item not in field.levels), None)
    if strange is not None:
        raise InvalidInputError(
            f"{field.name}: {strange[:40]!r} is none of {', '.join(field.levels)}", field=field.name
        )
    return found


def numbers(row: Row, field: RowField) -> list[float]:
    """The numbers of a list in order, each within `least` and `most`."""
    return [number({field.name: item}, field) for item in words(row, field)]
