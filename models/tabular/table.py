"""From a file to numbers: which rows are labelled, who they belong to, when they were, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapport.inference.columns import Column, days_of, is_missing, moment_of, number_of, text_of
from rapport.inference.schema import Schema
from rapport.runtime.errors import InvalidInputError

from models.evaluation import Floats
from models.tabular.errors import DataError, suggestion
from models.tabular.read import Source
from models.tabular.schema import Inferred, date_pattern, infer

LEAST_LABELLED = 100
COPIES_BELOW = 0.8  # with a larger share of distinct rows, equal rows are taken for copies
LEAST_TIMES = 3
_TRUE = ("1", "yes", "true", "y", "t", "はい", "有")
Positions = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Roles:
    """Which column is what. `positive` is the target's value to be predicted, empty to find out.

    `known` is when the answer became certain: fraud is reported weeks later, and what was not known yet
    cannot have been learned from.
    """

    target: str
    group: str = ""
    time: str = ""
    known: str = ""
    positive: str = ""
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


@dataclass
class Table:
    """Labelled rows as numbers.

    `x` (rows, inputs) with NaN for missing; `y` 0 or 1; `group` codes; `time` in days or the user's own
    number, NaN throughout when there is none, `known` in the same unit; `position` of the row in the file.
    """

    schema: Schema
    x: Floats
    y: Floats
    group: Positions
    time: Floats
    known: Floats
    position: Positions
    positive: str
    dropped: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def grouped(self) -> bool:
        return bool(self.schema.group)

    @property
    def timed(self) -> bool:
        return bool(self.schema.time)

    @property
    def categorical(self) -> list[bool]:
        """Of every input, whether it is a category's code."""
        return [column.kind == "category" for column in self.schema.columns for _ in column.inputs]


def tabulate(source: Source, roles: Roles) -> Table:
    """Read labels, groups and times, infer the rest. Raises `DataError` for what cannot be learned from."""
    frame = source.frame
    for role, name in (("--target", roles.target), ("--group", roles.group), ("--time", roles.time),
                       ("--known", roles.known),
                       *(("--drop", n) for n in roles.drop), *(("--keep", n) for n in roles.keep)):  # fmt: skip
        if name and name not in frame.columns:
            raise DataError(f"{role}: {source.name} has no column {name!r}{suggestion(name, map(str, frame.columns))}")
    roles_of = [name for name in (roles.target, roles.group, roles.time, roles.known) if name]
    if len(set(roles_of)) < len(roles_of):
        raise DataError("target, group, time and known must be different columns")
    if roles.known and not roles.time:
        raise DataError("--known says when an answer became certain: it needs --time, when it was asked")
    labels, positive, notes = labels_of(frame[roles.target], roles.target, roles.positive)
    position = np.flatnonzero(~np.isnan(labels))
    frame = frame.iloc[position].reset_index(drop=True)
    time, pattern = times_of(frame[roles.time], roles.time) if roles.time else (np.full(len(frame), nan), "")
    known, known_pattern = times_of(frame[roles.known], roles.known) if roles.known else (time, pattern)
    if known_pattern != pattern or bool(np.any(known < time)):
        raise DataError(f"{roles.known} must be a time like {roles.time}, and never before it")
    inferred = infer(frame, time=roles.time, time_pattern=pattern, leave=[*roles_of, *roles.drop])
    inferred.dropped.update(dict.fromkeys(roles.drop, "you said so"))
    schema = _schema(frame, inferred, roles, pattern)
    x = encode(schema, frame)[0]
    group = groups_of(frame, roles.group, x)
    return Table(
        schema, x, labels[position], group, time, known, position, positive,
        inferred.dropped, [*notes, *inferred.notes, *_repeats(frame, inferred, roles)], frame,
    )  # fmt: skip


def _schema(frame: pd.DataFrame, inferred: Inferred, roles: Roles, pattern: str) -> Schema:
    if not inferred.columns:
        why = "; ".join(f"{name}: {reason}" for name, reason in list(inferred.dropped.items())[:4])
        raise DataError(f"no column is left to learn from ({why or 'the file has only the target'})")
    names = {column.name for column in inferred.columns}
    known = tuple(
        str(n)
        for n in frame.columns
        if n not in names and n not in {roles.target, roles.group, roles.time, roles.known}
    )
    return Schema(tuple(inferred.columns), roles.target, roles.time, pattern, roles.group, known)


def labels_of(series: pd.Series, name: str, positive: str = "") -> tuple[Floats, str, list[str]]:
    """1 for the positive value, 0 for the other, NaN where missing; the positive value; what to say about it."""
    texts = [None if is_missing(v) else text_of(v) for v in series.tolist()]
    seen = sorted({t for t in texts if t is not None})
    counts = {level: texts.count(level) for level in seen[:50]}
    labelled = sum(t is not None for t in texts)
    if not labelled:
        raise DataError(f"the target {name} is missing in every row")
    if len(seen) == 1:
        raise DataError(f"the target {name} is always {seen[0]!r}: there is nothing to tell apart")
    if positive and positive not in seen:
        raise DataError(f"--positive: {name} is never {positive!r}{suggestion(positive, seen)}")
    if len(seen) > 2 and not positive:
        some = ", ".join(seen[:5])
        raise DataError(
            f"the target {name} has {len(seen):,} values ({some}, …) and must have two: "
            "name the one to predict with --positive, or another column with --target"
        )
    if labelled < LEAST_LABELLED:
        raise DataError(
            f"{labelled} labelled rows are too few to learn from and to judge by: {LEAST_LABELLED} at least"
        )
    chosen = positive or _positive(seen, counts)
    notes = []
    if len(texts) > labelled:
        notes.append(f"{len(texts) - labelled:,} rows without {name} are left out")
    if not positive and chosen.casefold() not in _TRUE:
        notes.append(
            f"{name}: {chosen!r}, the rarer value, is taken as the outcome to predict (--positive names another)"
        )
    return np.array([nan if t is None else float(t == chosen) for t in texts]), chosen, notes


def _positive(seen: list[str], counts: dict[str, int]) -> str:
    for level in seen:
        if level.casefold() in _TRUE:
            return level
    return min(seen, key=lambda level: (counts[level], level))


def times_of(series: pd.Series, name: str) -> tuple[Floats, str]:
    """When each row was, in days by its date pattern, or as its own number (pattern empty)."""
    values = series.tolist()
    present = [v for v in values if not is_missing(v)]
    if len(present) < len(values):
        raise DataError(
            f"the time {name} is missing in {len(values) - len(present):,} rows: fill them or leave them out"
        )
    distinct = list(dict.fromkeys(present))
    if len(distinct) < LEAST_TIMES:
        raise DataError(f"the time {name} has {len(distinct)} values: too few to put rows in order")
    found = date_pattern(distinct)
    if found is not None:
        moments = [moment_of(v, found[0]) for v in values]
        if any(m is None for m in moments):
            wrong = next(v for v, m in zip(values, moments, strict=True) if m is None)
            raise DataError(f"the time {name} holds {text_of(wrong)[:30]!r}, which is no date like the others")
        return np.array([days_of(m) for m in moments if m is not None]), found[0]
    numbers = [number_of(v) for v in values]
    if any(n is None for n in numbers):
        wrong = next(v for v, n in zip(values, numbers, strict=True) if n is None)
        raise DataError(f"the time {name} holds {text_of(wrong)[:30]!r}, which is neither a date nor a number")
    return np.array(numbers, dtype=np.float64), ""


def groups_of(frame: pd.DataFrame, name: str, x: Floats) -> Positions:
    """A code per group; a row without one is its own group. Without a group column, equal rows are one group."""
    if name:
        keys = [f"row {n}" if is_missing(v) else f"={text_of(v)}" for n, v in enumerate(frame[name].tolist())]
        found: Positions = np.unique(keys, return_inverse=True)[1]
        if found.max() < 9:
            raise DataError(f"the group {name} has {found.max() + 1} values: 10 at least are needed to hold some out")
        return found
    filled = np.nan_to_num(x, nan=-9.87e30)
    rows: Positions = np.unique(filled, axis=0, return_inverse=True)[1].reshape(-1)
    # Where most rows look like others, equal rows are different people with the same few values.
    return rows if len(rows) and rows.max() + 1 >= COPIES_BELOW * len(rows) else np.arange(len(rows))


def _repeats(frame: pd.DataFrame, inferred: Inferred, roles: Roles) -> list[str]:
    """Ids that come more than once, when no group was named: the trap behind most figures that are too good."""
    told = []
    for name, why in inferred.dropped.items():
        if "id" not in why.split() or roles.group:
            continue
        values = [v for v in frame[name].tolist() if not is_missing(v)]
        distinct = len(set(values))
        if distinct < len(values):
            told.append(
                f"{name} has {distinct:,} values in {len(values):,} rows, so ids repeat: name it with --group, or rows "
                "of one id lie on both sides of the split and every figure is too good"
            )
    return told


def encode(schema: Schema, frame: pd.DataFrame) -> tuple[Floats, list[str]]:
    """Model inputs (rows, inputs) by the code that serves, once per distinct value; and what could not be read.

    A value that the service would refuse counts as missing here, and is told.
    """
    nows = _nows(schema, frame)
    parts: list[Floats] = []
    told: list[str] = []
    for column in schema.columns:
        values = frame[column.name].tolist() if column.name in frame.columns else [None] * len(frame)
        dated = column.kind == "date" and schema.time_pattern
        keys = list(zip(values, nows, strict=True)) if dated else [(v, nan) for v in values]
        seen: dict[object, tuple[float, ...]] = {}
        rows, wrong = [], 0
        for value, now in keys:
            key = (type(value), value, now) if dated else (type(value), value)
            if key not in seen:
                seen[key], bad = _numbers(column, value, now)
                wrong += bad
            rows.append(seen[key])
        if wrong:
            told.append(f"{column.name}: {wrong:,} distinct values are unreadable and count as missing")
        parts.append(np.array(rows, dtype=np.float64).reshape(len(frame), -1))
    return np.hstack(parts), told


def _numbers(column: Column, value: object, now: float) -> tuple[tuple[float, ...], int]:
    try:
        return column.numbers(value, now), 0
    except InvalidInputError:
        return column.numbers(None), 1


def _nows(schema: Schema, frame: pd.DataFrame) -> Sequence[float]:
    if not schema.time_pattern or schema.time not in frame.columns:
        return [nan] * len(frame)
    return [schema.now(v) for v in frame[schema.time].tolist()]
