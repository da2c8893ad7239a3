"""The models table keeps what the registry needs of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws
from rapport.registry.artifacts import described
from rapport.registry.model import DriftReport, Origin, Rollout
from rapport.registry.store import DynamoRegistry
from rapport.runtime.errors import ConflictError

from infra.stacks.data import MODEL_INDEXES
from tests.builders.dynamodb import aws_client, create_table
from tests.builders.registry import NAME, NOON, prediction, trained

DAY = 86_400_000


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoRegistry]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = aws_client("dynamodb")
        create_table(client, "models", MODEL_INDEXES)
        yield DynamoRegistry(client, "models")


def rollout(seq: int, champion: str = "1.0.0") -> Rollout:
    return Rollout(name=NAME, champion=champion, seq=seq, changed_at=NOON, changed_by="liam", reason="because")


def test_a_rollout_is_read_back_with_its_history(store: DynamoRegistry) -> None:
    assert store.rollout(NAME) is None
    store.change_rollout(rollout(1))
    store.change_rollout(rollout(2, "1.1.0"))
    assert store.rollout(NAME) == rollout(2, "1.1.0")
    assert store.history(NAME, 10) == [rollout(2, "1.1.0"), rollout(1)]


@pytest.mark.parametrize("seq", [1, 3])
def test_a_change_based_on_an_old_rollout_is_refused(store: DynamoRegistry, seq: int) -> None:
    store.change_rollout(rollout(1))
    with pytest.raises(ConflictError, match="look again"):
        store.change_rollout(rollout(seq, "9.9.9"))
    assert store.history(NAME, 10) == [rollout(1)]


def test_a_version_is_registered_once_and_its_number_is_taken(store: DynamoRegistry) -> None:
    version = described(trained(), Origin.BUCKET)
    store.add_version(version)
    store.add_version(version)
    with pytest.raises(ConflictError, match="another model"):
        store.add_version(version.model_copy(update={"sha256": "0" * 64}))
    assert store.versions(NAME) == [version]


def test_predictions_are_found_by_time_across_days_and_other_models_are_not(store: DynamoRegistry) -> None:
    times = [NOON - 3 * DAY, NOON - DAY, NOON - 1, NOON, NOON + DAY]
    for number, at in enumerate(times):
        store.record([prediction(number, at=at)])
    store.record([prediction(9, at=NOON, name="other")])
    found = store.predictions(NAME, NOON - 2 * DAY, NOON)
    assert sorted(p.at for p in found) == [NOON - DAY, NOON - 1, NOON]


def test_a_prediction_comes_back_as_it_was_said(store: DynamoRegistry) -> None:
    said = prediction(1, row={"score": 0.5, "city": "大阪", "active": None, "note": ""})
    store.record([said])
    assert list(store.predictions(NAME, NOON - DAY, NOON)) == [said]


def test_a_label_is_given_once_and_not_to_later_predictions(store: DynamoRegistry) -> None:
    for number, at in enumerate([NOON - DAY, NOON - 1, NOON]):
        store.record([prediction(number, subject="C1", at=at)])
    store.record([prediction(7, subject="C2", at=NOON - 1)])
    assert store.label(NAME, "C1", NOON, outcome=True, at=NOON + 5) == 2
    assert store.label(NAME, "C1", NOON, outcome=False, at=NOON + 6) == 0
    found = {p.prediction_id: (p.outcome, p.labelled_at) for p in store.predictions(NAME, NOON - 2 * DAY, NOON)}
    assert found == {"p0": (True, NOON + 5), "p1": (True, NOON + 5), "p2": (None, None), "p7": (None, None)}


def test_a_correction_replaces_the_other_outcome_once(store: DynamoRegistry) -> None:
    store.record([prediction(1, subject="C1", at=NOON - 1)])
    given = [
        store.label(NAME, "C1", NOON, outcome=outcome, at=NOON + n, correct=True)
        for n, outcome in enumerate([True, True, False, False])
    ]
    assert given == [1, 0, 1, 0]
    (found,) = store.predictions(NAME, NOON - DAY, NOON)
    assert (found.outcome, found.labelled_at) == (False, NOON + 2)


def test_the_newest_drift_report_comes_first(store: DynamoRegistry) -> None:
    reports = [
        DriftReport(name=NAME, version="1.0.0", at=NOON + n, since=0, until=NOON, rows=1, fields=(), score=None,
                    calibration=None, drifted=False)
        for n in range(3)
    ]  # fmt: skip
    for report in reports:
        store.add_report(report)
    assert store.reports(NAME, 2) == [reports[2], reports[1]]
