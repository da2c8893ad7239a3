"""A model of any table: honest on noise, the same by the same seed, served as it was trained."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rapport.inference.booster import InferenceError
from rapport.inference.tabular import TabularScorer, load_tabular
from rapport.runtime.errors import InvalidInputError
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from models.tabular import metrics
from models.tabular.card import markdown, write_card
from models.tabular.errors import DataError
from models.tabular.fit import Setting, fit, margins
from models.tabular.pipeline import Plan, Trained, train
from models.tabular.read import Source
from models.tabular.split import at_random, known_before, moment, rotations, splits
from models.tabular.suspects import auc_of
from models.tabular.table import Roles, tabulate
from models.tabular.tune import Trial, candidates, folds, steadiest
from models.tabular.write import next_version, write
from tests.builders.tables import customers, noise

QUICK = Plan(seed=3, trials=2, resamples=60)
ROLES = Roles(target="left", group="customer", time="day")


def source(frame: pd.DataFrame) -> Source:
    return Source(frame.astype(object), "table.csv", "0", "CSV")


def trained_on(frame: pd.DataFrame, roles: Roles, plan: Plan = QUICK) -> Trained:
    found = train("leaving", source(frame), roles, plan)
    found.evaluation["version"] = "1.0.0"
    return found


@pytest.fixture(scope="module")
def trained() -> Trained:
    return trained_on(customers(1_500), ROLES)


@pytest.fixture(scope="module")
def folder(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    models = tmp_path_factory.mktemp("models")
    write(trained, models / "leaving", date(2026, 1, 1))
    return models


@pytest.fixture(scope="module")
def scorer(folder: Path) -> TabularScorer:
    return load_tabular(folder, "leaving")


# -- splits --


def test_no_customer_is_in_two_parts(trained: Trained) -> None:
    split = trained.split
    parts = [set(trained.table.group[rows]) for rows in (split.fit, split.calibrate, split.test)]
    assert len(parts[0] | parts[1] | parts[2]) == sum(len(part) for part in parts) > 0


def test_with_group_and_time_the_split_that_serves_is_later_and_of_other_customers() -> None:
    table = tabulate(source(customers(6_000)), ROLES)
    later, grouped = splits(table, 3)
    assert (later.by_time, grouped.by_time) == (True, False)
    assert table.time[later.fit].max() < table.time[later.test].min()
    assert not set(table.group[later.fit]) & set(table.group[later.test])


def test_too_few_later_rows_of_other_customers_stand_beside_the_split_that_serves() -> None:
    grouped, later = splits(tabulate(source(customers(3_000)), ROLES), 3)
    assert (grouped.by_time, later.by_time) == (False, True)


def test_of_few_moments_the_last_one_judges_and_what_was_certain_by_then_is_learned_from() -> None:
    time = np.repeat([10.0, 20.0, 30.0, 40.0, 50.0], [27, 25, 25, 24, 23])
    assert moment(time, 0.8) == 50.0
    table = tabulate(source(customers(500)), ROLES)
    table.time, table.known = np.resize(time, 500), np.resize(time, 500) + 10
    known = known_before(table, 50.0)
    assert set(table.time[known]) == {10.0, 20.0, 30.0, 40.0}
    assert not known_before(table, 49.0)[table.time == 40.0].any()


def test_tuning_of_groups_by_time_validates_on_other_groups_later_and_never_on_the_test_part() -> None:
    table = tabulate(source(customers(6_000)), ROLES)
    split = splits(table, 1)[0]
    found = folds(table, split, 1)
    assert len(found) == 3
    for learn, check in found:
        assert table.time[learn].max() < table.time[check].min()
        assert not set(table.group[learn]) & set(table.group[check])
        assert not set(split.test) & (set(learn) | set(check))
    checked = np.concatenate([check for _, check in found])
    assert len(set(checked)) == len(checked)


def test_with_time_only_the_last_fifth_judges_and_random_rows_stand_beside_it() -> None:
    table = tabulate(source(customers(800)), Roles(target="left", time="day"))
    first, second = splits(table, 3)
    assert (first.by_time, second.by_time) == (True, False)
    assert table.time[first.fit].max() < table.time[first.calibrate].min()
    assert table.time[first.calibrate].max() < table.time[first.test].min()
    assert len(first.test) == pytest.approx(160, abs=8)


def test_every_row_judges_once_in_five_folds() -> None:
    table = tabulate(source(customers(500)), Roles(target="left"))
    judged = np.concatenate([split.test for split in rotations(table, 1)])
    assert sorted(judged) == list(range(500))


def test_tuning_by_time_validates_on_later_rows_and_never_on_the_test_part() -> None:
    table = tabulate(source(customers(800)), Roles(target="left", time="day"))
    split = splits(table, 1)[0]
    (learn, check), *others = folds(table, split, 1)
    assert table.time[learn].max() < table.time[check].min()
    assert not others
    assert not set(split.test) & (set(learn) | set(check))


def test_tuning_at_random_holds_whole_customers_out_of_the_training_part() -> None:
    table = tabulate(source(customers(800)), Roles(target="left", group="customer"))
    split = splits(table, 1)[0]
    found = folds(table, split, 1)
    assert sorted(np.concatenate([check for _, check in found])) == sorted(split.fit)
    assert all(not set(table.group[learn]) & set(table.group[check]) for learn, check in found)


def test_of_settings_that_do_equally_well_the_simplest_is_taken() -> None:
    deep, plain, bad = (
        Trial(Setting(max_depth=d), aucs=[auc], errors=[0.02]) for d, auc in ((6, 0.71), (2, 0.70), (1, 0.6))
    )
    assert steadiest([deep, plain, bad]) is plain


def test_the_search_is_bounded_and_seeded() -> None:
    assert candidates(9, 1, by_time=False) == candidates(9, 1, by_time=False) != candidates(9, 2, by_time=False)
    assert len(candidates(9, 1, by_time=True)) == 9


def test_too_few_of_an_outcome_is_refused_in_words() -> None:
    frame = customers(400)
    frame["left"] = ["yes"] * 20 + ["no"] * 380
    with pytest.raises(DataError, match="of the rarer outcome, and a figure needs 10"):
        train("leaving", source(frame), Roles(target="left"), QUICK)


# -- honesty --


def test_pure_noise_is_told_as_such_when_customers_are_held_out() -> None:
    """339 customers, 1,058 calls, no signal: the interval contains one half and the card says so."""
    found = train("noise", source(noise()), Roles(target="failed", group="customer"), QUICK)
    low, high = found.evaluation["splits"][0]["figures"]["noise"]["AUC"][1:]
    assert low <= 0.5 <= high
    found.evaluation["version"] = "1.0.0"
    assert "interval contains 0.5" in markdown(found)


def test_a_split_of_rows_makes_noise_look_like_knowledge() -> None:
    """The trap that the group avoids: nearly every test call has its customer in training."""
    table = tabulate(source(noise()), Roles(target="failed", drop=("customer",)))
    split = at_random(table, 1)
    booster = fit(table, split.fit, Setting(max_depth=5, rounds=200), 1)
    trap = auc_of(table.y[split.test], margins(booster, table, split.test))
    assert trap > 0.75
    assert any("--group" in note for note in tabulate(source(noise()), Roles(target="failed")).notes)


def test_the_signal_is_found_and_the_baselines_stand_beside_it(trained: Trained) -> None:
    split = trained.evaluation["splits"][0]
    value, low, high = split["figures"]["leaving"]["AUC"]
    assert 0.7 < low <= value <= high
    assert any(name.startswith("scorecard of") for name in split["figures"])
    assert {"prevalence for everybody", "logistic regression, one-hot", "untuned XGBoost"} <= set(split["figures"])
    assert split["figures"]["prevalence for everybody"]["AUC"] == [0.5, 0.5, 0.5]


def test_probabilities_are_calibrated(trained: Trained) -> None:
    rows = trained.split.test
    p = trained.model.probabilities(trained.table, rows)
    assert float(p.mean()) == pytest.approx(float(trained.table.y[rows].mean()), abs=0.06)


def test_the_same_seed_gives_the_same_bytes(trained: Trained, tmp_path: Path) -> None:
    again = trained_on(customers(1_500), ROLES)
    for name, one in (("a", trained), ("b", again)):
        write(one, tmp_path / name, date(2026, 1, 1))
        write_card(one, tmp_path / name / "card")
    first, second = (sorted(p for p in (tmp_path / name).rglob("*") if p.is_file()) for name in ("a", "b"))
    assert len(first) == 9
    for one_file, other in zip(first, second, strict=True):
        assert one_file.read_bytes() == other.read_bytes(), one_file.name


def test_versions_count_up(folder: Path) -> None:
    assert next_version(folder / "leaving") == "1.1.0"
    assert next_version(folder / "absent") == "1.0.0"


# -- figures --


def test_the_fast_figures_are_scikit_learn_s() -> None:
    rng = np.random.default_rng(1)
    y = (rng.random(700) < 0.2).astype(float)
    p = np.clip(np.round(0.2 * y + rng.random(700) * 0.7, 2), 0, 1)
    found = metrics.Judge(y, p).figures()
    assert found["AUC"] == pytest.approx(roc_auc_score(y, p))
    assert found["PR-AUC"] == pytest.approx(average_precision_score(y, p))
    assert found["Brier"] == pytest.approx(brier_score_loss(y, p))


def test_a_weight_is_worth_a_copy_of_the_row() -> None:
    rng = np.random.default_rng(2)
    y, p = (rng.random(300) < 0.3).astype(float), np.round(rng.random(300), 2)
    times = rng.integers(0, 3, 300)
    weighed = metrics.Judge(y, p).figures(times.astype(float))
    copied = metrics.Judge(np.repeat(y, times), np.repeat(p, times)).figures()
    for name in ("AUC", "PR-AUC", "Brier", "lift in top 10 %"):
        assert weighed[name] == pytest.approx(copied[name]), name


def test_intervals_over_customers_are_wider_than_over_rows() -> None:
    rng = np.random.default_rng(3)
    y = np.repeat((rng.random(80) < 0.4).astype(float), 10)
    p = np.repeat(rng.random(80), 10)
    by_row = metrics.figures(y, p, np.arange(800), rounds=200)["AUC"]
    by_customer = metrics.figures(y, p, np.repeat(np.arange(80), 10), rounds=200)["AUC"]
    assert by_customer.high - by_customer.low > 2 * (by_row.high - by_row.low)


def test_a_paired_difference_of_a_model_with_itself_is_nothing() -> None:
    rng = np.random.default_rng(4)
    y, p = (rng.random(200) < 0.3).astype(float), rng.random(200)
    found = metrics.difference(y, p, p, np.arange(200), rounds=50)["AUC"]
    assert (found.value, found.low, found.high) == (0, 0, 0)


@given(
    scores=st.lists(st.integers(0, 9), min_size=2, max_size=60),
    flags=st.lists(st.booleans(), min_size=60, max_size=60),
    rate=st.sampled_from([0.0, 0.005, 0.1, 0.5]),
)
def test_the_operating_threshold_flags_no_more_negatives_than_allowed_and_a_lower_one_would(
    scores: list[int], flags: list[bool], rate: float
) -> None:
    p, y = np.array(scores) / 10, np.array(flags[: len(scores)], dtype=float)
    assume((y == 0).any())
    cut = metrics.threshold_at(y, p, rate)
    negatives = p[y == 0]
    assert (negatives >= cut).mean() <= rate
    assert (negatives >= np.nextafter(cut, -1)).mean() > rate


def test_the_threshold_is_the_best_f1_of_the_rows_it_is_chosen_on() -> None:
    y, p = np.array([0, 0, 1, 0, 1, 1.0]), np.array([0.1, 0.2, 0.3, 0.4, 0.8, 0.9])
    assert metrics.threshold(y, p) == 0.3


# -- as served --


def test_the_service_gives_what_training_gave_for_every_row_of_the_test_part(
    trained: Trained, scorer: TabularScorer
) -> None:
    rows = trained.split.test
    expected = trained.model.probabilities(trained.table, rows)
    records = trained.table.frame.iloc[rows].to_dict("records")
    served = [scorer.probability(record) for record in records]
    np.testing.assert_allclose(served, expected, atol=1e-5)


def test_contributions_add_up_to_the_score_and_come_strongest_first(trained: Trained, scorer: TabularScorer) -> None:
    record = trained.table.frame.iloc[int(trained.split.test[0])].to_dict()
    score = scorer.score(record)
    total = sum(part.log_odds for part in score.contributions) + score.bias
    slope, intercept = trained.model.line
    assert 1 / (1 + np.exp(-(slope * total + intercept))) == pytest.approx(score.probability, abs=1e-5)
    sizes = [abs(part.log_odds) for part in score.contributions]
    assert sizes == sorted(sizes, reverse=True)
    assert {part.field for part in score.contributions} == {column.name for column in trained.table.schema.columns}
    assert score.value == round(100 * score.probability)


def test_reasons_are_sentences_in_both_languages_that_agree_with_their_direction(scorer: TabularScorer) -> None:
    for part in scorer.score({"score": 2.5, "city": "osaka", "day": "2024-05-01"}).contributions:
        assert (part.log_odds > 0) == (part.direction == "raises")
        assert part.direction in part.text.en
        assert ("上げる" if part.log_odds > 0 else "下げる") in part.text.ja
        assert ("not known" in part.text.en) == (part.value is None)


def test_numbers_and_their_texts_and_typed_dates_score_alike(scorer: TabularScorer) -> None:
    one = scorer.probability({"score": 1.25, "joined": date(2023, 5, 1), "day": "2024-05-01", "active": True})
    two = scorer.probability({"score": " 1.25 ", "joined": "2023-05-01", "day": date(2024, 5, 1), "active": "yes"})
    assert one == two


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ({"score": "much"}, "score", "score must be a number, not 'much'"),
        ({"score": float("inf")}, "score", "score must be a number"),
        ({"score": [1]}, "score", "score must be a number"),
        ({"joined": "yesterday"}, "joined", "joined must be a date such as 2024-01-31"),
        ({"active": "perhaps"}, "active", "active must be one of no, yes"),
        ({"city": {"name": "x"}}, "city", "city must be a word"),
        ({"scores": 1}, "scores", "scores is no field of this model; did you mean score?"),
    ],
)
def test_a_row_that_cannot_be_read_names_its_field(
    scorer: TabularScorer, row: dict[str, object], field: str | None, said: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        scorer.score(row)
    assert refused.value.field == field
    assert refused.value.detail.startswith(said)


def test_a_level_never_seen_is_other_and_not_an_error(scorer: TabularScorer) -> None:
    assert 0 <= scorer.probability({"city": "sapporo"}) <= 1


@pytest.mark.parametrize("file", ["model.ubj", "schema.json", "model.json"])
def test_files_that_do_not_belong_together_are_refused(trained: Trained, tmp_path: Path, file: str) -> None:
    target = write(trained, tmp_path / "leaving", date(2026, 1, 1))
    (target / file).write_bytes((target / file).read_bytes().replace(b"e", b"f", 1))
    with pytest.raises(InferenceError):
        load_tabular(tmp_path, "leaving")


def test_the_drift_reference_adds_up(folder: Path, trained: Trained) -> None:
    found = json.loads((folder / "leaving" / "1.0.0" / "reference.json").read_text())
    assert set(found["inputs"]) == set(trained.table.schema.inputs)
    for name, said in [*found["inputs"].items(), ("score", found["score"])]:
        shares = list(said["levels"].values()) if "levels" in said else said["shares"]
        assert sum(shares) + said["missing"] == pytest.approx(1, abs=1e-4), name
    assert found["inputs"]["score"]["missing"] == pytest.approx(0.1, abs=0.03)
