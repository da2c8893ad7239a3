"""Trains the intent model: TF-IDF of character n-grams, a linear SVM, whole-number weights, a slope for probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapport.inference.intent import LONGEST, SHORTEST, Linear, linear, tokens
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

Floats = NDArray[np.float64]
UNIT = 0.01
PENALTY = 0.5
# Keeps the file of a language below half a megabyte; ten thousand were no better on MultiDoGO.
MOST_GRAMS = 6_000


@dataclass(frozen=True)
class Turns:
    """Labelled turns; turns of one group (a conversation) must never be on both sides of a split."""

    texts: tuple[str, ...]
    intents: NDArray[np.str_]
    groups: NDArray[np.str_]

    @classmethod
    def of(cls, rows: Sequence[tuple[str, str, str]]) -> Turns:
        """From (text, intent, group)."""
        texts, intents, groups = zip(*rows, strict=True)
        return cls(tuple(texts), np.array(intents), np.array(groups))

    def at(self, chosen: Any) -> Turns:
        positions = np.arange(len(self.texts))[chosen]
        return Turns(tuple(self.texts[i] for i in positions), self.intents[positions], self.groups[positions])

    def with_(self, other: Turns) -> Turns:
        return Turns(
            self.texts + other.texts,
            np.concatenate([self.intents, other.intents]),
            np.concatenate([self.groups, other.groups]),
        )


@dataclass(frozen=True)
class Fitted:
    """The training library's own objects, with coefficients already rounded to UNIT."""

    vectoriser: TfidfVectorizer
    coefficients: Floats
    bias: Floats
    intents: tuple[str, ...]
    slope: float

    def margins(self, texts: Sequence[str]) -> Floats:
        found: Floats = self.vectoriser.transform(texts) @ self.coefficients.T + self.bias
        return found

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        found: NDArray[np.str_] = np.array(self.intents)[self.margins(texts).argmax(axis=1)]
        return found

    def parameters(self) -> dict[str, Any]:
        """The numbers that are published for one language."""
        return {
            "intents": list(self.intents),
            "bias": [float(value) for value in self.bias],
            "slope": self.slope,
            "unit": UNIT,
            "grams": self.vectoriser.get_feature_names_out().tolist(),
            "idf": [float(value) for value in self.vectoriser.idf_],
            "weights": np.rint(self.coefficients.T / UNIT).astype(int).tolist(),
        }

    def served(self) -> Linear:
        return linear(self.parameters())


def _vectoriser(least: int, vocabulary: Sequence[str] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=tokens, sublinear_tf=True, min_df=least, vocabulary=vocabulary)


def _svm(x: Any, intents: NDArray[np.str_], seed: int) -> LinearSVC:
    return LinearSVC(C=PENALTY, random_state=seed).fit(x, intents)


def _linear(turns: Turns, vectoriser: TfidfVectorizer, seed: int) -> Fitted:
    x = vectoriser.fit_transform(turns.texts)
    # Four digits of the frequency are enough and keep the file small; they are rounded before the weights are fitted.
    vectoriser.idf_ = np.round(vectoriser.idf_, 4)
    x = vectoriser.transform(turns.texts)
    svm = _svm(x, turns.intents, seed)
    names = tuple(str(name) for name in svm.classes_)
    weights, bias = np.rint(svm.coef_ / UNIT) * UNIT, np.round(svm.intercept_, 6)
    return Fitted(vectoriser, weights, bias, names, 1.0)


def fit(turns: Turns, *, least: int = 3, seed: int = 7, folds: int = 3, grams: int = MOST_GRAMS) -> Fitted:
    """The strongest `grams` n-grams of a first fit, then a fit on those, then the slope by grouped folds.

    `least` is in how many turns an n-gram must occur; there must be three intents or more.
    """
    first = _vectoriser(least)
    x = first.fit_transform(turns.texts)
    strength = np.abs(_svm(x, turns.intents, seed).coef_).max(axis=0) * np.sqrt(np.asarray(x.multiply(x).mean(axis=0)))
    chosen = np.argsort(-strength.ravel(), kind="stable")[:grams]
    vocabulary = sorted(first.get_feature_names_out()[chosen].tolist())
    fitted = _linear(turns, _vectoriser(1, vocabulary), seed)
    slope = _slope(turns, vocabulary, fitted.intents, seed, folds)
    return Fitted(fitted.vectoriser, fitted.coefficients, fitted.bias, fitted.intents, slope)


def _slope(turns: Turns, vocabulary: Sequence[str], intents: tuple[str, ...], seed: int, folds: int) -> float:
    """Slope of the softmax with the least log loss on turns of conversations that the fold's fit did not see."""
    position = {name: number for number, name in enumerate(intents)}
    margins, labels = [], []
    for inside, outside in GroupKFold(folds).split(turns.intents, groups=turns.groups):
        part, rest = turns.at(inside), turns.at(outside)
        fold = _linear(part, _vectoriser(1, vocabulary), seed)
        kept = np.isin(rest.intents, fold.intents)
        full = np.full((int(kept.sum()), len(intents)), -3.0)
        full[:, [position[name] for name in fold.intents]] = fold.margins(rest.at(kept).texts)
        margins.append(full)
        labels += [position[name] for name in rest.intents[kept]]
    together, rows = np.concatenate(margins), np.arange(len(labels))

    def loss(log_slope: float) -> float:
        scaled = np.exp(log_slope) * together
        scaled -= scaled.max(axis=1, keepdims=True)
        return float((np.log(np.exp(scaled).sum(axis=1)) - scaled[rows, labels]).mean())

    return round(float(np.exp(minimize_scalar(loss, bounds=(-2, 4), method="bounded").x)), 6)


def parameters(languages: dict[str, Fitted], better: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """parameters.json of the served model; `better` names the phrase lists it replaces, by language."""
    return {
        "ngrams": [SHORTEST, LONGEST],
        "better": {language: sorted(names) for language, names in (better or {}).items()},
        "languages": {name: fitted.parameters() for name, fitted in languages.items()},
    }
