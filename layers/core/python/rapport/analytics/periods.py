"""Days and months as callers write them, and the longest period that one question may cover."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rapport.analytics.store import month_named, month_number
from rapport.runtime.errors import InvalidInputError

DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MONTH = r"^[0-9]{4}-[0-9]{2}$"
MOST_DAYS = 93
MOST_MONTHS = 60
DEFAULT_DAYS = 30
DEFAULT_MONTHS = 12
_MONTH = re.compile(r"(19[7-9][0-9]|20[0-9]{2})-(0[1-9]|1[0-2])")


def a_month(text: str, field: str) -> str:
    """The month, 2026-01, of the years 1970 to 2099."""
    if not _MONTH.fullmatch(text):
        raise InvalidInputError("must be a month such as 2026-01", field=field)
    return text


def a_day(text: str, field: str) -> str:
    """The day, 2026-01-31."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError("must be a day such as 2026-01-31", field=field) from None
    a_month(text[:7], field)
    return day.isoformat()


def days(start: str | None, end: str | None, today: str) -> tuple[str, str]:
    """First and last day; the last 30 days unless told."""
    last = a_day(end, "to") if end else today
    first = a_day(start, "from") if start else _days_before(last, DEFAULT_DAYS - 1)
    covered = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    if covered < 1:
        raise InvalidInputError("must not be after `to`", field="from")
    if covered > MOST_DAYS:
        raise InvalidInputError(f"by day, at most {MOST_DAYS} days; ask by month", field="from")
    return first, last


def months(start: str | None, end: str | None, today: str) -> tuple[str, str]:
    """First and last month, of which days may be given too; the last 12 months unless told."""
    last = a_month(end[:7], "to") if end else today[:7]
    first = a_month(start[:7], "from") if start else month_named(month_number(last) - DEFAULT_MONTHS + 1)
    covered = month_number(last) - month_number(first) + 1
    if covered < 1:
        raise InvalidInputError("must not be after `to`", field="from")
    if covered > MOST_MONTHS:
        raise InvalidInputError(f"at most {MOST_MONTHS} months", field="from")
    return first, last


def _days_before(day: str, count: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=count)).isoformat()
