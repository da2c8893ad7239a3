"""Which rows a retraining learns from, and what it says when they are too few."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from rapport.runtime.errors import ConfigurationError
from rapport.training.bundle import unpack
from rapport.training.model import Prepared
from rapport.training.service import MOST_CELLS, size_of

from models import retraining, snapshot
from models.tabular.errors import DataError
from tools.build import BuildError, pinned


def labels(count: int, positives: int) -> pa.Table:
    rows = [
        {
            "subject": f"S{number}",
            "at": 1_700_000_000_000 + 1000 * number,
            "known_at": 1_700_086_400_000 + number,
            "version": "1.0.0",
            "row": json.dumps({"debt": number / count}),
            "label": int(number < positives),
        }
        for number in range(count)
    ]
    return pa.Table.from_pylist(rows, snapshot.LABELS)


def nothing() -> dict[str, pa.Table]:
    return {name: schema.empty_table() for name, schema in snapshot.SCHEMAS.items()}


def test_predictions_with_an_outcome_are_learned_from_with_the_row_the_model_saw() -> None:
    chosen = retraining.tenant_set("credit", {**nothing(), "labels": labels(200, 50)})
    assert len(chosen.frame) == 200
    assert chosen.frame["label"].sum() == 50
    assert (chosen.roles.group, chosen.roles.time, chosen.roles.known) == ("customer_id", "time", "known_at")
    assert "debt" in chosen.frame.columns


@pytest.mark.parametrize(("count", "positives"), [(0, 0), (41, 20), (199, 60), (400, 49), (400, 351)])
def test_too_few_labels_are_refused_with_both_counts(count: int, positives: int) -> None:
    with pytest.raises(DataError, match=f"{count} labelled rows, 200 needed; {min(positives, count - positives)} of"):
        retraining.tenant_set("credit", {**nothing(), "labels": labels(count, positives)})


def test_churn_without_transactions_says_that_neither_source_will_do() -> None:
    with pytest.raises(DataError, match=r"predictions with an outcome.*customers at quarterly cut-offs"):
        retraining.tenant_set("churn", nothing())


def test_a_set_is_small_up_to_what_a_function_learns() -> None:
    assert size_of(Prepared(rows=MOST_CELLS // 20, columns=20, positives=1)) == "small"
    assert size_of(Prepared(rows=MOST_CELLS // 20 + 1, columns=20, positives=1)) == "large"


def test_labels_of_too_few_are_counted_on_the_rarer_side() -> None:
    assert retraining.too_little(np.ones(500), "x") is not None


def test_the_bundle_takes_the_pinned_version_for_the_functions_python() -> None:
    (old,), (new,) = pinned(["numpy"], "3.11"), pinned(["numpy"], "3.13")
    assert old.startswith("numpy==")
    assert old != new
    with pytest.raises(BuildError, match="does not pin nosuchpackage"):
        pinned(["nosuchpackage"], "3.13")


def test_an_address_that_is_none_is_a_configuration_error_and_an_empty_one_is_nothing() -> None:
    unpack("", None)
    with pytest.raises(ConfigurationError):
        unpack("https://bucket/key", None)
