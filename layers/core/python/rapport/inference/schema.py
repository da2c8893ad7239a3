"""Which fields a row of a tabular model has, and in which order they become numbers: `schema.json`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from rapport.inference.columns import Column, days_of, is_missing, moment_of
from rapport.runtime.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Schema:
    """Which fields a row has and in which order they become model inputs.

    `time` is the column that says when the row was known, `time_pattern` how it is written (empty: a number,
    which only orders rows). `known` are fields that a row may hold but the model does not read.
    """

    columns: tuple[Column, ...]
    target: str
    time: str = ""
    time_pattern: str = ""
    group: str = ""
    known: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Schema:
        """From the content of `schema.json`. Raises KeyError or TypeError when it is none."""
        return cls(
            tuple(Column.from_json(column) for column in said["columns"]),
            said["target"],
            said.get("time", ""),
            said.get("time_pattern", ""),
            said.get("group", ""),
            tuple(said.get("known", ())),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "time": self.time,
            "time_pattern": self.time_pattern,
            "group": self.group,
            "known": list(self.known),
            "columns": [column.to_json() for column in self.columns],
        }

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the model inputs, in the order of the model's columns."""
        return tuple(name for column in self.columns for name in column.inputs)

    def now(self, value: object) -> float:
        """The row's own time in days, NaN where it is not known or only a number that orders rows."""
        moment = None if not self.time_pattern or is_missing(value) else moment_of(value, self.time_pattern)
        return nan if moment is None else days_of(moment)

    def numbers(self, row: Mapping[str, object]) -> list[float]:
        """Model inputs of one row. A field that is not given is missing; an unknown one is refused."""
        self._check(row)
        now = self.now(row.get(self.time))
        return [number for column in self.columns for number in column.numbers(row.get(column.name), now)]

    def _check(self, row: Mapping[str, object]) -> None:
        others = {self.target, self.time, self.group, *self.known}
        only_known(row, [column.name for column in self.columns], others)


def only_known(row: Mapping[str, object], names: Sequence[str], others: Collection[str] = ()) -> None:
    """Refuse a field that is neither in `names` nor in `others`: a misspelt one would silently count as missing.

    Raises `InvalidInputError` naming the field, and the one that was probably meant.
    """
    for name in row:
        if name not in names and name not in others:
            raise InvalidInputError(f"{name} is no field of this model{_nearest(name, sorted(names))}", field=name)


def _nearest(name: str, names: Sequence[str]) -> str:
    """ ", did you mean …?" or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    near = get_close_matches(name, names, 1)
    return f"; did you mean {near[0]}?" if near else ""
