"""Calls to a large North American bank in 5-minute slots, weekdays 7:00 to 21:05, March to October 2003.

R. Weinberg, L. Brown, J. Stroud (2007); data set `calls` of the R package fpp2. The file is a gzipped CSV with the
columns ts and calls.
"""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

from rapport.inference.forecast import Day

FOLDER = "bank-call-volume"
SLOTS, SLOT_MINUTES = 169, 5


def read(folder: Path, minutes: int = 15) -> list[Day]:
    """The complete days, slots joined to `minutes`; the last slot of a day may be shorter.

    Raises `FileNotFoundError` without the file, `ValueError` for other slots.
    """
    paths = sorted(folder.glob("bank_calls_5min*.csv.gz"))
    if not paths:
        raise FileNotFoundError(f"{folder} has no bank_calls_5min*.csv.gz")
    if minutes % SLOT_MINUTES:
        raise ValueError(f"slots of {minutes} minutes cannot be made of {SLOT_MINUTES}-minute counts")
    counts: dict[date, dict[str, float]] = {}
    for path in paths:
        with gzip.open(path, "rt", newline="") as file:
            for row in csv.DictReader(file):
                on, _, at = row["ts"].partition(" ")
                counts.setdefault(date.fromisoformat(on), {})[at] = float(row["calls"])
    step = minutes // SLOT_MINUTES
    days = []
    for on_date in sorted(counts):
        slots = [counts[on_date][at] for at in sorted(counts[on_date])]
        if len(slots) == SLOTS:
            days.append(Day(on_date, tuple(sum(slots[i : i + step]) for i in range(0, SLOTS, step))))
    return days
