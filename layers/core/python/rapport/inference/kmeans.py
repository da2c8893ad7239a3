"""Which segment a customer belongs to: the nearest of k centres on robustly scaled logarithms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, log1p, sqrt
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from rapport.calls.model import LocalisedText, Reason
from rapport.inference.published import read_parameters
from rapport.runtime.errors import InvalidInputError

Positive = Annotated[FiniteFloat, Field(gt=0)]


class Segment(BaseModel):
    """`centre` in scaled units; `share` of the training customers; `profile` is the median of each feature."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: LocalisedText
    centre: tuple[FiniteFloat, ...]
    share: Annotated[FiniteFloat, Field(ge=0, le=1)]
    profile: tuple[FiniteFloat, ...]


class Parameters(BaseModel):
    """x -> (log1p(x) - middle) / scale for each feature, then the nearest centre."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    features: tuple[str, ...]
    middle: tuple[FiniteFloat, ...]
    scale: tuple[Positive, ...]
    segments: Annotated[tuple[Segment, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        width = len(self.features)
        rows = (self.middle, self.scale, *(s.centre for s in self.segments), *(s.profile for s in self.segments))
        if any(len(row) != width for row in rows):
            raise ValueError("a row of numbers has another width than the features")
        if len({segment.code for segment in self.segments}) != len(self.segments):
            raise ValueError("two segments have one code")
        return self


@dataclass(frozen=True, slots=True)
class Membership:
    """The segment of a customer.

    `distance` to its centre in scaled units; `margin` is how much farther the next centre is, so that 0 is a
    toss-up. Each reason's contribution is how far its feature parts the two squared distances; they sum to
    the whole difference.
    """

    segment: Segment
    runner_up: Segment
    distance: float
    margin: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class KMeans:
    parameters: Parameters

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> KMeans:
        """Raises `InferenceError` for numbers that do not fit together."""
        return cls(read_parameters(Parameters, given))

    def scaled(self, values: Mapping[str, float]) -> list[float]:
        """The customer in scaled units. Raises `InvalidInputError` for a value that is absent or below 0."""
        row = []
        for name, middle, scale in zip(
            self.parameters.features, self.parameters.middle, self.parameters.scale, strict=True
        ):
            value = values.get(name)
            if value is None or not isfinite(value) or value < 0:
                raise InvalidInputError(f"a segment needs {name}: a number from 0", field=name)
            row.append((log1p(value) - middle) / scale)
        return row

    def assign(self, values: Mapping[str, float]) -> Membership:
        """The nearest segment, the first of equals."""
        row = self.scaled(values)
        squares = [sum((x - c) ** 2 for x, c in zip(row, s.centre, strict=True)) for s in self.parameters.segments]
        first, second = sorted(range(len(squares)), key=lambda i: squares[i])[:2]
        segment, runner_up = self.parameters.segments[first], self.parameters.segments[second]
        parts = [
            (x - far) ** 2 - (x - near) ** 2 for x, near, far in zip(row, segment.centre, runner_up.centre, strict=True)
        ]
        return Membership(
            segment=segment,
            runner_up=runner_up,
            distance=sqrt(squares[first]),
            margin=sqrt(squares[second]) - sqrt(squares[first]),
            reasons=tuple(
                Reason(
                    code=name,
                    text=describe(name, values[name]),
                    direction="raises" if part > 0 else "lowers",
                    contribution=part,
                )
                for part, name in sorted(zip(parts, self.parameters.features, strict=True), key=lambda p: -abs(p[0]))
            ),
        )


def describe(feature: str, value: float) -> LocalisedText:
    """The value in words."""
    number = f"{value:,.0f}"
    if feature == "recency_days":
        days = "day" if number == "1" else "days"
        return LocalisedText(en=f"Last purchase {number} {days} ago", ja=f"最後のご利用は{number}日前")
    if feature == "frequency":
        times = "purchase" if number == "1" else "purchases"
        return LocalisedText(en=f"{number} {times}", ja=f"ご利用{number}回")
    if feature == "monetary_mean":
        return LocalisedText(en=f"{value:,.2f} per purchase", ja=f"1回あたり{value:,.2f}")
    return LocalisedText(en=f"{feature}: {value:,.2f}", ja=f"{feature}：{value:,.2f}")
