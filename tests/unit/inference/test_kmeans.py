"""Segments as they are served: the nearest centre, why, and nothing from numbers that do not fit."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapport.inference.booster import InferenceError
from rapport.inference.kmeans import KMeans
from rapport.inference.published import load_parameters
from rapport.runtime.errors import InvalidInputError

FEATURES = ["recency_days", "frequency", "monetary_mean"]


def segment(code: str, *centre: float) -> dict[str, Any]:
    name = {"en": code, "ja": code}
    return {"code": code, "name": name, "centre": list(centre), "share": 0.5, "profile": [1.0, 2.0, 3.0]}


def parameters() -> dict[str, Any]:
    return {
        "features": FEATURES,
        "middle": [3.0, 1.0, 3.0],
        "scale": [1.0, 0.5, 1.0],
        "segments": [segment("active", -1.5, 2.0, 0.5), segment("asleep", 1.0, -0.5, 0.0), segment("mid", 0, 0, 0)],
    }


model = KMeans.from_parameters(parameters())
amounts = st.floats(0, 1e7)


def values(recency: float = 3.0, frequency: float = 9.0, spend: float = 30.0) -> dict[str, float]:
    return {"recency_days": recency, "frequency": frequency, "monetary_mean": spend}


def test_a_customer_of_yesterday_is_active_and_one_of_last_year_asleep() -> None:
    assert model.assign(values(1.0, 12.0)).segment.code == "active"
    assert model.assign(values(300.0, 1.0)).segment.code == "asleep"


@given(amounts, amounts, amounts)
def test_the_reasons_add_up_to_what_parts_the_two_nearest_segments(
    recency: float, frequency: float, spend: float
) -> None:
    found = model.assign(values(recency, frequency, spend))
    between = (found.distance + found.margin) ** 2 - found.distance**2
    assert sum(reason.contribution for reason in found.reasons) == pytest.approx(between, abs=1e-6)
    assert found.margin >= 0
    assert found.segment != found.runner_up
    assert all((reason.direction == "raises") == (reason.contribution > 0) for reason in found.reasons)


def test_reasons_are_words_in_both_languages_the_weightiest_first() -> None:
    reasons = model.assign(values(1.0, 12.0)).reasons
    texts = {reason.code: reason.text for reason in reasons}
    assert texts["recency_days"].en == "Last purchase 1 day ago"
    assert texts["frequency"].ja == "ご利用12回"
    assert texts["monetary_mean"].en == "30.00 per purchase"
    sizes = [abs(reason.contribution) for reason in reasons]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("bad", [nan, inf, -1.0])
def test_a_value_that_is_none_is_refused_by_its_name(bad: float) -> None:
    with pytest.raises(InvalidInputError) as refused:
        model.assign(values(bad))
    assert refused.value.field == "recency_days"
    with pytest.raises(InvalidInputError):
        model.assign({"frequency": 1.0})


@pytest.mark.parametrize(
    ("path", "bad"),
    [
        (("middle",), [1.0]),
        (("scale",), [1.0, 0.0, 1.0]),
        (("segments",), []),
        (("segments", 0, "centre"), [0.0]),
        (("segments", 0, "code"), "asleep"),
        (("middle",), [1.0, nan, 1.0]),
    ],
)
def test_parameters_that_do_not_fit_together_are_refused(path: tuple[Any, ...], bad: Any) -> None:
    given_ = deepcopy(parameters())
    place: Any = given_
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = bad
    with pytest.raises(InferenceError):
        KMeans.from_parameters(given_)


def publish(folder: Path, data: bytes, **metadata: Any) -> Path:
    target = folder / "segmentation" / "1.0.0"
    target.mkdir(parents=True)
    described = {
        "name": "segmentation",
        "version": "1.0.0",
        "synthetic": True,
        "trained_on": "test",
        "created": "2026-01-01",
        "sha256": hashlib.sha256(data).hexdigest(),
    } | metadata
    (target / "parameters.json").write_bytes(data)
    (target / "model.json").write_text(json.dumps(described))
    (folder / "segmentation" / "CURRENT").write_text("1.0.0\n")
    return folder


def test_a_published_model_is_read_with_its_description(tmp_path: Path) -> None:
    published = load_parameters(publish(tmp_path, json.dumps(parameters()).encode()), "segmentation")
    found = KMeans.from_parameters(published.parameters)
    assert (published.described.version, found) == ("1.0.0", model)


@pytest.mark.parametrize(
    ("data", "metadata"),
    [(b"{}", {"sha256": "0"}), (b"{}", {"name": "churn"}), (b"[]", {}), (b"{", {}), (b"{}", {"synthetic": "perhaps"})],
)
def test_files_that_do_not_belong_together_are_refused(tmp_path: Path, data: bytes, metadata: dict[str, Any]) -> None:
    with pytest.raises(InferenceError):
        load_parameters(publish(tmp_path, data, **metadata), "segmentation")


def test_an_absent_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InferenceError):
        load_parameters(tmp_path, "segmentation")
