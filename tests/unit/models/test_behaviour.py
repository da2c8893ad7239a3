"""behaviour: the history as numbers, the network as trained, and figures beside what is easily had."""

from __future__ import annotations

import json
import warnings
from copy import deepcopy
from functools import cache
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.inference.behaviour import HOUR_MS, BehaviourModel, Coding, Past
from rapport.inference.booster import InferenceError
from rapport.inference.network import Network, softmax
from rapport.runtime.errors import InvalidInputError
from sklearn.exceptions import ConvergenceWarning

from models.behaviour import Fitted, Table, baselines, candidates, figures, tabulate, train
from models.data.habits import generate
from models.definition import Options
from models.export import as_bytes

ACTIONS = ("card_present", "online", "atm")
CODING = Coding(ACTIONS)
NOW = 1_000 * HOUR_MS


@cache
def table() -> Table:
    return tabulate(generate(3, 80, ACTIONS), CODING, 3)


@cache
def fitted() -> dict[str, Fitted]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return candidates(table(), ACTIONS, 1)


def past(*actions: str) -> list[Past]:
    """One action every ten hours, the last ten hours ago."""
    return [Past(action, NOW - 10 * HOUR_MS * (len(actions) - i)) for i, action in enumerate(actions)]


histories = st.lists(
    st.builds(Past, action=st.sampled_from([*ACTIONS, "unheard of"]), at=st.integers(0, 2_000 * HOUR_MS)), max_size=40
)


# -- the row --


def test_the_last_actions_stand_one_by_one_the_latest_first() -> None:
    row = CODING.row(past("atm", "online", "card_present"), NOW)
    recent = CODING.groups()["recent"]
    assert [row[i] for i in recent] == [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    assert row[-3:] == pytest.approx([np.log1p(10), np.log1p(10), np.log1p(3)])


def test_what_is_recent_weighs_more_and_half_lives_are_counted_in_actions() -> None:
    coding = Coding(("a", "b"), half_lives=(1.0,), last=1)
    shares = np.exp(coding.row([Past("a", 1), Past("b", 2)], 9)[:2])
    assert shares == pytest.approx([(0.5 + 0.5) / 2.5, (0.5 + 1.0) / 2.5])


def test_of_a_stranger_nothing_is_known_and_all_actions_are_alike() -> None:
    row = CODING.row([], NOW)
    assert np.exp(row[:3]) == pytest.approx([1 / 3] * 3)
    assert sum(row[6:]) == 0.0


@given(histories, st.integers(0, 2_000 * HOUR_MS), st.randoms())
def test_neither_the_future_nor_the_order_of_telling_nor_unknown_words_change_the_row(
    history: list[Past], now: int, random: Any
) -> None:
    # Actions of one moment have no order of their own.
    history = list({p.at: p for p in history}.values())
    known = [p for p in history if p.at < now and p.action in ACTIONS]
    mixed = history[:]
    random.shuffle(mixed)
    row = CODING.row(mixed, now)
    assert row == CODING.row(known, now)
    assert len(row) == CODING.groups()["pace"].stop
    for start in (0, 3):
        assert np.exp(row[start : start + 3]).sum() == pytest.approx(1.0)


# -- the network --


@pytest.mark.parametrize("name", list(fitted()))
def test_the_served_forward_pass_is_scikit_learns_to_1e_9(name: str) -> None:
    model = fitted()[name]
    served = BehaviourModel.from_parameters(json.loads(as_bytes(model.parameters(CODING))))
    x = np.vstack([table().x[:100], table().x[:50] * 7 - 3])
    ours = [served.network.probabilities(row) for row in x.tolist()]
    np.testing.assert_allclose(ours, model.probabilities(x), rtol=0, atol=1e-9)


def test_an_action_that_training_never_saw_is_never_expected() -> None:
    seen = table()
    rows = seen.rows(np.flatnonzero(seen.y != 2))
    model = candidates(rows, ACTIONS, 1)["logistic, C 0.1"]
    served = BehaviourModel.from_parameters(model.parameters(CODING))
    ours = [served.network.probabilities(row) for row in rows.x[:50].tolist()]
    np.testing.assert_allclose(ours, model.probabilities(rows.x[:50]), rtol=0, atol=1e-9)
    assert max(p[2] for p in ours) < 1e-9


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=9), st.floats(-1e4, 1e4))
def test_a_softmax_sums_to_one_never_overflows_and_ignores_a_common_shift(scores: list[float], shift: float) -> None:
    found = softmax(scores)
    assert sum(found) == pytest.approx(1.0)
    assert found == pytest.approx(softmax([s + shift for s in scores]), abs=1e-9)


def simple() -> dict[str, Any]:
    return {
        "classes": ["a", "b"],
        "mean": [0.0],
        "scale": [1.0],
        "layers": [{"weights": [[1.0], [-1.0]], "bias": [0.0, 0.0]}],
    }


@pytest.mark.parametrize(
    ("path", "bad"),
    [
        (("classes",), ["a"]),
        (("classes",), ["a", "b", "c"]),
        (("mean",), [0.0, 0.0]),
        (("scale",), [0.0]),
        (("layers",), []),
        (("layers", 0, "weights"), [[1.0, 1.0], [1.0, 1.0]]),
        (("layers", 0, "weights"), [[1.0], [1.0, 2.0]]),
        (("layers", 0, "bias"), [0.0]),
        (("layers", 0, "bias"), [0.0, inf]),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(path: tuple[Any, ...], bad: Any) -> None:
    given_ = deepcopy(simple())
    place: Any = given_
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = bad
    with pytest.raises(InferenceError):
        Network.from_parameters(given_)


@pytest.mark.parametrize("row", [[], [1.0, 2.0], [nan], [inf]])
def test_a_row_that_is_none_is_refused(row: list[float]) -> None:
    with pytest.raises(InvalidInputError):
        Network.from_parameters(simple()).probabilities(row)


# -- predictions --


@settings(max_examples=50, deadline=None)
@given(histories)
def test_probabilities_sum_to_one_and_the_action_is_the_likeliest(history: list[Past]) -> None:
    served = BehaviourModel.from_parameters(fitted()["logistic, C 0.1"].parameters(CODING))
    found = served.predict(history, NOW)
    assert sum(found.probabilities.values()) == pytest.approx(1.0)
    assert found.probability == max(found.probabilities.values()) == found.probabilities[found.action]
    sizes = [abs(reason.contribution) for reason in found.reasons]
    assert sizes == sorted(sizes, reverse=True)


def test_a_habit_is_the_reason_to_expect_it_again() -> None:
    served = BehaviourModel.from_parameters(fitted()["logistic, C 0.1"].parameters(CODING))
    found = served.predict(past(*["atm"] * 12), NOW)
    assert found.action == "atm"
    texts = {reason.code: reason for reason in found.reasons}
    assert texts["habit"].direction == "raises"
    assert texts["habit"].text.en == "Cash machine: 10 of the last 10 times"
    assert texts["habit"].text.ja == "ATM：直近10回のうち10回"


# -- evidence --


def test_the_model_beats_the_majority_and_stays_below_the_ceiling() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = train(Options(seed=5, customers=150, resamples=50)).splits[0]["figures"]
    (ours,) = (row for name, row in found.items() if name.startswith("behaviour_"))
    assert ours["log loss"][2] < found["majority"]["log loss"][1]
    for values in found.values():
        assert values["log loss"][0] >= found["ceiling: knows hidden habits"]["log loss"][0]


def test_naming_the_last_action_names_it_even_where_it_rarely_repeats() -> None:
    seen = table()
    named = baselines(seen, seen, 3)["as last time"].argmax(axis=1)
    known = seen.last >= 0
    assert (named[known] == seen.last[known]).all()
    for p in baselines(seen, seen, 3).values():
        np.testing.assert_allclose(p.sum(axis=1), 1.0, atol=1e-9)


def test_figures_of_a_certain_and_right_model_are_perfect() -> None:
    seen = table()
    certain = np.eye(3)[seen.y]
    assert figures(seen, certain, seed=1, resamples=20)["accuracy"] == (1.0, 1.0, 1.0)
    assert figures(seen, certain, seed=1, resamples=20)["log loss"] == (0.0, 0.0, 0.0)
