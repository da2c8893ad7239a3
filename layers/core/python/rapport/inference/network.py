"""A small feed-forward network over exported arrays: the forward pass of training, in pure Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, isfinite
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from rapport.inference.published import read_parameters
from rapport.runtime.errors import InvalidInputError


class Layer(BaseModel):
    """`weights[j]` are those of output j, one for each input."""

    model_config = ConfigDict(frozen=True)

    weights: Annotated[tuple[tuple[FiniteFloat, ...], ...], Field(min_length=1)]
    bias: tuple[FiniteFloat, ...]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.bias) != len(self.weights) or len({len(row) for row in self.weights}) != 1:
            raise ValueError("weights and bias do not fit together")
        return self


class Parameters(BaseModel):
    """Inputs are standardised by `mean` and `scale`, hidden layers are rectified, the last one is a softmax over
    `classes`. Without a hidden layer this is multinomial logistic regression."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    classes: Annotated[tuple[str, ...], Field(min_length=2)]
    mean: tuple[FiniteFloat, ...]
    scale: tuple[Annotated[FiniteFloat, Field(gt=0)], ...]
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _chained(self) -> Self:
        width = len(self.mean)
        if len(self.scale) != width:
            raise ValueError("mean and scale differ in length")
        for layer in self.layers:
            if len(layer.weights[0]) != width:
                raise ValueError("a layer expects another number of inputs than there are")
            width = len(layer.bias)
        if width != len(self.classes):
            raise ValueError("the last layer has not one output for each class")
        return self


@dataclass(frozen=True)
class Network:
    parameters: Parameters

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> Network:
        """Raises `InferenceError` for arrays that do not fit together."""
        return cls(read_parameters(Parameters, given))

    def standardised(self, row: Sequence[float]) -> list[float]:
        """Raises `InvalidInputError` for another width and for what is no finite number."""
        p = self.parameters
        if len(row) != len(p.mean) or not all(isfinite(x) for x in row):
            raise InvalidInputError(f"the network takes {len(p.mean)} finite numbers")
        return [(x - m) / s for x, m, s in zip(row, p.mean, p.scale, strict=True)]

    def forward(self, standardised: Sequence[float]) -> list[float]:
        """Probabilities of the classes, summing to 1."""
        x = list(standardised)
        *hidden, last = self.parameters.layers
        for layer in hidden:
            x = [max(0.0, value) for value in _affine(layer, x)]
        return softmax(_affine(last, x))

    def probabilities(self, row: Sequence[float]) -> list[float]:
        """Probabilities of the classes for one row of raw inputs."""
        return self.forward(self.standardised(row))


def _affine(layer: Layer, x: list[float]) -> list[float]:
    return [
        sum(w * v for w, v in zip(row, x, strict=True)) + b for row, b in zip(layer.weights, layer.bias, strict=True)
    ]


def softmax(scores: Sequence[float]) -> list[float]:
    """exp(s) over their sum, without overflow."""
    highest = max(scores)
    powers = [exp(s - highest) for s in scores]
    total = sum(powers)
    return [power / total for power in powers]
