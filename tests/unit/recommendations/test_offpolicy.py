"""Another policy is judged on what was logged: the estimate finds the truth of a simulation, or says nothing."""

from __future__ import annotations

import random

import pytest
from rapport.inference.actions_catalogue import NO_ACTION
from rapport.recommendations.model import ExperimentGroup, RecommendationOutcome, Round
from rapport.recommendations.offpolicy import JudgedPolicy, PolicyEstimate, estimates

from tests.builders.recommendations import draw, round_, shipped_policy

RATES = {NO_ACTION: 0.2, "payment_reminder": 0.6}


def rounds(count: int, seed: int = 1, *, each: int = 1) -> list[Round]:
    """Rounds of a policy that reminds with probability 0.7; `each` a customer, all with the same outcome."""
    rng = random.Random(seed)
    made = []
    for number in range(count // each):
        code = "payment_reminder" if rng.random() < 0.7 else NO_ACTION
        happened = rng.random() < RATES[code]
        made += [
            round_(
                f"C{number}",
                at=1_790_000_000_000 + repeat,
                draws=(draw(code, payment_reminder=0.7, no_action=0.3),),
                outcomes={RecommendationOutcome.ACTIVE: happened},
            )
            for repeat in range(each)
        ]
    return made


def judged(
    found: tuple[PolicyEstimate, ...],
    policy: JudgedPolicy,
    outcome: RecommendationOutcome = RecommendationOutcome.ACTIVE,
) -> PolicyEstimate:
    (one,) = [each for each in found if (each.policy, each.outcome) == (policy, outcome)]
    return one


@pytest.mark.parametrize(
    ("policy", "truth"),
    [(JudgedPolicy.NOTHING, 0.2), (JudgedPolicy.UNIFORM, 0.4), (JudgedPolicy.IN_SERVICE, 0.48)],
)
def test_the_interval_holds_the_truth_of_the_simulation(policy: JudgedPolicy, truth: float) -> None:
    covered = 0
    for seed in range(40):
        one = judged(estimates(rounds(600, seed), shipped_policy()), policy)
        assert one.low is not None
        assert one.high is not None
        covered += one.low <= truth <= one.high
    # Of 40 intervals at 95 % fewer than 34 would hold it in one of two hundred such tests.
    assert covered >= 34


def test_many_rounds_of_few_customers_make_no_narrower_interval_than_the_customers_do() -> None:
    alone = judged(estimates(rounds(300), shipped_policy()), JudgedPolicy.NOTHING)
    many = judged(estimates(rounds(3_000, each=10), shipped_policy()), JudgedPolicy.NOTHING)
    assert (many.customers, many.rounds) == (300, 3_000)
    assert (many.low, many.high, many.effective) == (alone.low, alone.high, alone.effective)


def test_too_few_customers_give_no_figure() -> None:
    one = judged(estimates(rounds(40), shipped_policy()), JudgedPolicy.IN_SERVICE)
    assert (one.customers, one.value, one.low, one.high) == (40, None, None, None)


def test_the_held_out_and_what_is_not_yet_known_say_nothing_about_policies() -> None:
    others = [
        round_("C1", group=ExperimentGroup.HELD_OUT, outcomes={RecommendationOutcome.ACTIVE: True}),
        round_("C2"),
        round_("C3", outcomes={}),
    ]
    assert judged(estimates(others, shipped_policy()), JudgedPolicy.IN_SERVICE).rounds == 0


def test_without_exploration_means_what_looks_best_by_what_is_known() -> None:
    policy = shipped_policy()
    found = judged(estimates(rounds(600), policy), JudgedPolicy.WITHOUT_EXPLORATION)
    # Of a small debt without scores the reminder looks better than nothing.
    assert found.value == pytest.approx(0.6, abs=0.06)
