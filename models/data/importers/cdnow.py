"""CDNOW: every purchase of the 23,570 customers who first bought in the first quarter of 1997, to 1998-06-30.

Fader and Hardie, "Forecasting repeat sales at CDNOW" (2001). The file is `cdnow_master.csv.gz` with the columns
customer_id, date, number_of_cds, dollar_value. Usual split: calibrate to 1997-09-30, hold out the 39 weeks after.
"""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import numpy as np

from models.data.purchases import Ints, Purchases

FOLDER, FILE = "cdnow", "cdnow_master.csv.gz"
START = date(1997, 1, 1)
DAY_MS = 86_400_000
CALIBRATION_END = (date(1997, 9, 30) - START).days
END = (date(1998, 6, 30) - START).days


def read(folder: Path) -> Purchases:
    """All purchases, with days counted from 1997-01-01. Raises `FileNotFoundError` when the file is not there."""
    path = folder / FILE
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there: CDNOW needs {FILE}")
    with gzip.open(path, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    names, codes = np.unique([row["customer_id"] for row in rows], return_inverse=True)
    dates = np.array([row["date"] for row in rows], dtype="datetime64[D]")
    days = (dates - np.datetime64(START)).astype(np.int64)
    return Purchases.of(codes, days, [float(row["dollar_value"]) for row in rows], tuple(map(str, names)))


def midnight(day: date) -> int:
    """Epoch ms at which a day begins, UTC."""
    return int((day - date(1970, 1, 1)).days) * DAY_MS


def moments(purchases: Purchases) -> Ints:
    """Epoch ms at which the day of each purchase begins."""
    found: Ints = midnight(START) + purchases.day * DAY_MS
    return found
