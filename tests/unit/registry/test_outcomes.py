"""What was said, what came of it, and whether it still holds: labels, live figures, drift."""

from __future__ import annotations

import random

import pytest
from rapport.inference.assignment import Arm
from rapport.registry.comparison import auc, by_arm
from rapport.runtime.errors import InvalidInputError
from sklearn.metrics import roc_auc_score

from tests.builders import tables
from tests.builders.registry import NAME, NOON, ROW, Desk, prediction

DAY = 86_400_000


def test_a_label_reaches_every_earlier_prediction_about_the_subject_and_only_those() -> None:
    desk = Desk()
    for number, (subject, at) in enumerate(
        [("C1", NOON - 2 * DAY), ("C1", NOON - DAY), ("C1", NOON), ("C2", NOON - DAY)]
    ):
        desk.store.record([prediction(number, subject=subject, at=at)])
    assert desk.registry.label(NAME, "C1", outcome=True, known_at=NOON) == 2
    assert [p.outcome for p in desk.store.said] == [True, True, None, None]
    assert desk.registry.label(NAME, "C1", outcome=False, known_at=NOON) == 0


def test_versions_in_service_are_compared_on_labelled_predictions() -> None:
    rng = random.Random(5)
    said = []
    for number in range(400):
        p = rng.random()
        arm = Arm.CHALLENGER if number % 4 == 0 else Arm.CHAMPION
        outcome = (rng.random() < p) if number % 2 == 0 or arm is Arm.CHALLENGER else None
        said.append(
            prediction(
                number, probability=p, arm=arm, version="1.1.0" if arm is Arm.CHALLENGER else "1.0.0", outcome=outcome
            )
        )
    champion, challenger = by_arm(said)
    assert (champion.version, champion.predictions, champion.labelled) == ("1.0.0", 300, 100)
    assert (challenger.version, challenger.predictions, challenger.labelled) == ("1.1.0", 100, 100)
    known = [p for p in said if p.arm is Arm.CHALLENGER]
    expected = roc_auc_score([bool(p.outcome) for p in known], [p.probability for p in known])
    assert challenger.auc is not None
    assert challenger.auc.value == pytest.approx(expected, abs=1e-4)
    assert challenger.auc.low < expected < challenger.auc.high


def test_ties_count_half_and_one_outcome_alone_gives_no_auc() -> None:
    found = auc([0.5, 0.5], [0.5])
    assert found is not None
    assert found.value == 0.5
    assert auc([0.1], []) is None


def replay(desk: Desk, rows: int, seed: int, *, shift: float = 0.0, lost: bool = False) -> None:
    """Ask the model about rows like those it learned from, or moved ones."""
    frame = tables.customers(rows, seed)
    for number, row in enumerate(frame.to_dict("records")):
        asked = {name: row[name] for name in ("score", "balance", "city", "active", "joined")}
        if shift and asked["score"]:
            asked["score"] = str(float(asked["score"]) + shift)
        if lost:
            asked["balance"] = ""
        answer = desk.host.predict(NAME, f"C{number}", asked)
        assert desk.registry.label(NAME, f"C{number}", outcome=row["left"] == "yes", known_at=NOON + 1) == 1
        assert answer.reasons


def test_rows_like_those_in_training_do_not_drift() -> None:
    desk = Desk()
    replay(desk, 500, seed=8)
    desk.now += 1000
    (report,) = desk.registry.look(NAME, days=7)
    assert (report.version, report.rows) == ("1.0.0", 500)
    assert [f.field for f in report.fields if f.drifted and f.field == "score"] == []
    assert not any(f.missing_drifted for f in report.fields)
    assert report.calibration is not None
    assert report.calibration.labelled == 500
    assert desk.registry.reports(NAME) == [report]


def test_a_shifted_input_and_a_lost_field_are_named() -> None:
    desk = Desk()
    replay(desk, 400, seed=8, shift=1.5, lost=True)
    desk.now += 1000
    (report,) = desk.registry.look(NAME, days=7)
    assert report.drifted
    assert "score" in [f.field for f in report.fields if f.drifted]
    assert [f.field for f in report.fields if f.missing_drifted] == ["balance"]


def test_a_small_window_decides_nothing() -> None:
    desk = Desk()
    replay(desk, 50, seed=8, shift=5.0)
    desk.now += 1000
    (report,) = desk.registry.look(NAME, days=7)
    assert (report.rows, report.fields, report.drifted) == (50, (), False)


def test_a_drifted_version_is_not_promoted() -> None:
    desk = Desk()
    desk.registry.challenge(NAME, "1.1.0", 1.0, by="liam", reason="try it")
    replay(desk, 300, seed=8, shift=2.0)
    desk.now += 1000
    desk.registry.look(NAME, days=7)
    with pytest.raises(Exception, match="have drifted"):
        desk.registry.promote(NAME, "1.1.0", by="liam", reason="looks good")


def test_a_wrong_field_is_named_and_nothing_is_recorded() -> None:
    desk = Desk()
    with pytest.raises(InvalidInputError) as caught:
        desk.host.predict(NAME, "C1", {**ROW, "balance": "a lot"})
    assert caught.value.field is not None
    assert "balance" in caught.value.field
    assert desk.store.said == []
