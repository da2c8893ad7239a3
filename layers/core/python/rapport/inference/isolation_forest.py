"""Isolation forest (Liu, Ting and Zhou 2008) over exported arrays: scikit-learn's score to 1e-9, in pure Python."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, isnan, log1p
from struct import Struct
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from rapport.inference.published import read_parameters
from rapport.runtime.errors import InvalidInputError

Index = Annotated[int, Field(ge=0)]


class Tree(BaseModel):
    """Nodes in preorder, so that the left child follows its parent; `right[i]` is 0 in a leaf.

    `value[i]` is the threshold of an inner node and the path length of a leaf: its depth and what a search
    among its training samples would still take.
    """

    model_config = ConfigDict(frozen=True)

    feature: Annotated[tuple[Index, ...], Field(min_length=1)]
    value: tuple[FiniteFloat, ...]
    right: tuple[Index, ...]

    @model_validator(mode="after")
    def _walkable(self) -> Self:
        size = len(self.feature)
        if not len(self.value) == len(self.right) == size:
            raise ValueError("the arrays of a tree differ in length")
        if any(r and not i + 1 < r < size for i, r in enumerate(self.right)) or self.right[-1]:
            raise ValueError("a right child stands before its left sibling or outside of the tree")
        return self


class Parameters(BaseModel):
    """`logarithmic[i]` tells whether feature i enters as log1p. `typical` are training medians (raw units) and
    `normalisation` is the expected path length of a whole training sample. `quantiles` are ascending scores of
    training rows at `levels`, from 0 to just below 1."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    features: tuple[str, ...]
    logarithmic: tuple[bool, ...]
    typical: tuple[FiniteFloat, ...]
    normalisation: Annotated[FiniteFloat, Field(gt=0)]
    trees: Annotated[tuple[Tree, ...], Field(min_length=1)]
    levels: tuple[FiniteFloat, ...]
    quantiles: tuple[FiniteFloat, ...]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        width = len(self.features)
        if len(self.logarithmic) != width or len(self.typical) != width:
            raise ValueError("a row of numbers has another width than the features")
        if len(self.levels) != len(self.quantiles) or sorted(self.quantiles) != list(self.quantiles):
            raise ValueError("the quantiles are not ascending, or not one for each level")
        if any(max(tree.feature) >= width for tree in self.trees):
            raise ValueError("a tree asks for a feature that is not declared")
        return self


@dataclass(frozen=True)
class IsolationForest:
    parameters: Parameters

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> IsolationForest:
        """Raises `InferenceError` for arrays that do not fit together."""
        return cls(read_parameters(Parameters, given))

    def row(self, values: Mapping[str, float]) -> list[float]:
        """The model's columns. A feature that is absent or NaN takes its typical value: it is no reason to alarm."""
        p = self.parameters
        return [
            _entered(name, values.get(name, typical), typical, logarithmic)
            for name, logarithmic, typical in zip(p.features, p.logarithmic, p.typical, strict=True)
        ]

    def score(self, row: Sequence[float]) -> float:
        """Anomaly score of `row` (as `row()` gives it), 0 to 1; about 0.5 is ordinary. Minus scikit-learn's."""
        p = self.parameters
        single = Struct(f"{len(row)}f")
        # scikit-learn's trees see 32-bit floats.
        x = single.unpack(single.pack(*row))
        total = 0.0
        for tree in p.trees:
            feature, value, right = tree.feature, tree.value, tree.right
            node = 0
            while right[node]:
                node = node + 1 if x[feature[node]] <= value[node] else right[node]
            total += value[node]
        return float(2.0 ** (-total / (len(p.trees) * p.normalisation)))

    def rarity(self, score: float) -> float:
        """Share of training events that score as high, from 1 down to what lies beyond the last level."""
        p = self.parameters
        position = bisect_right(p.quantiles, score)
        return 1.0 - p.levels[position - 1] if position else 1.0

    def drops(self, row: Sequence[float], score: float) -> list[tuple[str, float]]:
        """How far the score falls when one feature takes its typical value, greatest first; only what falls."""
        p = self.parameters
        found = []
        for i, name in enumerate(p.features):
            usual = _entered(name, p.typical[i], p.typical[i], p.logarithmic[i])
            if row[i] != usual:
                changed = [*row[:i], usual, *row[i + 1 :]]
                found.append((name, score - self.score(changed)))
        return sorted((pair for pair in found if pair[1] > 0), key=lambda pair: -pair[1])


def _entered(name: str, value: float, typical: float, logarithmic: bool) -> float:
    if isnan(value):
        value = typical
    if not isfinite(value) or abs(value) > 1e30 or (logarithmic and value < 0):
        raise InvalidInputError(f"{name} must be a finite number{' from 0' if logarithmic else ''}", field=name)
    return log1p(value) if logarithmic else value
