"""Intents of a turn: text that means the same reads the same, and numbers that do not fit are refused."""

from __future__ import annotations

import time
from math import log, nan, sqrt
from typing import Any

import pytest
from rapport.inference.booster import InferenceError
from rapport.inference.intent import Intent, IntentModel, fold, from_parameters, language_of, linear, tokens

SMALL: dict[str, Any] = {
    "intents": ["pay", "leave"],
    "bias": [0.0, 0.5],
    "slope": 2.0,
    "unit": 0.01,
    "grams": ["p", "l", "pay"],
    "idf": [1.0, 2.0, 3.0],
    "weights": [[100, -100], [-100, 100], [200, 0]],
}


def test_the_score_is_the_formula_of_normalised_sublinear_tf_idf() -> None:
    once, twice = 3.0, 1 + log(2)
    norm = sqrt(once**2 + twice**2)
    assert linear(SMALL).scores("pay p") == pytest.approx([(once * 2 + twice * 1) / norm, 0.5 + (twice * -1) / norm])


def test_a_turn_without_a_known_ngram_has_the_biases() -> None:
    assert linear(SMALL).scores("xyz") == [0.0, 0.5]
    assert linear(SMALL).ranked("xyz")[0].name == "leave"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ｶｰﾄﾞをなくした", "カードをなくした"),
        ("ＰＡＹ　ｍｙ　ｂｉｌｌ", "pay my bill"),
        ("口座は１２３４", "口座は5678"),
        ("  two\n spaces ", "Two Spaces"),
    ],
)
def test_half_width_full_width_case_digits_and_spaces_do_not_matter(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert tokens(one) == tokens(other)


def test_kana_or_kanji_make_a_turn_japanese_half_width_too() -> None:
    assert [language_of(text) for text in ("解約", "ｶｰﾄﾞ", "OK", "¿qué?", "")] == ["ja", "ja", "en", "en", "en"]


def test_what_a_phrase_list_matches_is_a_feature() -> None:
    assert "phrase:cancel" in tokens("口座を解約したい")
    assert "phrase:cancel" not in tokens("残高を教えて")


def test_an_empty_turn_wants_nothing_and_an_unknown_language_says_nothing() -> None:
    model = IntentModel({"en": linear(SMALL)})
    assert model.ranked(" \n ") == ()
    assert model.ranked("解約") == ()
    assert [intent.name for intent in model.ranked("解約", "en")] == ["leave", "pay"]


def test_a_phrase_list_speaks_unless_the_model_was_better() -> None:
    said = linear({**SMALL, "intents": ["balance", "close_account"]})
    turn = "what is my account balance i lost my card"
    assert IntentModel({"en": said}).wanted(turn) == ("lost_card", "balance")
    assert IntentModel({"en": said}, {"en": frozenset({"cancel"})}).wanted(turn) == ("lost_card", "balance", "cancel")
    assert IntentModel({"en": said}, {"en": frozenset({"lost_card"})}).wanted(turn) == ("balance",)
    assert IntentModel({"en": said}, {"ja": frozenset({"cancel"})}).wanted(turn) == ("lost_card", "balance")
    assert IntentModel({"en": said}, {"en": frozenset({"cancel"})}).wanted("") == ()


def test_equal_probabilities_are_ordered_by_name() -> None:
    even = linear({**SMALL, "bias": [0.0, 0.0]})
    assert even.ranked("xyz") == (Intent("leave", 0.5), Intent("pay", 0.5))


@pytest.mark.parametrize(
    "change",
    [
        {"bias": [0.0]},
        {"bias": [0.0, nan]},
        {"slope": 0},
        {"slope": nan},
        {"intents": ["pay", "pay"]},
        {"intents": ["pay"]},
        {"weights": [[1, 2], [3, 4]]},
        {"weights": [[1], [2], [3]]},
        {"weights": "many"},
        {"grams": None},
        {"grams": [], "idf": [], "weights": []},
    ],
)
def test_numbers_that_do_not_fit_together_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(InferenceError):
        linear({**SMALL, **change})


@pytest.mark.parametrize("parameters", [{}, {"ngrams": [1, 3], "languages": {"en": SMALL}}, {"ngrams": [1, 5]}])
def test_a_model_of_other_ngrams_or_no_language_is_refused(parameters: dict[str, object]) -> None:
    assert from_parameters({"ngrams": [1, 5], "languages": {"en": SMALL}}).ranked("pay")
    with pytest.raises(InferenceError):
        from_parameters(parameters)


def test_a_monologue_costs_no_more_than_its_beginning() -> None:
    started = time.perf_counter()
    assert tokens("pay " * 100_000)[0] == " "
    assert len(tokens("pay " * 100_000)) == len(tokens("pay " * 1_000))
    assert time.perf_counter() - started < 5
