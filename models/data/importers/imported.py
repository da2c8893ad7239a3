"""What an importer returns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from models.tabular.errors import DataError
from models.tabular.read import Source, read
from models.tabular.table import Roles


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A public data set: the table with its roles, where it is from and on what terms, and what was left out."""

    name: str
    source: Source
    roles: Roles
    origin: str
    licence: str
    left_out: tuple[str, ...]


def raw(folder: Path, names: tuple[str, ...]) -> Source:
    """The first of these files that the folder has, as text. Raises `DataError` when it has none."""
    for name in names:
        if (folder / name).is_file():
            return read(folder / name)
    raise DataError(f"{folder} has none of {', '.join(names)}")


def numbers(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """These columns as numbers."""
    return frame[columns].apply(pd.to_numeric).astype("float64")
