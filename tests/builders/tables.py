"""Tables of strangers: seeded, written as files, with or without a signal, a leak or dirt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd


def customers(rows: int = 600, seed: int = 1, *, signal: float = 1.5) -> pd.DataFrame:
    """One row per contact of a customer: numbers, a category, a boolean, dates, an id, missing values."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=rows)
    city = rng.choice(["tokyo", "osaka", "kyoto"], rows, p=[0.5, 0.3, 0.2])
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 700, rows)), unit="D")
    joined = day - pd.to_timedelta(rng.integers(10, 2000, rows), unit="D")
    logit = -1 + signal * score + 0.8 * signal * (city == "osaka")
    return pd.DataFrame(
        {
            "customer": [f"c{number:04d}" for number in rng.integers(0, rows // 2, rows)],
            "day": day.strftime("%Y-%m-%d"),
            "joined": joined.strftime("%Y-%m-%d"),
            "score": np.where(rng.random(rows) < 0.1, "", np.round(score, 3).astype(str)),
            "balance": np.round(rng.lognormal(6, 1, rows), 2).astype(str),
            "city": city,
            "active": rng.choice(["yes", "no"], rows),
            "note": [f"called about thing number {number} today" for number in rng.permutation(rows)],
            "left": np.where(rng.random(rows) < 1 / (1 + np.exp(-logit)), "yes", "no"),
        }
    )


def noise(seed: int = 3, people: int = 339, calls: int = 1_058) -> pd.DataFrame:
    """No signal at all: 12 features constant per customer, 17 per call, and a label drawn per customer."""
    rng = np.random.default_rng(seed)
    owner = np.concatenate([np.arange(people), rng.integers(0, people, calls - people)])
    constant, fate = rng.normal(size=(people, 12)), rng.random(people) < 0.25
    frame = pd.DataFrame(constant[owner], columns=[f"account_{n}" for n in range(12)])
    for number in range(17):
        frame[f"call_{number}"] = rng.normal(size=calls)
    frame["customer"] = [f"S{number}" for number in owner]
    frame["failed"] = np.where(fate[owner], "yes", "no")
    return frame


def written(frame: pd.DataFrame, path: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """The frame as a file, by its ending CSV or Parquet."""
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False, encoding=encoding, sep=delimiter)
    return path
