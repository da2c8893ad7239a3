"""Training of intents: conversations stay together, weights are whole numbers, figures stand beside baselines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from models.benchmarks import intents as benchmark
from models.catalogue import intent as catalogue
from models.data import intents_en, intents_ja
from models.data.importers import multidogo, natcs
from models.definition import Options
from models.export import as_bytes
from models.intent import Fitted, Turns, fit

THREE = ("balance", "close_account", "lost_card")


def few(language: str) -> Turns:
    turns = benchmark.own(language)
    return turns.at(np.isin(turns.intents, THREE))


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit(few("ja"), least=2)


@pytest.mark.parametrize("module", [intents_en, intents_ja])
def test_no_turn_is_written_twice_and_every_intent_has_eight(module: object) -> None:
    turns = module.TURNS  # type: ignore[attr-defined]
    assert len({text for text, _ in turns}) == len(turns)
    labels = [intent for _, intent in turns]
    assert min(labels.count(intent) for intent in set(labels)) >= 8


def test_both_languages_know_the_same_intents() -> None:
    assert {intent for _, intent in intents_en.TURNS} == {intent for _, intent in intents_ja.TURNS}
    assert set(multidogo.INTENTS.values()) | set(natcs.INTENTS.values()) <= {intent for _, intent in intents_ja.TURNS}
    assert set(benchmark.WITH_LIST) <= {intent for _, intent in intents_ja.TURNS}


def test_published_weights_are_whole_numbers_and_say_what_was_trained(fitted: Fitted) -> None:
    numbers = json.loads(as_bytes(fitted.parameters()))
    assert all(isinstance(weight, int) for row in numbers["weights"] for weight in row)
    served = fitted.served()
    for text in few("ja").texts:
        assert served.scores(text) == pytest.approx(fitted.margins([text])[0], abs=1e-9)
        assert served.ranked(text)[0].name == fitted.predict([text])[0]


def test_probabilities_on_turns_not_seen_are_about_right() -> None:
    turns = few("ja")
    chosen = np.arange(len(turns.texts)) % 3 == 0
    model = fit(turns.at(~chosen), least=2).served()
    said = [model.ranked(text)[0] for text in turns.at(chosen).texts]
    right = np.mean([intent.name == truth for intent, truth in zip(said, turns.intents[chosen], strict=True)])
    assert right > 0.8
    assert abs(np.mean([intent.probability for intent in said]) - right) < 0.2


def test_no_more_ngrams_are_kept_than_asked_for() -> None:
    assert len(fit(few("ja"), least=2, grams=50).parameters()["grams"]) == 50


def files(folder: Path) -> Path:
    """MultiDoGO's and NatCS's formats, with turns of our own."""
    names = {ours: theirs for theirs, ours in multidogo.INTENTS.items()}
    for number, part in enumerate(("train", "dev")):
        lines = ["conversationId\tturnNumber\tutteranceId\tutterance\tslot-labels\tintent"]
        turns = [row for row in intents_en.TURNS if row[1] in names]
        lines += [
            f"c{number}{at // 3}\t{at}.0\tu{at}\t{text}\tO\t{names[intent]}" for at, (text, intent) in enumerate(turns)
        ]
        lines += ["x\t0.0\tu\ttwo things\tO\tcheckbalance<div>closeaccount", "x\t1.0\tu\tnew account\tO\topenaccount"]
        (folder / f"finance_{part}.tsv").write_text("\n".join(lines) + "\n")
    return folder


def test_turns_with_two_intents_are_left_out_and_conversations_are_groups(tmp_path: Path) -> None:
    turns = multidogo.read(files(tmp_path), "train")
    assert "two things" not in turns.texts
    assert "new account" not in turns.texts
    assert turns.groups[0] == turns.groups[2] != turns.groups[3]


def test_missing_files_are_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"finance_dev\.tsv"):
        multidogo.read(tmp_path, "dev")
    with pytest.raises(FileNotFoundError, match=r"test-utterances"):
        natcs.read(tmp_path)


def test_natcs_keeps_what_maps_to_our_intents(tmp_path: Path) -> None:
    rows = [("close it", "CloseAccount"), ("stocks", "GetStockQuote")]
    (tmp_path / "test-finance.test-utterances.jsonl").write_text(
        "\n".join(json.dumps({"utterance": u, "utterance_id": u, "intent": i}) for u, i in rows)
    )
    assert natcs.read(tmp_path).intents.tolist() == ["close_account"]


def test_the_comparison_stands_beside_majority_and_logistic_regression(fitted: Fitted) -> None:
    found = benchmark.compare(few("ja"), few("ja"), fitted, "our own", "seen")
    assert found.low is not None
    assert found.high is not None
    assert found.baselines["majority"] < 0.3 < found.low <= found.ours <= found.high
    assert set(found.baselines) == {"majority", "TF-IDF + logistic"}


def test_a_phrase_list_is_judged_on_the_same_turns() -> None:
    turns = few("ja")
    perfect = benchmark.phrase_lists(turns, turns.intents, "our own", "seen")
    judged = {result.metric: result for result in perfect}
    intents = ("close_account", "lost_card", "balance")
    assert set(judged) == {f"{figure} of {intent}" for figure in ("F1", "precision", "recall") for intent in intents}
    assert {result.ours for result in perfect} == {1}
    for intent in intents:
        assert 0.5 < judged[f"F1 of {intent}"].baselines["phrase list"] < 1


def test_a_list_is_replaced_only_when_the_whole_interval_lies_above_it() -> None:
    turns = few("ja")
    clear, unsure = benchmark.phrase_lists(turns, turns.intents, "", "")[:2]
    assert benchmark.better([clear, replace(unsure, low=unsure.baselines["phrase list"])]) == ["cancel"]
    assert benchmark.better([replace(clear, baselines={}), replace(clear, low=None)]) == []


def test_a_resample_without_an_intent_does_not_count_against_the_model() -> None:
    score = benchmark.macro(np.array(["a", "b"]))
    assert score(np.array(["a", "a"]), np.array(["a", "a"])) == 1
    assert score(np.array(["a", "b"]), np.array(["a", "a"])) == pytest.approx(1 / 3)


def test_the_model_is_trained_with_multidogo_written_and_read(tmp_path: Path) -> None:
    data = files(tmp_path)
    catalogue.main([str(data), str(tmp_path / "out"), "--resamples", "5"])
    model = catalogue.DEFINITION.check(tmp_path / "out" / "models")
    assert model.ranked("カードをなくしました")[0].name == "lost_card"  # type: ignore[attr-defined]
    assert model.ranked("please close my account")[0].name == "close_account"  # type: ignore[attr-defined]
    card = (tmp_path / "out" / "cards" / "intent" / "card.md").read_text()
    assert "MultiDoGO" in card
    assert "majority" in card


def test_without_it_the_model_says_that_no_real_turn_was_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "own", few)
    monkeypatch.setattr(
        catalogue, "_own_split", lambda *_: ({"split": "", "calls": 0, "prevalence": 0, "figures": {}}, [], [])
    )
    trained = catalogue.train(Options())
    catalogue.DEFINITION.write(trained, tmp_path / "intent", date(2025, 1, 2))
    assert json.loads((tmp_path / "intent" / "1.0.0" / "model.json").read_text())["synthetic"] is True
