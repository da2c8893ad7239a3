"""CDNOW: every purchase of the 23,570 customers who first bought in the first quarter of 1997, to 1998-06-30.

Fader and Hardie, "Forecasting repeat sales at CDNOW" (2001). The file is `cdnow_master.csv.gz` with the columns
customer_id, date, number_of_cds, dollar_value. Usual split: calibrate to 1997-09-30, hold out the 39 weeks after.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from models.data.purchases import Purchases

START = date(1997, 1, 1)
CALIBRATION_END = (date(1997, 9, 30) - START).days
END = (date(1998, 6, 30) - START).days


def read(folder: Path) -> Purchases:
    """All purchases, with days counted from 1997-01-01. Raises `SystemExit` when the file is not there."""
    path = folder / "cdnow_master.csv.gz"
    if not path.is_file():
        raise SystemExit(f"error: {path} is not there: CDNOW needs cdnow_master.csv.gz")
    table = pd.read_csv(path, dtype={"customer_id": str}, parse_dates=["date"])
    codes, names = pd.factorize(table["customer_id"], sort=True)
    days = (table["date"] - pd.Timestamp(START)).dt.days.to_numpy()
    return Purchases.of(codes, days, table["dollar_value"].to_numpy(), tuple(str(name) for name in names))
