"""Intents for any text: a distribution, the same for every width, and equal to the training library's."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.inference.intent import IntentModel, fold, from_parameters, tokens

from models.benchmarks.intents import own
from models.intent import Fitted, fit, parameters

fitted: dict[str, Fitted] = {language: fit(own(language), least=2) for language in ("en", "ja")}
model: IntentModel = from_parameters(parameters(fitted))
WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": "\u3000"}
texts = st.one_of(
    st.text(max_size=80),
    st.text("あいうカード口座解約払ｶﾞﾊﾟｱｲｳabcABC123 　、。", max_size=60),
    st.lists(st.sampled_from([*own("ja").texts, *own("en").texts]), min_size=1, max_size=3).map(" ".join),
)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_probabilities_are_a_distribution_with_the_likeliest_first(text: str) -> None:
    found = model.ranked(text)
    assert bool(found) == bool(fold(text))
    if found:
        assert sum(intent.probability for intent in found) == pytest.approx(1)
        values = [intent.probability for intent in found]
        assert values == sorted(values, reverse=True)
        assert len({intent.name for intent in found}) == 24


@settings(max_examples=200, deadline=None)
@given(texts)
def test_folding_twice_changes_nothing_and_width_is_of_no_matter(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    wide = "".join(WIDE.get(character, character) for character in text)
    assert tokens(wide) == tokens(text)
    assert tokens(unicodedata.normalize("NFKC", text)) == tokens(text)


@settings(max_examples=200, deadline=None)
@given(texts, st.sampled_from(["en", "ja"]))
def test_served_scores_equal_the_training_librarys(text: str, language: str) -> None:
    expected = fitted[language].margins([text])[0]
    assert np.array(model.languages[language].scores(text)) == pytest.approx(expected, abs=1e-9)
