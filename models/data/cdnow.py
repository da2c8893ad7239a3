"""Reads CDNOW's purchases (Fader and Hardie): customer, date, number of CDs, dollars, all of the 1997 Q1 cohort."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAME = "cdnow_master.csv.gz"


@dataclass(frozen=True)
class Purchases:
    """Columns of equal length, as in the file: customer numbers, epoch ms (UTC midnight), dollars."""

    customer: NDArray[np.int64]
    at: NDArray[np.int64]
    amount: NDArray[np.float64]


def day(text: str) -> int:
    """Epoch ms of a date, 1997-09-30."""
    return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() * 1000)


def read(folder: Path) -> Purchases:
    """Raises `SystemExit` with one line when the folder does not hold the data."""
    path = folder / NAME
    if not path.is_file():
        raise SystemExit(f"error: {path} is not there: it is the CDNOW master data set, gzipped, with a header")
    rows: list[Any] = []
    with gzip.open(path, "rt") as lines:
        header = next(lines).strip().split(",")
        who, when, what = (header.index(name) for name in ("customer_id", "date", "dollar_value"))
        for line in lines:
            cells = line.strip().split(",")
            rows.append((int(cells[who]), cells[when], float(cells[what])))
    dates = {text: day(text) for text in {row[1] for row in rows}}
    customer, at, amount = zip(*((c, dates[d], a) for c, d, a in rows), strict=True)
    return Purchases(np.array(customer, np.int64), np.array(at, np.int64), np.array(amount, np.float64))
