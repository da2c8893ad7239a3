"""The models of the bank as a batch asks them: pinned, as of its start, recorded evenly."""

from __future__ import annotations

from typing import Any

import pytest
import rapport_inference
from rapport.registry.artifacts import LayerAndBucket
from rapport.registry.host import ModelHost
from rapport.registry.model import Rollout
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError
from rapport.scoring.batch_model import BatchLanguage, BatchMode, BatchTask
from rapport.scoring.batch_ports import Row, Scored
from rapport.scoring.batch_scorer import MOST_RECORDED, BatchScorer
from rapport.scoring.history import CustomerHistory

from tests.builders.batches import NOON, batch
from tests.builders.registry import ROW, Desk
from tests.builders.scoring import Records, transactions

MODELS = rapport_inference.ROOT / "models"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def scorer(desk: Desk, tmp_path: Any) -> BatchScorer:
    """The shipped models; what is said goes to the desk's registry."""
    host = ModelHost(
        artifacts=LayerAndBucket(MODELS, None, "", tmp_path),
        rollouts=desk.store,
        log=desk.store,
        clock=lambda: NOON,
        new_id=lambda: "another",
    )
    return BatchScorer(host, lambda: CustomerHistory(Records(), Records()), MODELS)


def application(number: int, **changed: Any) -> Row:
    given = {"requested_amount": "9000", "term_months": "24", "stated_income": "3,000", "debt_to_income": 0.4}
    return Row(number, f"A{number}", {**given, **changed})


def asked(task: BatchTask, rows: int = 2, **changed: Any) -> Any:
    return batch(model=task, mode=task.modes[0], rows=rows, version="1.0.0", language=BatchLanguage.EN, **changed)


def test_an_application_is_scored_as_written_and_a_wrong_one_names_its_field(scorer: BatchScorer) -> None:
    rows = [application(2), application(3, stated_income=0), application(4, term_months=""), application(5, income=1)]
    good, zero, missing, unknown = scorer.score(asked(BatchTask.CREDIT), rows)
    assert isinstance(good, Scored)
    assert 0 < good.figure < 1
    assert good.reasons
    for wrong, field in ((zero, "stated_income"), (missing, "term_months"), (unknown, "income")):
        assert isinstance(wrong, InvalidInputError)
        assert wrong.field == field


def test_scored_again_it_is_the_same_prediction(scorer: BatchScorer, desk: Desk) -> None:
    job = asked(BatchTask.CREDIT)
    first = scorer.score(job, [application(2)])
    second = scorer.score(job, [application(2)])
    assert first == second
    assert desk.store.said[0] == desk.store.said[1]
    assert desk.store.said[0].prediction_id == f"{job.batch_id}-2"
    assert desk.store.said[0].at == job.started_at
    assert desk.store.said[0].row["stated_income"] == 3000.0


def test_a_large_batch_is_recorded_evenly_and_a_small_one_wholly(scorer: BatchScorer, desk: Desk) -> None:
    rows = [application(number) for number in range(2, 10)]
    scorer.score(asked(BatchTask.CREDIT, rows=8), rows)
    assert len(desk.store.said) == 8
    desk.store.said.clear()
    scorer.score(asked(BatchTask.CREDIT, rows=MOST_RECORDED * 4), rows)
    assert [said.subject for said in desk.store.said] == ["A4", "A8"]


def test_a_promotion_meanwhile_changes_nothing(scorer: BatchScorer, desk: Desk) -> None:
    before = scorer.score(asked(BatchTask.CREDIT), [application(2)])
    desk.store.change_rollout(Rollout(name="credit", champion="2.0.0", seq=1))
    assert scorer.score(asked(BatchTask.CREDIT), [application(2)]) == before


def test_customers_are_scored_from_what_is_known_and_an_unknown_one_is_said(scorer: BatchScorer) -> None:
    someone = next(iter(transactions()))
    rows = [Row(2, someone, {}), Row(3, "nobody", {}), Row(4, someone, {"age": 3})]
    for task in (BatchTask.CHURN, BatchTask.SEGMENT, BatchTask.LIFETIME_VALUE):
        job = asked(task).model_copy(update={"mode": BatchMode.CUSTOMERS})
        known, unknown, too_much = scorer.score(job, rows)
        assert isinstance(known, Scored), task
        assert isinstance(unknown, NotFoundError), task
        assert isinstance(too_much, InvalidInputError), task
        assert too_much.field == "age"


def test_a_version_that_is_no_longer_here_fails_the_chunk(scorer: BatchScorer) -> None:
    job = asked(BatchTask.SEGMENT).model_copy(update={"version": "0.9.0"})
    with pytest.raises(ConflictError):
        scorer.score(job, [Row(2, "C1", {})])


def test_the_row_of_another_model_is_refused_field_by_field(scorer: BatchScorer) -> None:
    found = scorer.score(asked(BatchTask.FRAUD), [Row(2, "T1", dict(ROW)), Row(3, "T2", {"tx_amount": "12"})])
    assert isinstance(found[0], InvalidInputError)
    assert isinstance(found[1], Scored)
    assert found[1].band in {"ALLOW", "REVIEW"}
