"""What the inference layer brings: every published model is whole and has its evidence beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
import rapport_inference
from rapport.inference.asking.catalogue import LOADERS
from rapport.inference.tabular import load_version
from rapport.registry.artifacts import LayerAndBucket

from models.shipped import DOCUMENT, document

ARTIFACTS = LayerAndBucket(rapport_inference.ROOT / "models", None, "none", Path("/nowhere"))
NAMES = sorted(path.parent.name for path in (rapport_inference.ROOT / "models").glob("*/CURRENT"))


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_model_says_what_it_is_and_how_good(name: str) -> None:
    (version,) = [version for version in ARTIFACTS.shipped() if version.name == name]
    assert version.evaluation, "publish copies evaluation.json beside the model"
    assert all(figure.low <= figure.high for split in version.evaluation for row in split.figures.values()
               for figure in row.values())  # fmt: skip


TABULAR = [name for name in NAMES if name not in LOADERS]


@pytest.mark.parametrize("name", TABULAR)
def test_a_shipped_model_made_from_a_table_loads_and_beats_the_prevalence(name: str) -> None:
    (version,) = [version for version in ARTIFACTS.shipped() if version.name == name]
    loaded = load_version(ARTIFACTS.folder(name, version.version))
    nothing_known = dict.fromkeys(column.name for column in loaded.schema.columns)
    assert 0 < loaded.probability(nothing_known) < 1
    auc = version.figure("AUC")
    assert auc is not None
    assert auc.low > 0.5


def test_the_page_of_shipped_models_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == document(), "run python -m models.shipped"


def test_a_table_of_shipped_models_gives_split_rows_prevalence_and_baselines_beside_each_figure() -> None:
    rows = [line.split(" | ") for line in document().splitlines() if line.startswith("| ")][1:]
    assert {row[0].removeprefix("| ").split()[0] for row in rows} == set(NAMES)
    assert all(len(row) == 8 and all(cell.strip() for cell in row) for row in rows)
