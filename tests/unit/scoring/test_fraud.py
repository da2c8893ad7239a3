"""A payment is held against the operating threshold of the version that answered."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import rapport_inference
from rapport.registry.artifacts import LayerAndBucket
from rapport.registry.host import ModelHost
from rapport.scoring.history import CustomerHistory
from rapport.scoring.model import FraudDecision
from rapport.scoring.service import Scoring

from tests.builders.registry import MemoryRegistry
from tests.builders.scoring import Records, transactions

SHIPPED = rapport_inference.ROOT / "models" / "fraud"


def layer(folder: Path, *, without: str | None = None) -> Path:
    """The shipped fraud model, as it would be had it been published without a field of model.json."""
    version = (SHIPPED / "CURRENT").read_text().strip()
    shutil.copytree(SHIPPED, folder / "fraud")
    path = folder / "fraud" / version / "model.json"
    said = json.loads(path.read_text())
    path.write_text(json.dumps({name: value for name, value in said.items() if name != without}))
    return folder


def scoring(models: Path) -> tuple[Scoring, MemoryRegistry]:
    registry = MemoryRegistry()
    host = ModelHost(
        artifacts=LayerAndBucket(models, None, "", models),
        rollouts=registry,
        log=registry,
        clock=lambda: 1,
        new_id=lambda: "p1",
    )
    records = Records()
    latest = max(paid.at for booked in transactions().values() for paid in booked)
    history = CustomerHistory(records, records)
    return Scoring(host=host, history=history, models=models, clock=lambda: latest + 1), registry


@pytest.mark.parametrize(("without", "field"), [(None, "operating_threshold"), ("operating_threshold", "threshold")])
def test_a_payment_is_to_be_reviewed_from_the_published_threshold_on(
    tmp_path: Path, without: str | None, field: str
) -> None:
    asked, registry = scoring(layer(tmp_path, without=without))
    version = (SHIPPED / "CURRENT").read_text().strip()
    published = json.loads((SHIPPED / version / "model.json").read_text())[field]
    paid = [payment for booked in transactions().values() for payment in booked if payment.amount > 0][-300:]
    answers = [asked.fraud(payment) for payment in paid]
    assert {answer.threshold for answer in answers} == {published}
    for answer in answers:
        assert (answer.decision is FraudDecision.REVIEW) == (answer.score.probability >= published)
    assert len(registry.said) == len(paid)
