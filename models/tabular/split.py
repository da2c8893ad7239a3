"""Which rows learn, which calibrate, which judge. No group is ever in two parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation import LEAST_OUTCOMES, Floats
from models.tabular.errors import DataError
from models.tabular.table import Positions, Table

SHARES = (0.6, 0.2, 0.2)
# With fewer rows the gate of a promotion would refuse what they say.
LEAST_JUDGED = 200
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Split:
    """Row positions in the table of each part, and in words how they were parted."""

    name: str
    words: str
    fit: Positions
    calibrate: Positions
    test: Positions
    by_time: bool = False


def splits(table: Table, seed: int) -> list[Split]:
    """The split whose model is served first, then the one for comparison where time allows another.

    Where rows have a time the split by time serves and judges: a model that only beats others on shuffled rows
    would not last. Of groups and time it needs `LEAST_JUDGED` rows to judge by, else whole groups serve. Raises
    `DataError` when the first cannot carry a figure.
    """
    if table.grouped and table.timed:
        grouped = by_group(table, seed)
        ahead = later(table, grouped)
        lasts = len(ahead.test) >= LEAST_JUDGED and _parts_with_both(table, ahead)
        found = [ahead, grouped] if lasts else [grouped, ahead]
    elif table.grouped:
        found = [by_group(table, seed)]
    elif table.timed:
        found = [by_time(table), at_random(table, seed)]
    else:
        found = [at_random(table, seed)]
    _enough(table, found[0])
    return [found[0], *(split for split in found[1:] if _parts_with_both(table, split))]


def by_group(table: Table, seed: int) -> Split:
    """60, 20 and 20 % of the groups, drawn at random among those with and those without a positive row."""
    parts = _three(_stratified(table.group, table.y, SHARES, seed))
    return Split(
        f"{table.schema.group} held out",
        f"train 60 %, calibrate 20 %, test 20 % of the values of {table.schema.group}; none is in two parts",
        *parts,
    )


def at_random(table: Table, seed: int) -> Split:
    """60, 20 and 20 % of the rows; equal rows stay together. The weakest of the splits, and says so."""
    parts = _three(_stratified(table.group, table.y, SHARES, seed))
    why = "" if table.timed else " No group and no time was named: if rows share a customer, the figures flatter."
    return Split(
        "random rows", f"train 60 %, calibrate 20 %, test 20 % of the rows, stratified by outcome.{why}", *parts
    )


def by_time(table: Table) -> Split:
    """The first 60 % by time learn, the next 20 % calibrate, the last 20 % judge. Equal times stay together."""
    ordered = np.sort(table.time, kind="stable")
    first, second = (ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.6, 0.8))
    return Split(
        f"last fifth by {table.schema.time}",
        f"train on the first 60 % by {table.schema.time}, calibrate on the next 20 %, test on the last 20 %"
        f"{_delay(table)}",
        np.flatnonzero(table.known < first),
        np.flatnonzero((table.time >= first) & (table.known < second)),
        np.flatnonzero(table.time >= second),
        by_time=True,
    )


def later(table: Table, grouped: Split) -> Split:
    """Other groups and later: learn before the last fifth from some groups, judge others in it."""
    cut = moment(table.time, 0.8)
    before, after = np.flatnonzero(known_before(table, cut)), np.flatnonzero(table.time >= cut)
    return Split(
        f"{grouped.name}, last fifth by {table.schema.time}",
        f"train and calibrate before the last fifth by {table.schema.time}, test in it on other values of "
        f"{table.schema.group}{_delay(table)}",
        np.intersect1d(grouped.fit, before),
        np.intersect1d(grouped.calibrate, before),
        np.intersect1d(grouped.test, after),
        by_time=True,
    )


def moment(time: Floats, share: float) -> float:
    """The time before which nearest to `share` of the rows lie. Of few distinct times the quantile may be far off."""
    values, counts = np.unique(time, return_counts=True)
    before = (np.cumsum(counts) - counts) / len(time)
    return float(values[int(np.argmin(np.abs(before - share)))])


def known_before(table: Table, cut: float) -> Flags:
    """Earlier rows whose outcome is certain at `cut`: what could be learned from then."""
    found: Flags = (table.time < cut) & (table.known <= cut)
    return found


def _delay(table: Table) -> str:
    late = bool(np.any(table.known > table.time))
    return "; what was not known by then is not learned from" if late else ""


def rotations(table: Table, seed: int) -> list[Split]:
    """Five splits of 60, 20 and 20 %: every row judges once and calibrates once. Whole groups, stratified."""
    parts = _stratified(table.group, table.y, (0.2,) * 5, seed)
    found = []
    for turn in range(5):
        calibrate, test = parts[turn - 1], parts[turn]
        fit = np.sort(np.concatenate([part for part in parts if part is not calibrate and part is not test]))
        found.append(Split(f"fold {turn + 1} of 5", "five folds, stratified by outcome", fit, calibrate, test))
    return found


def _stratified(group: Positions, y: Floats, shares: tuple[float, ...], seed: int) -> list[Positions]:
    """Row positions of each part; groups are drawn apart by whether they have a positive row."""
    rng = np.random.default_rng(seed)
    positive = np.zeros(group.max() + 1, dtype=bool)
    positive[group[y > 0]] = True
    part = np.zeros(len(positive), dtype=np.int8)
    for kind in (True, False):
        names = np.flatnonzero(positive == kind)
        rng.shuffle(names)
        bounds = (np.cumsum(shares)[:-1] * len(names)).round().astype(int)
        for number, chosen in enumerate(np.split(names, bounds)):
            part[chosen] = number
    return [np.flatnonzero(part[group] == number) for number in range(len(shares))]


def _three(parts: list[Positions]) -> tuple[Positions, Positions, Positions]:
    fit, calibrate, test = parts
    return fit, calibrate, test


def _parts_with_both(table: Table, split: Split) -> bool:
    parts = (table.y[rows] for rows in (split.fit, split.calibrate, split.test))
    return all(min(y.sum(), len(y) - y.sum()) >= LEAST_OUTCOMES for y in parts)


def _enough(table: Table, split: Split) -> None:
    for part, rows in (("train", split.fit), ("calibrate", split.calibrate), ("judge", split.test)):
        y = table.y[rows]
        rarest = int(min(y.sum(), len(y) - y.sum()))
        if rarest < LEAST_OUTCOMES:
            raise DataError(
                f"too little to {part} with ({split.name}): {len(y)} rows, {rarest} of the rarer outcome, "
                f"and a figure needs {LEAST_OUTCOMES} of each outcome"
            )
