"""Default of credit card clients, Taiwan, April to September 2005 (Yeh and Lien 2009).

UCI data set 350, https://archive.ics.uci.edu/dataset/350, CC BY 4.0: 30,000 customers of one cohort, six months
of repayment status, bills and payments, and whether they defaulted the month after (22.1 %). The statement month
is the same for all, so no split by time is possible.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from models.data.importers.imported import Imported, numbers, raw
from models.evaluation import Floats
from models.tabular.read import Source
from models.tabular.table import Roles

FILES = ("taiwan_default.csv.gz", "taiwan_default.csv", "UCI_Credit_Card.csv")
TARGET = "default.payment.next.month"
LEFT_OUT = ("ID", "SEX", "AGE", "MARRIAGE")  # an id and three protected characteristics
_STATUS = ["PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6"]
_BILLS = [f"BILL_AMT{month}" for month in range(1, 7)]
_PAID = [f"PAY_AMT{month}" for month in range(1, 7)]
_SCHOOLING = {"graduate school": 1.0, "university": 2.0, "high school": 3.0}
# How much a month's delay still says, newest first.
_FADING = np.array([0.40, 0.25, 0.15, 0.10, 0.06, 0.04])


def load(folder: Path) -> Imported:
    """Read the raw file of this folder; months run from the newest (1, September) to the oldest (6, April)."""
    source = raw(folder, FILES)
    kept = source.frame.drop(columns=[name for name in LEFT_OUT if name in source.frame.columns])
    frame = pd.concat([numbers(kept, ["LIMIT_BAL", *_STATUS, *_BILLS, *_PAID]), derived(kept)], axis=1)
    frame["EDUCATION"] = [_SCHOOLING.get(str(word)) or _code(str(word)) for word in kept["EDUCATION"]]
    frame[TARGET] = kept[TARGET]
    return Imported(
        name="Taiwan credit card default",
        source=Source(frame.astype(object), source.name, source.sha256, source.how),
        roles=Roles(target=TARGET),
        origin="UCI 350, Yeh and Lien 2009",
        licence="CC BY 4.0",
        left_out=LEFT_OUT,
    )


def _code(word: str) -> float:
    """UCI's own codes 1 to 3; whatever else is not known."""
    return float(word) if word in {"1", "2", "3"} else float("nan")


def derived(frame: pd.DataFrame) -> pd.DataFrame:
    """Use of the limit, shares of the bill that were paid, and how delays went. All known when the month ends."""
    status, bills, paid = (numbers(frame, names).to_numpy() for names in (_STATUS, _BILLS, _PAID))
    limit = numbers(frame, ["LIMIT_BAL"]).to_numpy()
    used = bills / limit
    late = np.clip(status, 0, None)
    out = {f"utilisation_{month}": used[:, month - 1] for month in range(1, 7)}
    # A payment settles the bill of the month before it.
    out |= {f"paid_share_{m}": paid[:, m - 1] / _positive(bills[:, m]) for m in range(1, 6)}
    out |= {
        "worst_delay": status.max(axis=1),
        "late_months": (status > 0).sum(axis=1),
        "delay_sum": late.sum(axis=1),
        "delay_fading": late @ _FADING,
        "delay_trend": status[:, 0] - status[:, 1:].mean(axis=1),
        "months_since_late": np.where(status > 0, np.arange(6), 9).min(axis=1),
        "unused_months": (status == -2).sum(axis=1),
        "paid_in_full_months": (status == -1).sum(axis=1),
        "revolving_months": (status == 0).sum(axis=1),
        "utilisation_mean": used.mean(axis=1),
        "utilisation_max": used.max(axis=1),
        "utilisation_trend": used[:, 0] - used[:, 5],
        "utilisation_spread": used.std(axis=1),
        "room": limit[:, 0] - bills[:, 0],
        "paid_of_limit": paid.sum(axis=1) / limit[:, 0],
        "paid_of_limit_recent": paid[:, :2].sum(axis=1) / limit[:, 0],
        "paid_of_bills": paid.sum(axis=1) / _positive(bills.sum(axis=1)),
        "paid_total": paid.sum(axis=1),
        "paid_least": paid.min(axis=1),
        "paid_log_mean": np.log1p(paid).mean(axis=1),
        "months_without_payment": (paid == 0).sum(axis=1),
    }
    return pd.DataFrame({name: values.astype(np.float64) for name, values in out.items()}, index=frame.index)


def _positive(values: Floats) -> Floats:
    """Missing where there was nothing to pay."""
    return np.where(values > 0, values, np.nan)
