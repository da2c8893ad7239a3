"""What the hold-out shows: nothing before the minimum, and an interval that bears being looked at every day."""

from __future__ import annotations

import random

import pytest
from rapport.recommendations.experiment import ERROR, EffectVerdict, Experiment, effect, effects
from rapport.recommendations.model import ExperimentGroup, RecommendationOutcome
from rapport.recommendations.ports import Tally
from rapport.runtime.errors import ConfigurationError

MINIMUM = 100


def test_nothing_is_claimed_before_the_minimum_sample_however_large_the_difference() -> None:
    found = effect(RecommendationOutcome.ACTIVE, Tally(10_000, 10_000), Tally(MINIMUM - 1, 0), minimum=MINIMUM)
    assert (found.verdict, found.difference, found.low, found.high) == (EffectVerdict.TOO_FEW, None, None, None)
    assert (found.treated.customers, found.held_out.rate) == (10_000, 0.0)
    assert (
        effect(RecommendationOutcome.ACTIVE, Tally(10_000, 10_000), Tally(MINIMUM, 0), minimum=MINIMUM).verdict
        is EffectVerdict.BETTER
    )


def test_an_experiment_that_has_not_begun_says_so_of_every_outcome() -> None:
    assert [each.verdict for each in effects({}, MINIMUM)] == [EffectVerdict.TOO_FEW] * len(RecommendationOutcome)


def test_a_harmful_policy_is_called_harmful() -> None:
    assert (
        effect(RecommendationOutcome.ACTIVE, Tally(2_000, 400), Tally(500, 250), minimum=MINIMUM).verdict
        is EffectVerdict.WORSE
    )


def test_an_interval_stays_within_what_a_difference_of_shares_can_be() -> None:
    found = effect(RecommendationOutcome.ACTIVE, Tally(100, 100), Tally(100, 0), minimum=MINIMUM)
    assert found.low is not None
    assert -1 <= found.low <= 1 == found.high


def ever_claimed(rng: random.Random, treated: float, held_out: float, customers: int) -> bool:
    """Whether anything is claimed at any of the looks, one after each customer, of whom a tenth is held out."""
    groups = {True: [0, 0], False: [0, 0]}
    for _ in range(customers):
        out = rng.random() < 0.1
        groups[out][0] += 1
        groups[out][1] += rng.random() < (held_out if out else treated)
        found = effect(RecommendationOutcome.ACTIVE, Tally(*groups[False]), Tally(*groups[True]), minimum=MINIMUM)
        if found.verdict in {EffectVerdict.BETTER, EffectVerdict.WORSE}:
            return True
    return False


@pytest.mark.parametrize("rate", [0.5, 0.1])
def test_looking_after_every_customer_claims_an_effect_where_there_is_none_in_at_most_one_of_twenty(
    rate: float,
) -> None:
    rng = random.Random(7)
    runs = 60
    wrong = sum(ever_claimed(rng, rate, rate, 2_500) for _ in range(runs))
    # 60 runs at 5 %: more than 7 would be seen in fewer than one of a hundred such tests.
    assert wrong <= 7
    assert ERROR == 0.05


def test_a_large_effect_is_found() -> None:
    rng = random.Random(8)
    assert sum(ever_claimed(rng, 0.5, 0.3, 4_000) for _ in range(10)) >= 9


def test_a_tenth_of_the_customers_is_held_out_and_a_larger_share_keeps_them_there() -> None:
    people = [f"C{number}" for number in range(20_000)]
    ten, twenty = (Experiment(name="e", holdout=share, days=28, minimum=100) for share in (0.1, 0.2))
    held = {person for person in people if ten.group(person) is ExperimentGroup.HELD_OUT}
    assert len(held) / len(people) == pytest.approx(0.1, abs=0.01)
    assert held <= {person for person in people if twenty.group(person) is ExperimentGroup.HELD_OUT}
    other = Experiment(name="another", holdout=0.1, days=28, minimum=100)
    again = {person for person in people if other.group(person) is ExperimentGroup.HELD_OUT}
    assert len(held & again) / len(held) == pytest.approx(0.1, abs=0.03)


def test_an_impossible_share_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        Experiment(name="e", holdout=1.5, days=28, minimum=100)
