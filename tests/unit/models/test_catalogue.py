"""Every model of this catalogue that is not payment_risk: trained small, written, carded, and read as it is served."""

from __future__ import annotations

import json
import warnings
from datetime import date
from pathlib import Path

import pytest
from rapport.inference.booster import InferenceError
from sklearn.exceptions import ConvergenceWarning

from models.__main__ import main
from models.definition import Options, definitions
from models.export import Exported, markdown, write, write_card

SMALL = Options(seed=2, customers=400, calls=3_000, resamples=10)
SIZES = {"spam_caller": Options(seed=2, customers=8_000), "behaviour_category": Options(seed=2, customers=60)}
NAMES = (
    "anomaly_call",
    "anomaly_login",
    "anomaly_transaction",
    "behaviour_category",
    "behaviour_channel",
    "next_best_action",
    "segmentation",
    "spam_caller",
)


@pytest.fixture(scope="module", params=NAMES)
def trained(request: pytest.FixtureRequest) -> Exported:
    name = request.param
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = definitions()[name].train(SIZES.get(name, SMALL))
    assert isinstance(found, Exported)
    assert found.name == name
    return found


def test_what_was_trained_is_what_the_service_takes(trained: Exported, tmp_path: Path) -> None:
    definition = definitions()[trained.name]
    target = definition.write(trained, tmp_path / trained.name, date(2026, 1, 1))
    definition.check(tmp_path)
    (target / trained.file).write_bytes(trained.data + b" ")
    with pytest.raises(InferenceError):
        definition.check(tmp_path)


def test_every_table_of_the_card_says_synthetic_and_has_a_baseline(trained: Exported, tmp_path: Path) -> None:
    write_card(trained, tmp_path)
    text = (tmp_path / "card.md").read_text()
    assert text == markdown(trained)
    lines = text.splitlines()
    heads = [line for i, line in enumerate(lines) if line.startswith("|") and not lines[i - 1].startswith("|")]
    assert heads
    assert all("SYNTHETIC" in head for head in heads)
    for split in json.loads((tmp_path / "evaluation.json").read_text())["splits"]:
        assert len(split["figures"]) >= 2
        for values in split["figures"].values():
            for value, low, high in values.values():
                assert low <= value <= high


def test_the_model_is_small_enough_for_the_layer(trained: Exported) -> None:
    assert len(trained.data) < 1_000_000


def test_train_and_publish_of_the_command_line_do_for_these_models_too(tmp_path: Path) -> None:
    out = ["--out", str(tmp_path)]
    assert main(["train", "next_best_action", "--calls", "800", *out]) == 0
    assert main(["evaluate", "next_best_action", *out]) == 0
    assert main(["publish", "next_best_action", *out]) == 0
    assert (tmp_path / "published" / "next_best_action" / "1.0.0" / "parameters.json").is_file()


def test_a_model_is_named_current_only_by_its_version(tmp_path: Path, trained: Exported) -> None:
    assert write(trained, tmp_path, date(2026, 1, 1)).name == (tmp_path / "CURRENT").read_text().strip()
