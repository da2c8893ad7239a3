"""A version that was written: judged on a file, explained row by row, compared with another version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb
from rapport.inference.columns import is_missing
from rapport.inference.schema import Schema
from rapport.inference.tabular import TabularScore, TabularScorer, load_version
from rapport.runtime.errors import InvalidInputError

from models.evaluation import LEAST_OUTCOMES, Figure, Floats
from models.tabular import metrics
from models.tabular.errors import DataError
from models.tabular.fit import calibrated, matrix_of
from models.tabular.read import Source
from models.tabular.split import splits
from models.tabular.table import Positions, Roles, encode, groups_of, labels_of, tabulate


@dataclass(frozen=True)
class Stored:
    """One version's folder, for whole files. The service's own way, row by row, is `load_version`."""

    folder: Path
    said: dict[str, Any]
    schema: Schema
    booster: xgb.Booster

    @classmethod
    def load(cls, folder: Path) -> Stored:
        """Raises `DataError` when there is no such version."""
        if not (folder / "schema.json").is_file():
            raise DataError(f"there is no version {folder.name} of {folder.parent.name} made from a table")
        booster = xgb.Booster({"nthread": 1})
        booster.load_model(folder / "model.ubj")
        said = json.loads((folder / "model.json").read_text())
        return cls(folder, said, Schema.from_json(json.loads((folder / "schema.json").read_text())), booster)

    @property
    def version(self) -> str:
        return str(self.said["version"])

    def probabilities(self, source: Source) -> tuple[Floats, list[str]]:
        """Of every row of the file, and what in it could not be read."""
        absent = [column.name for column in self.schema.columns if column.name not in source.frame.columns]
        if len(absent) == len(self.schema.columns):
            raise DataError(f"{source.name} has none of the model's columns, such as {absent[0]}")
        x, told = encode(self.schema, source.frame)
        if absent:
            told.insert(0, f"{source.name} lacks {', '.join(absent[:8])}: taken as missing")
        kinds = [column.kind == "category" for column in self.schema.columns for _ in column.inputs]
        margin = self.booster.predict(matrix_of(x, kinds), output_margin=True).astype(np.float64)
        slope, intercept = self.said["calibration"]
        return calibrated(margin, (slope, intercept)), told

    def roles(self) -> Roles:
        said = dict(self.said["roles"])
        return Roles(**(said | {"drop": tuple(said["drop"]), "keep": tuple(said["keep"])}))

    def unseen(self, source: Source) -> tuple[Positions, str]:
        """Positions of the labelled rows that this version did not learn from, and why these."""
        if source.sha256 == self.said["training_data_sha256"]:
            table = tabulate(source, self.roles())
            split = splits(table, int(self.said["seed"]))[0]
            return table.position[split.test], f"{split.name}, as in training"
        return np.flatnonzero(~np.isnan(self.labels(source))), f"all labelled rows of {source.name}"

    def labels(self, source: Source) -> Floats:
        """1 for the value that is predicted, 0 for the other, NaN where missing."""
        if self.schema.target not in source.frame.columns:
            raise DataError(f"{source.name} has no column {self.schema.target}, the target: nothing to judge by")
        # Versions written before the roles named the value say it in the question; without either it is found out.
        positive = self.roles().positive or self.said["question"].partition(" = ")[2]
        found: Floats = labels_of(source.frame[self.schema.target], self.schema.target, positive)[0]
        return found


def _groups(stored: Stored, source: Source, rows: Positions) -> Positions:
    frame = source.frame.iloc[rows]
    if stored.schema.group in frame.columns:
        return groups_of(frame, stored.schema.group, np.zeros((0, 0)))
    return np.arange(len(rows))


def _enough(y: Floats, what: str) -> None:
    rarest = int(min(y.sum(), len(y) - y.sum()))
    if rarest < LEAST_OUTCOMES:
        raise DataError(f"{what}: {len(y)} rows with {rarest} of the rarer outcome; a figure needs {LEAST_OUTCOMES}")


def judge(stored: Stored, source: Source, resamples: int) -> dict[str, Any]:
    """Figures on rows that the model did not learn from, in the shape of a split of the evaluation."""
    rows, words = stored.unseen(source)
    y = stored.labels(source)[rows]
    _enough(y, words)
    p, told = stored.probabilities(source)
    group = _groups(stored, source, rows)
    found = metrics.figures(y, p[rows], group, rounds=resamples)
    return {
        "split": words,
        "rows": len(rows),
        "prevalence": round(float(y.mean()), 4),
        "warnings": told,
        "figures": {stored.said["name"]: {k: [f.value, f.low, f.high] for k, f in found.items()}},
    }


@dataclass(frozen=True)
class Comparison:
    """Two versions on the same rows. `apart` is first minus second, paired over groups."""

    rows: int
    prevalence: float
    words: str
    first: dict[str, Figure]
    second: dict[str, Figure]
    apart: dict[str, Figure]


def compare(first: Stored, second: Stored, source: Source, resamples: int) -> Comparison:
    """Judge both on the rows that neither learned from. Raises `DataError` when they answer different questions."""
    if first.said["question"] != second.said["question"]:
        raise DataError(f"{first.version} answers {first.said['question']}, {second.version} {second.said['question']}")
    (ours, words), (theirs, other) = first.unseen(source), second.unseen(source)
    rows = np.intersect1d(ours, theirs)
    y = first.labels(source)[rows]
    _enough(y, "rows that neither version learned from")
    group = _groups(first, source, rows)
    p, q = first.probabilities(source)[0][rows], second.probabilities(source)[0][rows]
    return Comparison(
        len(rows),
        float(y.mean()),
        words if words == other else f"{words}; {other}",
        metrics.figures(y, p, group, rounds=resamples),
        metrics.figures(y, q, group, rounds=resamples),
        metrics.difference(y, p, q, group, rounds=resamples),
    )


def explain(folder: Path, source: Source, rows: list[int]) -> Iterator[tuple[int, TabularScore]]:
    """Scores of these rows (1 is the first), as the service gives them."""
    scorer: TabularScorer = load_version(folder)
    for number in rows:
        if not 1 <= number <= len(source.frame):
            raise DataError(f"{source.name} has rows 1 to {len(source.frame)}, not {number}")
        record = {str(k): v for k, v in source.frame.iloc[number - 1].items() if not is_missing(v)}
        fields = {c.name for c in scorer.schema.columns} | {scorer.schema.time}
        try:
            yield number, scorer.score({k: v for k, v in record.items() if k in fields})
        except InvalidInputError as error:
            raise DataError(f"row {number}: {error.detail}") from error
