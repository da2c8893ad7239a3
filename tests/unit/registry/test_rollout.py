"""Who answers: promotion, roll-back, challenger and shadow."""

from __future__ import annotations

import pytest
from rapport.inference.assignment import Arm
from rapport.registry import gate
from rapport.registry.model import Figure, ModelVersion, SplitFigures
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError

from tests.builders.registry import NAME, ROW, Desk

WHY = {"by": "liam", "reason": "better on the last month"}


def judged(auc: tuple[float, float, float], *, ece: float = 0.02, rows: int = 900, data: str = "d") -> ModelVersion:
    """A version with this evidence."""
    version = Desk().registry.version(NAME, "1.0.0")
    figures = {"AUC": Figure(value=auc[0], low=auc[1], high=auc[2]), "ECE": Figure(value=ece, low=ece, high=ece)}
    split = SplitFigures(split="later in time", rows=rows, prevalence=0.3, figures={NAME: figures})
    return version.model_copy(
        update={"version": f"1.{rows}.{round(ece * 1000)}", "fingerprint": data, "evaluation": (split,)}
    )


def test_the_version_in_the_layer_answers_before_anybody_changes_anything() -> None:
    desk = Desk()
    answer = desk.host.predict(NAME, "C1", ROW)
    assert (answer.version, answer.arm, answer.value) == ("1.0.0", Arm.CHAMPION, round(100 * answer.probability))
    assert [(p.subject, p.version, p.served, p.row) for p in desk.store.said] == [("C1", "1.0.0", True, ROW)]


def test_a_promotion_reaches_every_function_and_one_call_takes_it_back() -> None:
    desk = Desk()
    after = desk.registry.promote(NAME, "1.1.0", **WHY)
    assert (after.champion, after.previous, after.seq, after.changed_by) == ("1.1.0", "1.0.0", 1, "liam")
    assert desk.host.predict(NAME, "C1", ROW).version == "1.1.0"
    back = desk.registry.rollback(NAME, by="liam", reason="complaints")
    assert (back.champion, back.previous, back.seq) == ("1.0.0", "1.1.0", 2)
    assert [change.reason for change in desk.registry.history(NAME)] == ["complaints", "better on the last month"]


def test_another_functions_promotion_is_seen_after_half_a_minute_without_a_deployment() -> None:
    desk, other = Desk(), Desk()
    other.store.rollouts = desk.store.rollouts
    assert desk.host.predict(NAME, "C1", ROW).version == "1.0.0"
    other.registry.promote(NAME, "1.1.0", **WHY)
    assert desk.host.predict(NAME, "C1", ROW).version == "1.0.0"
    desk.now += 30_000
    assert desk.host.predict(NAME, "C1", ROW).version == "1.1.0"


def test_there_is_nothing_to_go_back_to_before_the_first_promotion() -> None:
    with pytest.raises(ConflictError, match="no other champion"):
        Desk().registry.rollback(NAME, **WHY)


def test_a_version_nobody_has_and_the_champion_itself_are_refused() -> None:
    desk = Desk()
    with pytest.raises(InvalidInputError, match=r"no version 9\.9\.9"):
        desk.registry.promote(NAME, "9.9.9", **WHY)
    with pytest.raises(ConflictError, match="champion already"):
        desk.registry.promote(NAME, "1.0.0", **WHY)
    with pytest.raises(NotFoundError):
        desk.registry.promote("nothing", "1.0.0", **WHY)


def test_a_challenger_answers_its_share_of_customers_and_always_the_same_ones() -> None:
    desk = Desk()
    desk.registry.challenge(NAME, "1.1.0", 0.3, **WHY)
    arms = {f"C{n}": desk.host.predict(NAME, f"C{n}", ROW, record=False).version for n in range(300)}
    share = sum(version == "1.1.0" for version in arms.values()) / len(arms)
    assert 0.2 < share < 0.4
    assert all(desk.host.predict(NAME, who, ROW, record=False).version == v for who, v in arms.items())


def test_a_shadow_is_scored_and_recorded_but_never_answers() -> None:
    desk = Desk()
    desk.registry.shadow(NAME, "1.1.0", 1.0, **WHY)
    assert desk.host.predict(NAME, "C1", ROW).version == "1.0.0"
    assert [(p.version, p.arm, p.served) for p in desk.store.said] == [
        ("1.0.0", Arm.CHAMPION, True),
        ("1.1.0", Arm.SHADOW, False),
    ]


def test_a_promoted_challenger_is_no_longer_its_own_challenger() -> None:
    desk = Desk()
    desk.registry.challenge(NAME, "1.1.0", 0.5, **WHY)
    after = desk.registry.promote(NAME, "1.1.0", **WHY)
    assert (after.champion, after.challenger, after.challenger_share) == ("1.1.0", None, 0.0)


@pytest.mark.parametrize("share", [0.0, 0.8])
def test_shares_that_leave_no_customer_or_too_many_are_refused(share: float) -> None:
    desk = Desk()
    desk.registry.shadow(NAME, "1.1.0", 0.5, **WHY)
    with pytest.raises(InvalidInputError) as caught:
        desk.registry.challenge(NAME, "1.1.0", share, **WHY)
    assert caught.value.field == "share"


def test_the_gate_lets_a_version_with_good_evidence_through() -> None:
    assert gate.objections(judged((0.80, 0.77, 0.83)), judged((0.80, 0.77, 0.83), rows=901), None) == ()


@pytest.mark.parametrize(
    ("candidate", "code", "figure", "threshold", "said"),
    [
        (judged((0.80, 0.77, 0.83), rows=150), "too-few-rows", 150, 200, "150 rows"),
        (judged((0.55, 0.49, 0.61)), "not-above-chance", 0.55, 0.5, "not above chance"),
        (judged((0.80, 0.77, 0.83), ece=0.11), "not-calibrated", 0.11, 0.06854, "off by 0.110"),
        (judged((0.74, 0.70, 0.78)), "below-champion", 0.74, 0.795, "below the champion's 0.800"),
    ],
)
def test_the_gate_objects_with_the_figure_and_its_limit(
    candidate: ModelVersion, code: str, figure: float, threshold: float, said: str
) -> None:
    found = gate.objections(candidate, judged((0.80, 0.77, 0.83), rows=901), None)
    objection = next(objection for objection in found if objection.code == code)
    assert objection.figure is not None
    assert objection.figure.value == figure
    assert objection.threshold == pytest.approx(threshold, abs=1e-4)
    assert said in objection.text.en
    assert objection.text.ja != objection.text.en


def test_figures_from_other_data_are_not_compared() -> None:
    assert gate.objections(judged((0.74, 0.70, 0.78), data="other"), judged((0.8, 0.77, 0.83), rows=901), None) == ()


def test_a_version_without_evidence_is_refused() -> None:
    bare = judged((0.8, 0.7, 0.9)).model_copy(update={"evaluation": ()})
    assert [objection.code for objection in gate.objections(bare, None, None)] == ["not-judged"]


def test_a_refused_promotion_changes_nothing() -> None:
    desk = Desk()
    poor = judged((0.55, 0.49, 0.61)).model_copy(update={"version": "2.0.0"})
    desk.store.add_version(poor)
    with pytest.raises(ConflictError, match="not above chance"):
        desk.registry.promote(NAME, "2.0.0", **WHY)
    assert desk.registry.rollout(NAME).champion == "1.0.0"
    assert desk.registry.history(NAME) == []
