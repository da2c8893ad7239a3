"""A name is found by the beginning of each of its words, however it is typed."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rapport.customers.names import MAX_TERM, MAX_WORDS, normalise, terms

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.lists(
    st.sampled_from(["山田", "花子", "ヤマダ", "ﾀﾛｳ", "Ana", "DE", "la", "Ｃｒｕｚ", "O'Neill", "Groß"]), max_size=7
).map(" ".join)


@given(name=NAMES)
def test_the_beginning_of_every_word_begins_a_term(name: str) -> None:
    found = terms(name)
    for word in normalise(name).split()[:MAX_WORDS]:
        for length in range(1, len(word) + 1):
            assert any(term.startswith(word[:length]) for term in found)


@given(name=NAMES)
def test_terms_are_few_short_and_without_the_separator_of_keys(name: str) -> None:
    found = terms(name)
    assert len(found) <= MAX_WORDS
    assert all(0 < len(term) <= MAX_TERM and "#" not in term for term in found)


@given(name=NAMES)
def test_composed_and_decomposed_forms_are_one(name: str) -> None:
    assert normalise(unicodedata.normalize("NFD", name)) == normalise(unicodedata.normalize("NFC", name))
