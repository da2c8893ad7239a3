"""A training set and its honest splits. Who trains on it keeps customers apart and does not read the future."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from models.data.bank.period import Bools, Columns, Floats, Ints, Strings
from models.evaluation import split_by_group

FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class TrainingSet:
    """One row for each question. Columns `(rows,)`.

    `columns`: features by name, as float64, NaN where not known; each is known strictly before `time`, or stated at it.
    `time`: when the question is asked, `known_at`: when its answer is certain, both epoch milliseconds.
    `truth`: the true probability of made-up data; NaN in life. `row`: the identifier of the row.
    `monotone`: features that may move the risk in one direction only, +1 or -1.
    """

    name: str
    columns: Columns
    target: Floats
    truth: Floats
    customer: Strings
    row: Strings
    time: Ints
    known_at: Ints
    synthetic: bool
    monotone: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.target)

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(self.columns)

    def matrix(self) -> Floats:
        """`(rows, features)`."""
        return np.column_stack([self.columns[name] for name in self.columns])

    def rows(self, positions: Any) -> TrainingSet:
        """These rows: positions or a mask."""
        taken = {name: getattr(self, name)[positions] for name in _BY_ROW}
        return replace(self, columns={name: values[positions] for name, values in self.columns.items()}, **taken)


_BY_ROW = ("target", "truth", "customer", "row", "time", "known_at")


@dataclass(frozen=True)
class Split:
    """Pairs of positions (train, test): every test row is scored once, by a model that has not seen its answer."""

    name: str
    parts: tuple[tuple[Ints, Ints], ...]

    def __iter__(self) -> Iterator[tuple[Ints, Ints]]:
        return iter(self.parts)


def held_out(
    found: TrainingSet, name: str, *, seed: int, train: Bools | None = None, test: Bools | None = None
) -> Split:
    """Folds by customer. Of each fold, rows in `test` are scored by a model of the others' rows in `train`."""
    everything = np.ones(len(found), dtype=np.bool_)
    train, test = (everything if mask is None else mask for mask in (train, test))
    parts = []
    for fold in split_by_group(found.customer, (1 / FOLDS,) * FOLDS, seed=seed):
        inside = np.zeros(len(found), dtype=np.bool_)
        inside[fold] = True
        pair = (np.flatnonzero(~inside & train), np.flatnonzero(inside & test))
        if len(pair[0]) and len(pair[1]):
            parts.append(pair)
    return Split(name, tuple(parts))


def places(keys: Strings, wanted: Strings) -> Ints:
    """Where each of `wanted` stands in `keys`, -1 for what is not there."""
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(keys, kind="stable")
    place = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
    found: Ints = np.where(keys[place] == wanted, place, -1).astype(np.int64)
    return found


def known_by(found: TrainingSet, moment: int) -> Bools:
    """Rows whose answer is certain at `moment`, so that a model trained then could have used them."""
    known: Bools = found.known_at <= moment
    return known
