"""Segmentation: finds groups that are there, invents none that do not last, and serves what it trained."""

from __future__ import annotations

import json

import numpy as np
import pytest
from rapport.inference.kmeans import KMeans

from models.export import as_bytes
from models.segmentation import (
    ARCHETYPES,
    FEATURES,
    Evidence,
    Segmentation,
    choose,
    names,
    rfm,
    robust,
    segment,
)

DAY = 86_400_000


def customers(seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Four groups: (days since the last purchase, purchases, spend each), and which group each customer is of."""
    rng = np.random.default_rng(seed)
    groups = [(6, 20, 90), (10, 15, 12), (250, 2, 15), (200, 1.5, 160)]
    x = np.vstack([np.exp(rng.normal(np.log(g), 0.25, (300, 3))) for g in groups])
    return x, np.repeat(np.arange(4), 300)


@pytest.fixture(scope="module")
def found() -> Segmentation:
    return segment(customers()[0], seed=1, ks=(3, 4, 5), rounds=5)


def test_rfm_counts_what_is_known_at_the_date_and_nothing_later() -> None:
    customer = np.array([7, 7, 7, 8, 9])
    at = np.array([1, 4, 11, 2, 12], dtype=np.int64) * DAY
    amount = np.array([10.0, 30.0, 99.0, 5.0, 5.0])
    who, x = rfm(customer, at, amount, 10 * DAY)
    assert who.tolist() == [7, 8]
    assert x.tolist() == [[6.0, 2.0, 20.0], [8.0, 1.0, 5.0]]


def test_refunds_and_zeros_are_no_purchases() -> None:
    who, x = rfm(np.array([1, 1, 2]), np.array([1, 2, 3], dtype=np.int64) * DAY, np.array([10.0, -10.0, 0.0]), 9 * DAY)
    assert who.tolist() == [1]
    assert x.tolist() == [[8.0, 1.0, 10.0]]


def test_groups_that_are_there_are_found_and_named_each_by_another_name(found: Segmentation) -> None:
    _, truth = customers()
    assert found.chosen.k == 4
    assert found.chosen.stability > 0.95
    for group in range(4):
        assert np.unique(found.labels[truth == group]).size == 1
    titles = [s["name"]["en"] for s in found.parameters["segments"]]
    assert len(set(titles)) == 4
    assert found.parameters["segments"][int(found.labels[0])]["code"] == "champions"
    assert found.parameters["segments"][int(found.labels[-1])]["code"] == "lost-big"


def test_the_served_assignment_is_that_of_training(found: Segmentation) -> None:
    x, _ = customers()
    model = KMeans.from_parameters(json.loads(as_bytes(found.parameters)))
    codes = [s["code"] for s in found.parameters["segments"]]
    for row, label in zip(x.tolist(), found.labels.tolist(), strict=True):
        assert model.assign(dict(zip(FEATURES, row, strict=True))).segment.code == codes[label]


def test_the_served_scaling_is_that_of_training(found: Segmentation) -> None:
    x, _ = customers()
    z, _, _ = robust(x)
    model = KMeans.from_parameters(found.parameters)
    for row, scaled in zip(x[::50].tolist(), z[::50].tolist(), strict=True):
        assert model.scaled(dict(zip(FEATURES, row, strict=True))) == pytest.approx(scaled, abs=1e-9)


def test_one_rich_customer_does_not_become_a_segment() -> None:
    x, _ = customers()
    x[0] = (1.0, 5_000.0, 1e6)
    assert segment(x, seed=1, ks=(3, 4), rounds=3).chosen.least_share >= 0.05


def test_a_blob_a_splinter_and_an_unstable_split_lose_to_a_sound_one_whatever_their_silhouette() -> None:
    sound = Evidence(5, 0.3, 0.9, 0.8, 0.1, 0.3)
    blob = Evidence(3, 0.9, 0.99, 0.99, 0.1, 0.8)
    splinter = Evidence(4, 0.8, 0.99, 0.99, 0.01, 0.4)
    unstable = Evidence(6, 0.7, 0.5, 0.2, 0.1, 0.3)
    assert choose([blob, splinter, unstable, sound]) is sound
    assert choose([splinter, unstable]) is splinter


def test_a_feature_that_is_the_same_for_nearly_everybody_does_not_explode() -> None:
    x, _ = customers()
    x[:, 1] = 1.0
    x[:5, 1] = 3.0
    z, _, scale = robust(x)
    assert np.isfinite(z).all()
    assert (scale > 0).all()


def test_names_are_unique_even_when_all_segments_look_alike() -> None:
    rng = np.random.default_rng(2)
    x = np.exp(rng.normal(0, 1, (800, 3)))
    named = names(x, rng.integers(0, 8, 800), 8)
    assert len({archetype.code for archetype in named}) == 8
    assert len({a.en for a in ARCHETYPES}) == len({a.ja for a in ARCHETYPES}) == len(ARCHETYPES)
