"""A training set as one flat file, for `python -m models train NAME --data FILE` or any other tool."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from models.data.bank.period import Columns, Ints, Strings
from models.tasks.frame import TrainingSet

TARGET, GROUP, TIME, KNOWN = "label", "customer_id", "time", "known_at"


def flat(found: TrainingSet) -> Columns:
    """Row, customer, time and the moment the answer was known (ISO 8601, UTC), features, label; never the truth."""
    return {
        "row": found.row,
        GROUP: found.customer,
        TIME: _iso(found.time),
        KNOWN: _iso(found.known_at),
        **found.columns,
        TARGET: found.target.astype(np.int64),
    }


def write(found: TrainingSet, path: Path) -> str:
    """Write Parquet or CSV by the file's ending; returns the command that trains on it. `ValueError` for another."""
    frame = pd.DataFrame(flat(found))
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    elif path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        raise ValueError(f"{path.name} ends neither in .parquet nor in .csv")
    # When an answer became known is no feature: it is there for who splits by it.
    return (
        f"python -m models train {found.name} --data {path} --target {TARGET} --group {GROUP} --time {TIME} "
        f"--drop row,{KNOWN}" + (" --synthetic" if found.synthetic else "")
    )


def _iso(at: Ints) -> Strings:
    found: Strings = np.datetime_as_string(at.astype("datetime64[ms]"), unit="s")
    return found
