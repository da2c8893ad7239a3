"""The declared features for people: what each is, a customer's values now, and where they stand among customers.

The population is the training data of the churn model, which has every feature of a customer: the bins that its
`reference.json` keeps for drift serve here too. Nothing is learned anew and nobody's record is read.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isnan
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from rapport.calls.model import LocalisedText
from rapport.customers.features.declarations import CUSTOMER_FEATURES, FEATURES, Feature, Group, Known, Unit
from rapport.inference.published import Described
from rapport.scoring.history import Known as KnownCustomer

MODEL = "churn"
KNOWN_WORDS = {
    Known.CUT_OFF: LocalisedText(
        en="At any moment, from the transactions before it", ja="任意の時点で、それより前の取引から算出"
    ),
    Known.ARRIVAL: LocalisedText(
        en="When the transaction arrives, from it alone", ja="取引の受付時に、その取引だけから算出"
    ),
    Known.ARRIVAL_AND_PAST: LocalisedText(
        en="When the transaction arrives, from it and the customer's earlier ones",
        ja="取引の受付時に、その取引とお客様のそれ以前の取引から算出",
    ),
}


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Population(Model):
    """Tenths of the population: `edges` part the known values, `missing` is the share without one."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    missing: float


class FeatureOut(Model):
    """A feature as it is declared. `missing_when` says when it has no value, empty when it always has one."""

    name: str
    group: Group
    unit: Unit
    of_transaction: bool
    label: LocalisedText
    description: str
    formula: str
    missing_when: str
    known: LocalisedText
    population: Population | None


class FeaturesOut(Model):
    """Every declared feature; `population` of those that a model was trained on, told by its name and data."""

    items: tuple[FeatureOut, ...]
    population_of: str
    synthetic: bool


class FeatureValue(Model):
    """A customer's value now, None where it cannot be measured. `rank` is the share of the population below it."""

    name: str
    value: float | None
    rank: float | None


class CustomerFeatures(Model):
    """Values of the features of a customer at `at` (epoch ms), in the order of the declarations."""

    customer_id: str
    at: int
    transactions: int
    items: tuple[FeatureValue, ...]


@dataclass(frozen=True)
class Reference:
    """What the training data of the shipped model looked like."""

    described: Described
    inputs: Mapping[str, Any]

    def population(self, name: str) -> Population | None:
        said = self.inputs.get(name)
        if said is None or "edges" not in said or not said["edges"]:
            return None
        return Population(edges=tuple(said["edges"]), shares=tuple(said["shares"]), missing=said["missing"])


@cache
def read_reference(models: Path) -> Reference:
    """From the folder of models in the inference layer, once a function."""
    folder = models / MODEL
    folder = folder / (folder / "CURRENT").read_text().strip()
    described = Described.model_validate_json((folder / "model.json").read_text())
    return Reference(described, json.loads((folder / "reference.json").read_text())["inputs"])


def declared(reference: Reference) -> FeaturesOut:
    """Every feature of the declarations."""
    return FeaturesOut(
        items=tuple(_feature(feature, reference) for feature in FEATURES),
        population_of=f"{reference.described.name} {reference.described.version}: {reference.described.trained_on}",
        synthetic=reference.described.synthetic,
    )


def _feature(feature: Feature, reference: Reference) -> FeatureOut:
    return FeatureOut(
        name=feature.name,
        group=feature.group,
        unit=feature.unit,
        of_transaction=feature.known is not Known.CUT_OFF,
        label=feature.label,
        description=feature.description,
        formula=feature.formula,
        missing_when=feature.missing,
        known=KNOWN_WORDS[feature.known],
        population=reference.population(feature.name),
    )


def values_of(known: KnownCustomer, reference: Reference) -> CustomerFeatures:
    """The customer's features now, each with its place among customers."""
    found = known.state().features(known.at)
    return CustomerFeatures(
        customer_id=known.customer.customer_id,
        at=known.at,
        transactions=len(known.transactions),
        items=tuple(_value(feature.name, found[feature.name], reference) for feature in CUSTOMER_FEATURES),
    )


def _value(name: str, value: float, reference: Reference) -> FeatureValue:
    if isnan(value):
        return FeatureValue(name=name, value=None, rank=None)
    population = reference.population(name)
    return FeatureValue(name=name, value=value, rank=rank(value, population) if population else None)


def rank(value: float, population: Population) -> float:
    """The share of the population with a known value that lies below, ties counting half.

    A bin reaches from above its left edge up to its right one. Between two edges the share is interpolated; a value
    on an edge is a common one (0 refunds, 2 countries), and stands in the middle of those who share it.
    """
    edges, shares = population.edges, population.shares
    place = bisect_left(edges, value)
    part = 0.5
    if 0 < place < len(edges) and value != edges[place]:
        part = (value - edges[place - 1]) / (edges[place] - edges[place - 1])
    return round(min(1.0, (sum(shares[:place]) + part * shares[place]) / sum(shares)), 4)
