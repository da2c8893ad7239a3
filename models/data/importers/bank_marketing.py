"""Calls of a Portuguese bank offering deposits, May 2008 to November 2010 (Moro, Cortez and Rita 2011, 2014).

UCI data set 222, https://archive.ics.uci.edu/dataset/222, CC BY 4.0 by its listing. Two files: `bank-full` (45,211
calls with the balance) and `bank-additional-full` (41,188 calls with the economy of the month). Both are in the
order of time; neither has a customer id, so no split by customer is possible. `duration` is known only after the
call and is left out, and so are the protected characteristics.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from math import nan
from pathlib import Path

import pandas as pd

from models.data.importers.imported import Imported, raw
from models.tabular.read import Source
from models.tabular.table import Roles

TARGET = "y"
LEFT_OUT = ("duration", "age", "marital")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIRST_YEAR = 2008


def load_full(folder: Path) -> Imported:
    """`bank-full`, with the date of each call: the year follows from the order, the file gives day and month.

    Added: weekday, day of the year, when the customer was last called, how busy the centre was; all known before.
    """
    source = raw(folder, ("bank-full.csv.gz", "bank-full.csv"))
    frame = _without(source.frame)
    called = dates(source.frame["month"].tolist(), source.frame["day"].tolist())
    frame["called_on"] = [day.isoformat() for day in called]
    frame["weekday"] = [day.strftime("%a").lower() for day in called]
    frame["day_of_year"] = [float(day.timetuple().tm_yday) for day in called]
    frame["last_contact_day_of_year"] = _last_contact(called, source.frame["pdays"].astype(int).tolist())
    frame["calls_in_7_days_before"] = _busy(called)
    return _imported("bank marketing, bank-full", source, frame, "called_on")


def load_additional(folder: Path) -> Imported:
    """`bank-additional-full`. It has no day of the month, so a call's place in the file is its time."""
    source = raw(folder, ("bank-additional-full.csv.gz", "bank-additional-full.csv"))
    frame = _without(source.frame)
    frame["call_number"] = range(1, len(frame) + 1)
    return _imported("bank marketing, bank-additional-full", source, frame, "call_number")


def dates(months: list[str], days: list[str]) -> list[date]:
    """Full dates of calls in the order of time: a month before the one above begins another year."""
    year, before, found = _FIRST_YEAR, 0, []
    for name, day in zip(months, days, strict=True):
        month = _MONTHS.index(name) + 1
        year += month < before
        before = month
        found.append(date(year, month, int(day)))
    return found


def _last_contact(called: list[date], days_since: list[int]) -> list[float]:
    """Day of the year on which the customer was last called, missing where never (-1)."""
    return [
        float((day - timedelta(days=since)).timetuple().tm_yday) if since > 0 else nan
        for day, since in zip(called, days_since, strict=True)
    ]


def _busy(called: list[date]) -> list[float]:
    """How many calls the centre made in the seven days before each call's day; no outcome of theirs is used."""
    made = Counter(called)
    week = {day: float(sum(made[day - timedelta(days=back)] for back in range(1, 8))) for day in made}
    return [week[day] for day in called]


def _without(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns=list(LEFT_OUT))


def _imported(name: str, source: Source, frame: pd.DataFrame, time: str) -> Imported:
    return Imported(
        name=name,
        source=Source(frame.astype(object), source.name, source.sha256, source.how),
        roles=Roles(target=TARGET, time=time),
        origin="UCI 222, Moro, Cortez and Rita 2011 and 2014",
        licence="CC BY 4.0",
        left_out=LEFT_OUT,
    )
