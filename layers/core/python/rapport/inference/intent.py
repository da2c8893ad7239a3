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
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import exp, fsum, isfinite, log, sqrt
from pathlib import Path
from struct import pack, unpack
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
# Bits for the sum of one intent: 11 for the number of n-grams, 9 for a value, 12 for a weight, 30 behind the point.
LANE, FINE = 64, 1 << 30
LARGEST_WEIGHT, LARGEST_IDF = 1 << 12, 64
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
    """One language. `table` gives each known n-gram its inverse document frequency, its weights, and their product.

    Weights are whole numbers of `unit`. Those of one n-gram lie side by side in one integer, `LANE` bits each, so that
    one addition serves every intent: 24 intents cost what one would, and a turn of a call can afford it.
    """

    intents: tuple[str, ...]
    bias: tuple[float, ...]
    slope: float
    unit: float
    table: Mapping[str, tuple[float, int, int]]

    def weights(self, gram: str) -> list[float] | None:
        """What an n-gram says for each intent, times its inverse document frequency; None when it is not known."""
        known = self.table.get(gram)
        if known is None:
            return None
        frequency, packed, _ = known
        return [frequency * self.unit * lane for lane in _unpacked(packed, len(self.bias))]

    def scores(self, text: str) -> list[float]:
        """Margin of each intent; the biases alone when no n-gram is known."""
        total, squares = 0, []
        for gram, count in Counter(tokens(text)).items():
            known = self.table.get(gram)
            if known is None:
                continue
            frequency, packed, once = known
            if count == 1:
                squares.append(frequency * frequency)
                total += once
            else:
                value = (1 + log(count)) * frequency
                squares.append(value * value)
                total += round(value * FINE) * packed
        scale = self.unit / FINE / (sqrt(fsum(squares)) or 1.0)
        return [lane * scale + bias for lane, bias in zip(_unpacked(total, len(self.bias)), self.bias, strict=True)]

    def likeliest(self, text: str) -> str:
        """The intent with the greatest margin; of equal ones the first by name."""
        return min(zip(self.scores(text), self.intents, strict=True), key=lambda pair: (-pair[0], pair[1]))[1]

    def ranked(self, text: str) -> tuple[Intent, ...]:
        """Every intent, the likeliest first; probabilities sum to 1."""
        scores = [self.slope * score for score in self.scores(text)]
        top = max(scores)
        weights = [exp(score - top) for score in scores]
        total = fsum(weights)
        found = (Intent(name, weight / total) for name, weight in zip(self.intents, weights, strict=True))
        return tuple(sorted(found, key=lambda intent: (-intent.probability, intent.name)))


@cache
def _middle(count: int) -> int:
    """Half of what a lane holds, in each lane: added, it lifts signed lanes above zero, so that none borrows."""
    return sum(1 << (LANE * number + LANE - 1) for number in range(count))


def _packed(weights: Sequence[int]) -> int:
    lifted = pack(f"<{len(weights)}Q", *(weight + (1 << (LANE - 1)) for weight in weights))
    return int.from_bytes(lifted, "little") - _middle(len(weights))


def _unpacked(total: int, count: int) -> list[int]:
    """The signed lanes of a sum of packed numbers."""
    lifted = (total + _middle(count)).to_bytes(count * LANE // 8, "little")
    return [lane - (1 << (LANE - 1)) for lane in unpack(f"<{count}Q", lifted)]


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
        model = self.languages.get(language)
        if not replaced or model is None or not fold(text):
            return listed
        found = model.likeliest(text)
        top = LISTED.get(found, found)
        return (*listed, top) if top in replaced else listed


class PublishedIntents:
    """What a customer wants in one turn, by the published model, which is read when it is first asked."""

    def __init__(self, models: Path) -> None:
        self._models = models
        self._model: IntentModel | None = None

    def __call__(self, text: str) -> tuple[str, ...]:
        """Intents by the names of the phrase lists. Raises `InferenceError` where there is no readable model."""
        if self._model is None:
            self._model = load_intent(self._models)
        return self._model.wanted(text)


def _whole(row: Sequence[int]) -> Sequence[int]:
    """Weights in units. Raises `ValueError` for one that is no whole number or would run out of its lane."""
    if any(weight != int(weight) or abs(weight) > LARGEST_WEIGHT for weight in row):
        raise ValueError("a weight is a whole number of units")
    return row


def linear(parameters: Mapping[str, Any]) -> Linear:
    """One language from its published numbers: `grams`, `idf`, and whole-number `weights` in units of `unit`."""
    try:
        intents, bias = tuple(map(str, parameters["intents"])), tuple(map(float, parameters["bias"]))
        slope, unit = float(parameters["slope"]), float(parameters["unit"])
        grams, idf, weights = parameters["grams"], parameters["idf"], parameters["weights"]
        table = {
            str(gram): (float(frequency), packed := _packed(_whole(row)), round(frequency * FINE) * packed)
            for gram, frequency, row in zip(grams, idf, weights, strict=True)
        }
        widths = {len(row) for row in weights}
    except (KeyError, TypeError, ValueError) as error:
        raise InferenceError(f"{NAME}: the parameters are incomplete: {type(error).__name__}") from error
    if len(intents) < 2 or len(set(intents)) != len(intents) or widths != {len(intents)} or len(bias) != len(intents):
        raise InferenceError(f"{NAME}: intents, bias and weights are of different sizes")
    if not (isfinite(slope) and slope > 0 and all(map(isfinite, bias))):
        raise InferenceError(f"{NAME}: slope must be positive and every bias finite")
    if not all(0 < frequency <= LARGEST_IDF for frequency, _, _ in table.values()):
        raise InferenceError(f"{NAME}: an inverse document frequency lies between 0 and {LARGEST_IDF}")
    return Linear(intents, bias, slope, unit, table)


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
