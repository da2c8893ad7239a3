"""Off-policy evaluation: right on average, honest about its noise, and wrong when the propensities are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest
from rapport.inference.actions_catalogue import CODES, NO_ACTION, Context, eligible
from rapport.inference.next_best_action import NAME, Policy

from models.data.responses import contexts, expected_rewards, rewards
from models.definition import Options
from models.evaluation import Figure, Floats
from models.export import Exported, as_bytes
from models.next_best_action import (
    Log,
    always,
    doubly_robust,
    estimated,
    fit,
    ips,
    record,
    snips,
    table,
    train,
    truth,
    uniform_policy,
    weights,
)

RUNS, ROWS = 200, 400


@cache
def customers() -> tuple[Context, ...]:
    return tuple(contexts(np.random.default_rng(1), ROWS))


def skewed(context: Context) -> dict[str, float]:
    """A logging policy that prefers to do nothing, as most houses do."""
    found = [action.code for action in eligible(context)]
    rest = 0.5 / len(found)
    return {code: rest + 0.5 * (code == NO_ACTION) for code in found}


@cache
def judged() -> Floats:
    """What the policy to be judged does with these customers: one learned elsewhere."""
    rng = np.random.default_rng(2)
    elsewhere = record(contexts(rng, 3_000), uniform_policy, rng)
    return table(Policy.from_parameters(fit(elsewhere)).probabilities, customers())


@cache
def logs() -> tuple[Log, ...]:
    """Many logs of the same customers: other actions, other responses."""
    rng = np.random.default_rng(3)
    first = record(customers(), skewed, rng)
    p = table(skewed, customers())
    out = []
    for _ in range(RUNS):
        action = (p.cumsum(axis=1) > rng.random((ROWS, 1))).argmax(axis=1)
        rows = np.arange(ROWS)
        drawn = rewards(expected_rewards(customers())[rows, action], rng)
        out.append(replace(first, action=action, propensity=p[rows, action], reward=drawn))
    return tuple(out)


def off(values: list[float], exact: float) -> float:
    """How many standard errors the mean of the estimates lies off the truth."""
    error = float(np.std(values, ddof=1)) / float(np.sqrt(len(values)))
    return abs(float(np.mean(values)) - exact) / error


def test_rewards_are_on_average_what_is_expected() -> None:
    rng = np.random.default_rng(5)
    expected = np.full(200_000, 0.4)
    assert rewards(expected, rng).mean() == pytest.approx(0.4, abs=0.01)


def test_inverse_propensity_scoring_is_unbiased() -> None:
    exact = truth(judged(), customers())
    assert off([ips(log, judged()).value for log in logs()], exact) < 3.5


def test_it_is_biased_when_propensities_are_wrong_so_that_this_test_could_fail() -> None:
    exact = truth(judged(), customers())
    wrong = [ips(replace(log, propensity=log.propensity * 0.8), judged()).value for log in logs()]
    assert off(wrong, exact) > 5


def test_doubly_robust_is_unbiased_even_with_a_model_that_knows_nothing() -> None:
    exact = truth(judged(), customers())
    silly = np.random.default_rng(1).normal(0, 0.5, judged().shape)
    assert off([doubly_robust(log, judged(), silly).value for log in logs()], exact) < 3.5


def test_doubly_robust_is_unbiased_with_wrong_propensities_when_its_model_is_right() -> None:
    exact = truth(judged(), customers())
    q = expected_rewards(customers())
    wrong = [doubly_robust(replace(log, propensity=log.propensity * 0.8), judged(), q).value for log in logs()]
    assert off(wrong, exact) < 3.5


def test_a_good_model_makes_doubly_robust_the_steadiest_and_normalising_steadies_too() -> None:
    q = expected_rewards(customers())
    spread = {
        "ips": np.std([ips(log, judged()).value for log in logs()]),
        "snips": np.std([snips(log, judged()).value for log in logs()]),
        "dr": np.std([doubly_robust(log, judged(), q).value for log in logs()]),
    }
    assert spread["dr"] < spread["ips"]
    assert spread["snips"] < spread["ips"]


@pytest.mark.parametrize("name", ["ips", "snips", "dr"])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(name: str) -> None:
    exact = truth(judged(), customers())
    silly = np.zeros(judged().shape)
    estimates: dict[str, Callable[[Log, Floats], Figure]] = {
        "ips": ips,
        "snips": snips,
        "dr": partial(doubly_robust, q=silly),
    }
    estimate = estimates[name]
    held = [(f := estimate(log, judged())).low <= exact <= f.high for log in logs()]
    assert np.mean(held) > 0.9


def test_self_normalising_does_not_move_when_every_reward_does() -> None:
    log = logs()[0]
    moved = replace(log, reward=log.reward + 100.0)
    assert snips(moved, judged()).value == pytest.approx(snips(log, judged()).value + 100.0)
    assert abs(ips(moved, judged()).value - ips(log, judged()).value - 100.0) > 0.1


def test_judged_by_its_own_log_a_policy_is_worth_its_mean_reward() -> None:
    log = logs()[0]
    p = table(skewed, customers())
    np.testing.assert_allclose(weights(log, p), 1.0)
    for estimate in (ips(log, p), snips(log, p)):
        assert estimate.value == pytest.approx(log.reward.mean())


def test_always_one_action_does_nothing_where_the_rules_forbid_it() -> None:
    p = table(always("fee_waiver"), customers())
    free = np.array([c.fees_90d == 0 for c in customers()])
    assert (p[free, CODES.index(NO_ACTION)] == 1).all()
    assert p[:, CODES.index("fee_waiver")].sum() > 10


def test_cross_fitted_rewards_of_a_row_do_not_know_its_own_reward() -> None:
    log = logs()[0]
    loud = replace(log, reward=np.where(np.arange(ROWS) == 7, 1e6, log.reward))
    np.testing.assert_allclose(estimated(loud, 4, 1)[7], estimated(log, 4, 1)[7])
    assert np.abs(estimated(loud, 4, 1) - estimated(log, 4, 1)).max() > 1.0


@cache
def trained() -> Exported:
    return train(Options(seed=4, calls=6_000))


def test_the_learned_policy_beats_the_log_and_every_single_action_but_not_the_ceiling() -> None:
    found = {name: values["truth"][0] for name, values in trained().splits[0]["figures"].items()}
    mine, ceiling = found.pop(NAME), found.pop("ceiling: best action")
    greedy = found.pop("the same without exploration")
    assert max(found.values()) < mine < greedy < ceiling


def test_the_published_policy_is_the_one_judged() -> None:
    served = Policy.from_parameters(json.loads(trained().data))
    again = Policy.from_parameters(json.loads(as_bytes(json.loads(trained().data))))
    for context in customers()[:20]:
        assert served.probabilities(context) == again.probabilities(context)
        assert min(served.probabilities(context).values()) >= 0.05 / len(CODES)


def test_the_posterior_is_the_ridge_regression_and_narrows_with_data() -> None:
    log = logs()[0]
    few, many = fit(log.part(np.arange(100))), fit(log)
    code = NO_ACTION
    x, y = log.x[log.action == 0], log.reward[log.action == 0]
    expected = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ y)
    np.testing.assert_allclose(many["posteriors"][code]["mean"], expected)
    assert np.trace(many["posteriors"][code]["covariance"]) < np.trace(few["posteriors"][code]["covariance"])
