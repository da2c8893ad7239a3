"""Training from the command line: reproducible, honest on noise, up to date with what is published."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from rapport.calls.model import Role
from rapport.inference.payment_risk import FEATURES, HISTORY_FEATURES, NAME
from sklearn.metrics import roc_auc_score

from models import card, payment_calls, payment_risk
from models.__main__ import ROOT, main
from models.data.bank import bank as bank_module
from models.data.bank.calls import CALLERS_PER_CUSTOMER
from models.data.generator import SyntheticCall, generate
from models.definition import Definition, Options, definitions
from models.evaluation import difference, split_by_group
from models.payment_calls import COLUMNS, KnownCall
from models.tasks.asof import History
from models.tasks.product import of_customer
from tests.builders.inference import PUBLISHED, UBJ, VERSION

SMALL = Options(seed=3, customers=350, resamples=20)
CARDS = ROOT / "models" / "cards" / NAME


@pytest.fixture(scope="module")
def trained() -> payment_risk.Trained:
    return payment_risk.train(SMALL)


@pytest.fixture(scope="module")
def bank() -> list[SyntheticCall]:
    return generate(7)


# -- the generator --


def test_the_demonstration_bank_has_339_customers_and_1058_calls(bank: list[SyntheticCall]) -> None:
    assert len(bank) == 1_058
    assert len({call.customer.customer_id for call in bank}) == 339


def test_the_same_seed_makes_the_same_calls_and_another_seed_others(bank: list[SyntheticCall]) -> None:
    again = generate(7)
    assert [(c.turns, c.categories, c.failed_to_pay) for c in again] == [
        (c.turns, c.categories, c.failed_to_pay) for c in bank
    ]
    assert generate(8)[0].turns != bank[0].turns


def test_the_turns_of_a_call_come_in_the_order_of_their_times(bank: list[SyntheticCall]) -> None:
    for call in bank:
        begins = [turn.begin_ms for turn in call.turns]
        assert begins == sorted(begins)
        assert all(turn.end_ms > turn.begin_ms for turn in call.turns)


def test_both_languages_and_the_noise_of_recognisers_are_in_the_transcripts(bank: list[SyntheticCall]) -> None:
    said = [turn.content for call in bank for turn in call.turns if turn.role is Role.CUSTOMER]
    japanese = sum(bool(re.search(r"[\u3040-\u30ff]", text)) for text in said) / len(said)
    assert 0.4 < japanese < 0.6
    assert any("[noise]" in text for text in said)
    assert any("<unk>" in text for text in said)


def test_some_calls_carry_contact_lens_labels_and_some_do_not(bank: list[SyntheticCall]) -> None:
    labelled = [all(turn.sentiment is not None for turn in call.turns) for call in bank]
    assert 0.5 < sum(labelled) / len(labelled) < 0.7
    assert not any(call.categories for call, has in zip(bank, labelled, strict=True) if not has)


def test_the_drawn_outcomes_follow_the_true_probabilities(bank: list[SyntheticCall]) -> None:
    rate = np.mean([call.failed_to_pay for call in bank])
    assert rate == pytest.approx(np.mean([call.probability for call in bank]), abs=0.04)


# -- the training table --


def test_no_snapshot_knows_what_is_said_after_it(bank: list[SyntheticCall]) -> None:
    call = next(call for call in bank if len(call.turns) > 8 and not call.categories)
    whole = payment_calls.prefixes(call)
    half = payment_calls.prefixes(replace(call, turns=call.turns[:4]))
    np.testing.assert_equal(whole[:4], half)


def test_one_snapshot_of_every_call_is_taken_before_it(bank: list[SyntheticCall]) -> None:
    table = payment_calls.tabulate([KnownCall(call, call.customer.features) for call in bank[:50]])
    conversation = len(FEATURES) - len(bank[0].customer.features)
    before = np.isnan(table.x[:, :conversation]).all(axis=1)
    assert before.sum() == 50
    assert table.last.sum() == 50
    assert not (before & table.last).any()


def test_labels_of_pure_noise_give_an_auc_of_one_half() -> None:
    """Grouped by customer, a model cannot recognise customers it has seen; a split of rows could."""
    calls = generate(5, 300, 900)
    rng = np.random.default_rng(5)
    fate = {call.customer.customer_id: bool(rng.random() < 0.3) for call in calls}
    noise = [replace(call, failed_to_pay=fate[call.customer.customer_id]) for call in calls]
    table = payment_calls.tabulate([KnownCall(call, call.customer.features) for call in noise])
    found = []
    for seed in range(5):
        fitting, testing = (table.rows(part) for part in split_by_group(table.customer, (0.6, 0.4), seed=seed))
        booster = payment_risk.fit(fitting, FEATURES, depth=3, rounds=80, seed=seed)
        found.append(float(roc_auc_score(testing.y, payment_risk.margins(booster, testing))))
    assert float(np.mean(found)) == pytest.approx(0.5, abs=0.06)


@pytest.fixture(scope="module")
def known() -> list[KnownCall]:
    return payment_calls.bank_calls(3, 60)


def test_a_call_knows_what_its_customer_did_before_it_and_nothing_later(known: list[KnownCall]) -> None:
    """The batch features, which read columns, agree at the moment of each call."""
    made = bank_module.generate(3, round(60 / CALLERS_PER_CUSTOMER))
    history = History(made.transactions)
    moments = np.array([found.at for found in made.calls])
    customers = np.array([found.call.customer.customer_id for found in made.calls])
    expected = of_customer(history, history.codes(customers), moments)
    some = ~np.isnan(expected["observed_days"])
    assert some.any()
    for name in HISTORY_FEATURES:
        found = np.array([each.known[name] for each in known])
        np.testing.assert_allclose(found[some], expected[name][some], rtol=1e-9, atol=1e-9, err_msg=name)
        assert np.isnan(found[~some]).all(), "nothing is known of a customer who has not bought yet"


def test_some_customers_have_no_record_and_then_none_in_any_call(known: list[KnownCall]) -> None:
    recorded: dict[str, set[bool]] = {}
    for each in known:
        blank = bool(np.isnan(each.known["days_past_due"]))
        recorded.setdefault(each.call.customer.customer_id, set()).add(blank)
    assert {len(found) for found in recorded.values()} == {1}
    assert 0.02 < np.mean([True in found for found in recorded.values()]) < 0.35


def test_a_table_holds_every_feature_that_a_model_may_take(known: list[KnownCall]) -> None:
    table = payment_calls.tabulate(known[:20])
    assert table.x.shape[1] == len(COLUMNS) == len(FEATURES) + 65
    np.testing.assert_equal(table.of(("spend_90d",)).ravel()[0], known[0].known["spend_90d"])


def test_a_difference_of_aucs_is_told_with_an_interval_over_customers() -> None:
    rng = np.random.default_rng(1)
    labels = (rng.random(600) < 0.4).astype(float)
    groups = np.repeat(np.arange(200), 3).astype(str)
    good, noise = labels + rng.normal(size=600), rng.normal(size=600)
    found = difference(labels, good, noise, groups, rounds=100)
    assert 0 < found.low < found.value < found.high
    same = difference(labels, good, good, groups, rounds=20)
    assert (same.value, same.low, same.high) == (0, 0, 0)


# -- training --


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, trained: payment_risk.Trained) -> None:
    again = payment_risk.train(SMALL)
    for folder, one in (("a", trained), ("b", again)):
        payment_risk.write(one, tmp_path / folder, date(2026, 1, 1))
        card.write_card(one, tmp_path / folder)
    first, second = (sorted(p for p in (tmp_path / f).rglob("*") if p.is_file()) for f in ("a", "b"))
    assert [p.name for p in first] == [p.name for p in second]
    for one_file, other in zip(first, second, strict=True):
        assert one_file.read_bytes() == other.read_bytes(), one_file.name


def test_no_baseline_and_no_model_beats_the_bayes_ceiling(trained: payment_risk.Trained) -> None:
    published = json.loads((CARDS / "evaluation.json").read_text())
    for split in published["splits"]:
        ceiling = split["figures"]["Bayes ceiling"]
        for label, values in split["figures"].items():
            assert values["AUC"][0] <= ceiling["AUC"][0], label
            assert values["Brier"][0] >= ceiling["Brier"][0], label
    assert {"prevalence for everybody", "three-feature scorecard", "logistic regression, all features"} <= set(
        trained.evaluation["splits"][0]["figures"]
    )


# -- what is committed --


def test_the_published_model_learned_from_the_features_that_this_code_computes() -> None:
    """A changed word list or formula changes what the model is fed: then train and publish again."""
    described = json.loads((PUBLISHED / NAME / VERSION / "model.json").read_text())
    table = payment_calls.tabulate(payment_calls.bank_calls(7, payment_risk.CALLERS))
    assert payment_calls.digest(table, described["features"]) == described["training_data_sha256"], (
        "features have changed since the model was trained: "
        "raise its version, then python -m models train payment_risk && python -m models publish payment_risk"
    )


def test_the_committed_card_is_about_the_published_model() -> None:
    described = json.loads((PUBLISHED / NAME / VERSION / "model.json").read_text())
    evaluation = json.loads((CARDS / "evaluation.json").read_text())
    assert evaluation["sha256"] == described["sha256"]
    assert evaluation["version"] == VERSION == payment_risk.VERSION
    text = (CARDS / "card.md").read_text()
    assert card.markdown(evaluation) == text
    assert card.page(text) == (CARDS / "card.html").read_text()


def test_every_figure_of_the_card_stands_under_the_word_synthetic() -> None:
    lines = (CARDS / "card.md").read_text().splitlines()
    heading = head = ""
    checked = 0
    for number, line in enumerate(lines):
        if line.startswith("#"):
            heading = line
        if line.startswith("|") and not lines[number - 1].startswith("|"):
            head = line
        if re.search(r"\b0\.\d{3}\b", line) and line.startswith(("|", "-")):
            assert "SYNTHETIC" in (heading + head if line.startswith("|") else line), line
            checked += 1
    assert checked >= 10
    assert "SYNTHETIC" in next(line for line in lines if line.startswith("!["))


def test_the_committed_card_and_its_picture_stay_small() -> None:
    assert sum(path.stat().st_size for path in CARDS.iterdir()) < 300_000


def test_the_model_is_small_enough_for_a_quick_explanation() -> None:
    assert UBJ.stat().st_size < 250_000


# -- the command line --


def test_every_module_of_the_catalogue_is_a_model_of_the_command_line() -> None:
    found = definitions()
    modules = {path.stem for path in (ROOT / "models" / "catalogue").glob("*.py")} - {"__init__"}
    assert len(found) == len(modules)
    assert NAME in found
    assert all(isinstance(definition, Definition) for definition in found.values())


def test_train_evaluate_and_publish_work_in_a_folder_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = UBJ.read_bytes()
    here = ["--out", str(tmp_path)]
    assert (
        main(["train", NAME, "--seed", "3", "--customers", "350", "--calls", "1000", "--resamples", "20", *here]) == 0
    )
    assert main(["evaluate", NAME, *here]) == 0
    assert main(["publish", NAME, *here]) == 0
    printed = capsys.readouterr().out
    assert all("SYNTHETIC" in line for line in printed.splitlines() if "AUC" in line)
    assert "Bayes ceiling" in printed
    published = definitions()[NAME].check(tmp_path / "published")
    assert published is not None
    assert UBJ.read_bytes() == before


def test_too_few_calls_to_judge_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="needs 10 of each outcome"):
        main(["train", NAME, "--seed", "3", "--customers", "40", "--calls", "60", "--out", str(tmp_path)])


@pytest.mark.parametrize("command", ["evaluate", "publish"])
def test_a_model_that_was_never_trained_is_named(tmp_path: Path, command: str) -> None:
    with pytest.raises(SystemExit, match=f"{NAME} has not been trained"):
        main([command, NAME, "--out", str(tmp_path)])


def test_a_model_that_the_service_would_refuse_is_not_published(tmp_path: Path, trained: payment_risk.Trained) -> None:
    target = payment_risk.write(trained, tmp_path / "models" / NAME, date(2026, 1, 1))
    card.write_card(trained, tmp_path / "cards" / NAME)
    (target / "model.ubj").write_bytes(b"broken")
    with pytest.raises(SystemExit, match="the service would refuse"):
        main(["publish", NAME, "--out", str(tmp_path)])
    assert not (tmp_path / "published").exists()


def test_a_model_whose_card_is_about_another_is_not_published(tmp_path: Path, trained: payment_risk.Trained) -> None:
    payment_risk.write(trained, tmp_path / "models" / NAME, date(2026, 1, 1))
    other = replace(trained, evaluation={**trained.evaluation, "sha256": "0"})
    card.write_card(other, tmp_path / "cards" / NAME)
    with pytest.raises(SystemExit, match="about another model"):
        main(["publish", NAME, "--out", str(tmp_path)])
