"""Calls to a large North American bank in 5-minute slots, weekdays 7:00 to 21:05, March to October 2003.

R. Weinberg, L. Brown, J. Stroud (2007); data set `calls` of the R package fpp2. The file is a gzipped CSV with the
columns ts and calls.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rapport.inference.forecast import Day

SLOTS, SLOT_MINUTES = 169, 5


def read(folder: Path, minutes: int = 15) -> list[Day]:
    """The complete days, slots joined to `minutes`; the last slot of a day may be shorter. Raises `SystemExit`."""
    paths = sorted(folder.glob("bank_calls_5min*.csv.gz"))
    if not paths:
        raise SystemExit(f"error: {folder} has no bank_calls_5min*.csv.gz")
    if minutes % SLOT_MINUTES:
        raise SystemExit(f"error: slots of {minutes} minutes cannot be made of {SLOT_MINUTES}-minute counts")
    table = pd.concat(pd.read_csv(path, parse_dates=["ts"]) for path in paths)
    table = table.drop_duplicates("ts").sort_values("ts")
    step = minutes // SLOT_MINUTES
    days = []
    for on, part in table.groupby(table["ts"].dt.date):
        counts = part["calls"].tolist()
        if len(counts) == SLOTS:
            days.append(Day(on, tuple(float(sum(counts[i : i + step])) for i in range(0, SLOTS, step))))
    return days
