"""What the customer wants, from one turn: a linear model on character n-grams for each language.

Text is folded (NFKC, lower case, one space, every digit 0) so that full-width and half-width forms are one; n-grams
run across words, with the ends marked. The phrase lists of `rapport.calls.language` are further features: they carry
what an intent sounds like where labelled turns are few. Values are sublinear TF-IDF, normalised; the scores are
linear, and a softmax with a fitted slope makes them probabilities. Trained by `models/intent.py` with the functions
of this module.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, fsum, isfinite, log, sqrt
from pathlib import Path
from typing import Any

from rapport.calls.language.analysis import analyse
from rapport.inference.booster import InferenceError
from rapport.inference.published import load_parameters

NAME = "intent"
SHORTEST, LONGEST = 1, 5
# A turn says what it wants early; the rest of a monologue would only cost time.
MOST_CHARACTERS = 300
# No n-gram is longer than five characters, so that this is none.
PHRASE = "phrase:"
PHRASE_WEIGHT = 12
# Where the phrase list of an intent has another name.
LISTED = {"close_account": "cancel"}
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_DIGIT = re.compile(r"\d")


def fold(text: str) -> str:
    """The text as the model reads it. NFKC once more after lower case, so that folding twice changes nothing."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return " ".join(_DIGIT.sub("0", folded).split())[:MOST_CHARACTERS]


def language_of(text: str) -> str:
    """`ja` for a text with kana or kanji, else `en`."""
    return "ja" if _JAPANESE.search(unicodedata.normalize("NFKC", text)) else "en"


def tokens(text: str) -> list[str]:
    """Every n-gram of the folded text with a space at both ends, and what phrase lists it matches.

    None of an empty text. A phrase counts `PHRASE_WEIGHT` times, or it would drown among two hundred n-grams.
    """
    folded = fold(text)
    if not folded:
        return []
    marked = f" {folded} "
    found = [marked[i : i + n] for n in range(SHORTEST, LONGEST + 1) for i in range(len(marked) - n + 1)]
    for name in analyse(folded, by_customer=True).intents:
        found += [f"{PHRASE}{name}"] * PHRASE_WEIGHT
    return found


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent with its probability, 0 to 1."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Linear:
    """One language. `table` gives each known n-gram its inverse document frequency and a weight per intent."""

    intents: tuple[str, ...]
    bias: tuple[float, ...]
    slope: float
    table: Mapping[str, tuple[float, tuple[float, ...]]]

    def scores(self, text: str) -> list[float]:
        """Margin of each intent; the biases alone when no n-gram is known."""
        counts: dict[str, int] = {}
        for gram in tokens(text):
            if gram in self.table:
                counts[gram] = counts.get(gram, 0) + 1
        values = [((1 + log(count)) * self.table[gram][0], self.table[gram][1]) for gram, count in counts.items()]
        norm = sqrt(fsum(value * value for value, _ in values)) or 1.0
        scores = [0.0] * len(self.intents)
        for value, weights in values:
            scores = [score + value * weight for score, weight in zip(scores, weights, strict=True)]
        return [score / norm + bias for score, bias in zip(scores, self.bias, strict=True)]

    def ranked(self, text: str) -> tuple[Intent, ...]:
        """Every intent, the likeliest first; probabilities sum to 1."""
        scores = [self.slope * score for score in self.scores(text)]
        top = max(scores)
        weights = [exp(score - top) for score in scores]
        total = fsum(weights)
        found = (Intent(name, weight / total) for name, weight in zip(self.intents, weights, strict=True))
        return tuple(sorted(found, key=lambda intent: (-intent.probability, intent.name)))


@dataclass(frozen=True, slots=True)
class IntentModel:
    """The served model: one `Linear` for each language.

    `better` names for each language the phrase lists that the model beat by more than chance when it was trained.
    """

    languages: Mapping[str, Linear]
    better: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def ranked(self, text: str, language: str | None = None) -> tuple[Intent, ...]:
        """Intents of one turn, the likeliest first; nothing for an empty turn or a language without a model."""
        model = self.languages.get(language or language_of(text))
        return model.ranked(text) if model is not None and fold(text) else ()

    def wanted(self, text: str) -> tuple[str, ...]:
        """Intents of one turn under the names of the phrase lists: the model's where it is better, theirs elsewhere."""
        language = language_of(text)
        replaced = self.better.get(language, frozenset())
        listed = tuple(name for name in analyse(text, by_customer=True).intents if name not in replaced)
        ranked = self.ranked(text, language)
        top = LISTED.get(ranked[0].name, ranked[0].name) if ranked else ""
        return (*listed, top) if top in replaced else listed


def linear(parameters: Mapping[str, Any]) -> Linear:
    """One language from its published numbers: `grams`, `idf`, and whole-number `weights` in units of `unit`."""
    try:
        intents, bias = tuple(map(str, parameters["intents"])), tuple(map(float, parameters["bias"]))
        slope, unit = float(parameters["slope"]), float(parameters["unit"])
        grams, idf, weights = parameters["grams"], parameters["idf"], parameters["weights"]
        table = {
            str(gram): (float(frequency), tuple(weight * unit for weight in row))
            for gram, frequency, row in zip(grams, idf, weights, strict=True)
        }
    except (KeyError, TypeError, ValueError) as error:
        raise InferenceError(f"{NAME}: the parameters are incomplete: {type(error).__name__}") from error
    widths = {len(row) for _, row in table.values()}
    if len(intents) < 2 or len(set(intents)) != len(intents) or widths != {len(intents)} or len(bias) != len(intents):
        raise InferenceError(f"{NAME}: intents, bias and weights are of different sizes")
    if not (isfinite(slope) and slope > 0 and all(map(isfinite, bias))):
        raise InferenceError(f"{NAME}: slope must be positive and every bias finite")
    return Linear(intents, bias, slope, table)


def from_parameters(parameters: Mapping[str, Any]) -> IntentModel:
    """Raises `InferenceError` when a language's numbers do not fit together or its n-grams are not this code's."""
    if parameters.get("ngrams") != [SHORTEST, LONGEST] or not parameters.get("languages"):
        raise InferenceError(f"{NAME}: the model and this code disagree on n-grams, or it knows no language")
    better = parameters.get("better", {})
    return IntentModel(
        {language: linear(numbers) for language, numbers in parameters["languages"].items()},
        {language: frozenset(map(str, names)) for language, names in better.items()},
    )


def load_intent(models: Path) -> IntentModel:
    """The published model from a folder of models. Raises `InferenceError`."""
    return from_parameters(load_parameters(models, NAME).parameters)
