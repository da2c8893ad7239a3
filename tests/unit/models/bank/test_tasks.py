"""Training sets: nothing of the future, every answer certain in time, customers apart, figures below the ceiling."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from models.data.bank.period import CUTOFF_DAYS, DAY_MS, to_ms
from models.data.bank.tables import TablesError, write
from models.tasks import churn, credit, fraud
from models.tasks.__main__ import TASKS, main
from models.tasks.baseline import booster, evaluate, score
from models.tasks.frame import Split, TrainingSet, known_by
from tests.builders.bank import its_tables, some_transactions


@pytest.fixture(scope="module")
def sets() -> dict[str, TrainingSet]:
    return {name: make(its_tables()) for name, (make, _) in TASKS.items()}


@pytest.fixture(scope="module")
def splits(sets: dict[str, TrainingSet]) -> dict[str, tuple[Split, ...]]:
    return {name: split(sets[name], seed=1) for name, (_, split) in TASKS.items()}


# -- splits --


@pytest.mark.parametrize("name", TASKS)
def test_every_test_row_is_scored_once_and_by_no_model_that_has_seen_it(
    sets: dict[str, TrainingSet], splits: dict[str, tuple[Split, ...]], name: str
) -> None:
    for split in splits[name]:
        tested = np.concatenate([test for _, test in split])
        assert len(tested) == len(set(tested.tolist())) > 100
        for train, test in split:
            assert not set(train.tolist()) & set(test.tolist())


@pytest.mark.parametrize("name", TASKS)
def test_customers_held_out_are_held_out(
    sets: dict[str, TrainingSet], splits: dict[str, tuple[Split, ...]], name: str
) -> None:
    named = [split for split in splits[name] if "customers held out" in split.name]
    assert named
    for split in named:
        for train, test in split:
            assert not set(sets[name].customer[train]) & set(sets[name].customer[test])


@pytest.mark.parametrize("name", TASKS)
def test_a_model_tested_later_in_time_has_learned_only_answers_that_were_certain_by_then(
    sets: dict[str, TrainingSet], splits: dict[str, tuple[Split, ...]], name: str
) -> None:
    found = sets[name]
    later = [split for split in splits[name] if "later in time" in split.name or "last cut-off" in split.name]
    assert later
    for split in later:
        begins = min(found.time[test].min() for _, test in split)
        for train, _ in split:
            assert len(train) > 200
            assert found.known_at[train].max() <= begins
            assert 0 < found.target[train].mean() < 0.5


# -- churn --


def test_churn_is_asked_at_several_cutoffs_and_answered_90_days_later(sets: dict[str, TrainingSet]) -> None:
    found = sets["churn"]
    assert sorted(set(found.time.tolist())) == to_ms(np.array(CUTOFF_DAYS)).tolist()
    assert ((found.known_at - found.time) == 90 * DAY_MS).all()
    assert len(set(found.row)) == len(found)


def test_the_banks_labels_are_those_that_transactions_alone_give() -> None:
    """So somebody with nothing but transactions gets the same training set."""
    tables = its_tables()
    theirs, ours = tables.labels["churn"], churn.label(tables.transactions, to_ms(np.array(CUTOFF_DAYS)))
    order = np.lexsort((theirs["customer_id"], theirs["at"]))
    for name in ("customer_id", "at", "known_at", "label"):
        np.testing.assert_array_equal(theirs[name][order], ours[name])


def test_cutoffs_of_ones_own_transactions_have_90_days_on_either_side() -> None:
    at = np.array([0, 400 * DAY_MS])
    assert (churn.quarterly(at) // DAY_MS).tolist() == [90, 180, 270]


@settings(max_examples=15, deadline=None)
@given(cutoff=st.integers(0, len(CUTOFF_DAYS) - 1), factor=st.floats(0.1, 10), seed=st.integers(0, 99))
def test_what_happens_after_a_cutoff_does_not_change_its_features(cutoff: int, factor: float, seed: int) -> None:
    tables = its_tables(3, 60)
    moment = int(to_ms(np.array(CUTOFF_DAYS))[cutoff])
    kept = np.random.default_rng(seed).random(len(tables.transactions["at"])) < 0.7
    later = tables.transactions["at"] >= moment
    changed = {name: values[~later | kept] for name, values in tables.transactions.items()}
    changed["amount"] = np.where(changed["at"] >= moment, changed["amount"] * factor, changed["amount"])
    early = {name: values[tables.calls["at"] < moment] for name, values in tables.calls.items()}
    other = churn.training_set(replace(tables, transactions=changed, calls=early))
    one = churn.training_set(tables)
    settled = one.time <= moment
    np.testing.assert_equal(one.rows(settled).columns, other.rows(settled).columns)


# -- fraud --


def test_every_purchase_is_a_row_and_no_refund_is(sets: dict[str, TrainingSet]) -> None:
    transactions = its_tables().transactions
    bought = transactions["transaction_id"][transactions["amount"] > 0]
    assert set(sets["fraud"].row) == set(bought)
    assert (sets["fraud"].columns["amount"] > 0).all()


def test_no_answer_about_fraud_is_used_before_the_60_days_are_over(sets: dict[str, TrainingSet]) -> None:
    assert (sets["fraud"].known_at >= sets["fraud"].time + 60 * DAY_MS).all()


def test_a_row_of_fraud_carries_its_own_label(sets: dict[str, TrainingSet]) -> None:
    labels = its_tables().labels["fraud"]
    fraud_ids = set(labels["transaction_id"][labels["label"] == 1])
    assert set(sets["fraud"].row[sets["fraud"].target == 1]) == fraud_ids


def test_a_context_of_ones_own_takes_the_place_of_the_small_one() -> None:
    def only_code(_: object, code: np.ndarray, at: np.ndarray) -> dict[str, np.ndarray]:
        return {"code": code.astype(float), "moment": at.astype(float)}

    found = fraud.training_set(its_tables(3, 60), known=only_code)
    assert len(found.features) == 12
    np.testing.assert_array_equal(found.columns["moment"], found.time)


def test_a_transaction_without_a_label_is_no_row() -> None:
    tables = its_tables(3, 60)
    some = {name: values[::3] for name, values in tables.labels["fraud"].items()}
    found = fraud.training_set(replace(tables, labels={"fraud": some}))
    whole = fraud.training_set(tables)
    assert set(found.row) == set(some["transaction_id"]) & set(whole.row)
    target = dict(zip(whole.row.tolist(), whole.target.tolist(), strict=True))
    assert [target[row] for row in found.row.tolist()] == found.target.tolist()


def test_fraud_without_labels_says_what_it_needs() -> None:
    with pytest.raises(TablesError, match="needs the table labels_fraud"):
        fraud.training_set(replace(its_tables(3, 60), labels={}))


# -- credit --


def test_only_outcomes_of_a_full_year_are_learned_from(sets: dict[str, TrainingSet]) -> None:
    last = its_tables().transactions["at"].max()
    assert sets["credit"].known_at.max() <= last
    assert ((sets["credit"].known_at - sets["credit"].time) >= 365 * DAY_MS).all()
    assert 0 < len(sets["credit"]) < len(its_tables().applications["at"])


@settings(max_examples=40, deadline=None)
@given(days_ago=st.integers(0, 800))
def test_an_earlier_today_knows_fewer_outcomes(days_ago: int) -> None:
    tables = its_tables(3, 60)
    now = int(tables.transactions["at"].max()) - days_ago * DAY_MS
    found = credit.training_set(tables, now=now)
    assert (found.known_at <= now).all()
    assert len(found) <= len(credit.training_set(tables))


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from("AB"), st.integers(-20, 20), st.integers(1, 15), st.booleans()),
        min_size=1,
        max_size=25,
    )
)
def test_a_default_counts_against_an_applicant_only_once_it_has_been_seen(
    rows: list[tuple[str, int, int, bool]],
) -> None:
    customer, time, delay, bad = (np.array(column) for column in zip(*rows, strict=True))
    earlier, defaults = credit.earlier_loans(customer, time, time + delay, bad)
    for number, (who, when, _, _) in enumerate(rows):
        mine = [(at, at + wait, failed) for other, at, wait, failed in rows if other == who]
        assert earlier[number] == sum(at < when for at, _, _ in mine)
        assert defaults[number] == sum(failed and seen < when for _, seen, failed in mine)


def test_every_feature_of_credit_has_a_reason_in_both_languages(sets: dict[str, TrainingSet]) -> None:
    reasoned = [name for _, features in credit.REASONS.values() for name in features]
    assert sorted(reasoned) == sorted(sets["credit"].features)
    for text, _ in credit.REASONS.values():
        assert re.search(r"[\u3041-\u30ff]", text.ja)
        assert re.fullmatch(r"[A-Z][^\u3000-\u9fff]+\.", text.en)


@settings(max_examples=100, deadline=None)
@given(contributions=st.dictionaries(st.sampled_from(sorted(credit.MONOTONE)), st.floats(-3, 3)))
def test_at_most_four_reasons_are_given_strongest_first_and_none_that_lowered_the_risk(
    contributions: dict[str, float],
) -> None:
    codes = credit.principal_reasons(contributions)
    sums = [sum(contributions.get(name, 0.0) for name in credit.REASONS[code][1]) for code in codes]
    assert len(codes) == len(set(codes)) <= 4
    assert all(value > 0 for value in sums)
    assert sums == sorted(sums, reverse=True)


def test_more_debt_never_lowers_the_risk(sets: dict[str, TrainingSet]) -> None:
    found = sets["credit"]
    for name, direction in (("debt_to_income", 1), ("stated_income", -1)):
        more = replace(found, columns={**found.columns, name: found.columns[name] * 1.5})
        assert (direction * (booster(found, more) - booster(found, found)) >= 0).all()


def test_credit_without_its_tables_says_which_it_needs() -> None:
    tables = its_tables(3, 60)
    with pytest.raises(TablesError, match="needs the tables applications and labels_credit"):
        credit.training_set(replace(tables, applications={}))


# -- figures --


def test_the_true_probabilities_beat_every_baseline_and_these_beat_chance(
    sets: dict[str, TrainingSet], splits: dict[str, tuple[Split, ...]]
) -> None:
    for name in ("churn", "credit"):
        found = evaluate(sets[name], splits[name][0], rounds=2)
        ceiling = found["Bayes ceiling"]
        assert found["prevalence"]["AUC"].value == pytest.approx(0.5)
        for model in ("logistic regression", "XGBoost"):
            assert 0.55 < found[model]["AUC"].value < ceiling["AUC"].value
            assert found["prevalence"]["AP"].value < found[model]["AP"].value < ceiling["AP"].value


def test_labels_of_pure_noise_teach_nothing(sets: dict[str, TrainingSet]) -> None:
    found = sets["churn"]
    rng = np.random.default_rng(2)
    fate = dict(zip(np.unique(found.customer).tolist(), rng.random(len(found)) < 0.3, strict=False))
    noise = replace(found, target=np.array([float(fate[owner]) for owner in found.customer]))
    scored = [score(noise, churn.splits(noise, seed=seed)[0], booster) for seed in range(3)]
    aucs = [roc_auc_score(noise.target[rows], found) for rows, found in scored]
    assert np.mean(aucs) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("name", TASKS)
def test_every_line_of_figures_says_synthetic(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--seed", "3", "--customers", "300", "--resamples", "5"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert all(line.startswith("SYNTHETIC  ") for line in printed)
    for words in ("prevalence 0.", "logistic regression", "XGBoost", "Bayes ceiling", "expected ceiling"):
        assert any(words in line for line in printed), words
    assert ("precision@100 a day" in "".join(printed)) == (name == "fraud")


def test_ones_own_data_is_not_called_synthetic_and_has_no_ceiling(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = its_tables(3, 400)
    labels = {"churn": {name: v for name, v in tables.labels["churn"].items() if name != "probability"}}
    write(replace(tables, labels=labels, turns=None), tmp_path)
    assert main(["churn", "--data", str(tmp_path), "--resamples", "5"]) == 0
    printed = capsys.readouterr().out
    assert "SYNTHETIC" not in printed
    assert "ceiling" not in printed
    assert "XGBoost" in printed


def test_a_split_with_too_few_outcomes_says_so_and_the_others_are_judged(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["churn", "--seed", "3", "--customers", "120", "--resamples", "2"]) == 0
    printed = capsys.readouterr().out
    assert "too little data for this split" in printed
    assert printed.count("Bayes ceiling") == 1


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_training_set_in_a_file_holds_everything_but_the_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    path = tmp_path / f"churn.{ending}"
    assert main(["churn", "--seed", "3", "--customers", "60", "--out", str(path)]) == 0
    assert all(line.startswith("SYNTHETIC") for line in capsys.readouterr().out.splitlines())
    frame = pd.read_csv(path) if ending == "csv" else pd.read_parquet(path)
    made = churn.training_set(its_tables(3, 60))
    assert list(frame.columns) == ["row", "customer_id", "time", "known_at", *made.features, "label"]
    assert (pd.to_datetime(frame["time"]).astype("datetime64[ms]").astype("int64") == made.time).all()
    np.testing.assert_allclose(frame[list(made.features)].to_numpy(dtype=float), made.matrix())
    assert frame["label"].tolist() == made.target.tolist()


def test_a_file_of_another_kind_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"error: churn\.xlsx ends neither"):
        main(["churn", "--seed", "3", "--customers", "60", "--out", str(tmp_path / "churn.xlsx")])


def test_too_little_data_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"error: .* a figure needs 10 of each"):
        main(["churn", "--seed", "3", "--customers", "30"])
    with pytest.raises(SystemExit, match=r"error: .* has no customers"):
        main(["churn", "--data", str(tmp_path)])


def test_known_by_takes_answers_that_are_certain_and_no_others(sets: dict[str, TrainingSet]) -> None:
    found = sets["churn"]
    moment = int(np.median(found.known_at))
    assert (found.rows(known_by(found, moment)).known_at <= moment).all()
    assert (found.rows(~known_by(found, moment)).known_at > moment).all()


def test_a_history_too_short_for_a_cutoff_says_so() -> None:
    few = some_transactions([("A", 0, 5.0), ("A", 30 * DAY_MS, 5.0)])
    with pytest.raises(ValueError, match="no cut-off"):
        churn.training_set(replace(its_tables(3, 60), transactions=few, labels={}))
