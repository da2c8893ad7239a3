"""Intents: MultiDoGO's finance turns, NatCS as another domain, our own turns, and the phrase lists on the same turns.

`run` takes a folder that holds `multidogo-finance`, and `natcs-finance` where that figure is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapport.calls.language.analysis import analyse
from rapport.inference.intent import LISTED
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline

from models.benchmarks.report import Result
from models.data import intents_en, intents_ja
from models.data.importers import multidogo, natcs
from models.intent import Fitted, Turns, fit

Labels = NDArray[np.str_]
Score = Callable[[Labels, Labels], float]
# Of fewer turns with an intent no F1 is told.
LEAST_TURNS = 8
# Intents of ours that have a phrase list.
WITH_LIST = (
    "hardship",
    "payment_arrangement",
    "make_payment",
    "dispute",
    "close_account",
    "complaint",
    "lost_card",
    "balance",
    "transfer",
    "password_reset",
    "appointment",
    "payment_date",
)


def own(language: str) -> Turns:
    """Our own turns, every turn a group of its own."""
    turns = (intents_ja if language == "ja" else intents_en).TURNS
    return Turns.of([(text, intent, f"{language}{number}") for number, (text, intent) in enumerate(turns)])


def macro(names: Labels) -> Score:
    """Macro-F1 over the given intents."""
    kept = np.unique(names)

    def score(truth: Labels, said: Labels) -> float:
        # A resample may lack a rare intent, which is no failure of the model.
        present = np.intersect1d(kept, truth)
        return float(f1_score(truth, said, labels=present, average="macro", zero_division=0))

    return score


def interval(truth: Labels, said: Labels, groups: Labels, score: Score, rounds: int = 200) -> tuple[float, float]:
    """95 % interval of a bootstrap over conversations."""
    rng = np.random.default_rng(0)
    names, place = np.unique(groups, return_inverse=True)
    rows = [np.flatnonzero(place == number) for number in range(len(names))]
    drawn = []
    for _ in range(rounds):
        sample = np.concatenate([rows[number] for number in rng.integers(0, len(names), len(names))])
        drawn.append(score(truth[sample], said[sample]))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def logistic(turns: Turns, analyzer: str = "word") -> Any:
    """The baseline: scikit-learn's TF-IDF with its defaults and a logistic regression."""
    return make_pipeline(TfidfVectorizer(analyzer=analyzer), LogisticRegression(max_iter=300)).fit(
        turns.texts, turns.intents
    )


def majority(turns: Turns) -> str:
    names, counts = np.unique(turns.intents, return_counts=True)
    return str(names[counts.argmax()])


def compare(train: Turns, test: Turns, fitted: Fitted, data: str, split: str) -> Result:
    """Macro-F1 over the intents that occur in `test`."""
    said, score = fitted.predict(test.texts), macro(test.intents)
    low, high = interval(test.intents, said, test.groups, score)
    names, counts = np.unique(test.intents, return_counts=True)
    return Result(
        data=data,
        split=split,
        rows=len(test.texts),
        prevalence=float(counts.max() / counts.sum()),
        metric=f"macro-F1 of {len(names)} intents (prevalence: the commonest)",
        ours=score(test.intents, said),
        low=low,
        high=high,
        baselines={
            "majority": score(test.intents, np.full(len(test.texts), majority(train))),
            "TF-IDF + logistic": score(test.intents, logistic(train).predict(test.texts)),
        },
    )


def _listed(test: Turns) -> list[tuple[str, Labels, Labels]]:
    """Each intent with a phrase list: its name, whether a turn has it, and whether the list matches it."""
    matched = [analyse(text, by_customer=True).intents for text in test.texts]
    found = []
    for name in WITH_LIST:
        truth = test.intents == name
        if truth.sum() >= LEAST_TURNS:
            listed = np.array([LISTED.get(name, name) in intents for intents in matched])
            found.append((name, truth.astype(str), listed.astype(str)))
    return found


def phrase_lists(test: Turns, said: Labels, data: str, split: str) -> list[Result]:
    """F1, precision and recall of each intent with a phrase list; prevalence is that of the intent.

    A turn may match several lists: each list is judged as a yes or no of its own, as the model is here.
    """
    results = []
    for metric, score in YES_OR_NO.items():
        for name, truth, listed in _listed(test):
            ours = (said == name).astype(str)
            low, high = interval(truth, ours, test.groups, score)
            results.append(
                Result(
                    data=data,
                    split=split,
                    rows=len(test.texts),
                    prevalence=float((truth == "True").mean()),
                    metric=f"{metric} of {name}",
                    ours=score(truth, ours),
                    low=low,
                    high=high,
                    baselines={"phrase list": score(truth, listed)},
                )
            )
    return results


def compared(test: Turns, said: Labels, rounds: int = 200) -> list[dict[str, Any]]:
    """The same with intervals of both sides: {intent, turns, of, model, phrase list}, figures as (value, low, high)."""

    def figures(truth: Labels, judged: Labels) -> dict[str, list[float]]:
        return {
            metric: [round(x, 4) for x in (score(truth, judged), *interval(truth, judged, test.groups, score, rounds))]
            for metric, score in YES_OR_NO.items()
        }

    return [
        {
            "intent": LISTED.get(name, name),
            "turns": int((truth == "True").sum()),
            "of": len(truth),
            "model": figures(truth, (said == name).astype(str)),
            "phrase list": figures(truth, listed),
        }
        for name, truth, listed in _listed(test)
    ]


def _yes_or_no(of: Callable[[int, int, int], float]) -> Score:
    """Of a yes or no, from hits, false alarms and misses; NaN for a resample without a yes."""

    def found(truth: Labels, said: Labels) -> float:
        yes, told = truth == "True", said == "True"
        hits = int((yes & told).sum())
        return of(hits, int(told.sum()) - hits, int(yes.sum()) - hits) if yes.any() else float("nan")

    return found


YES_OR_NO: dict[str, Score] = {
    "F1": _yes_or_no(lambda hits, alarms, misses: 2 * hits / (2 * hits + alarms + misses)),
    "precision": _yes_or_no(lambda hits, alarms, _: hits / (hits + alarms) if hits else 0.0),
    "recall": _yes_or_no(lambda hits, _, misses: hits / (hits + misses)),
}


def better(results: Sequence[Result]) -> list[str]:
    """Names of the phrase lists whose F1 lies below the whole interval of the model's."""
    found = []
    for result in results:
        metric, _, name = result.metric.partition(" of ")
        if metric == "F1" and result.low is not None and result.low > result.baselines.get("phrase list", 1.0):
            found.append(LISTED.get(name, name))
    return found


def cross_validated(turns: Turns, least: int, seed: int = 7, folds: int = 5) -> tuple[Labels, Labels]:
    """Each turn as predicted by the model, and by TF-IDF + logistic on characters, from the other folds."""
    ours, theirs = np.array(turns.intents, dtype=object), np.array(turns.intents, dtype=object)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for inside, outside in splitter.split(turns.intents, turns.intents):
        part, rest = turns.at(inside), turns.at(outside)
        ours[outside] = fit(part, least=least, seed=seed).predict(rest.texts)
        # Words mean nothing without spaces, so the baseline reads Japanese by characters.
        theirs[outside] = logistic(part, "char").predict(rest.texts)
    return ours.astype(str), theirs.astype(str)


def written_by_us(language: str) -> list[Result]:
    """Cross-validation over our own turns, and the phrase lists on them."""
    turns = own(language)
    ours, theirs = cross_validated(turns, least=2)
    score = macro(turns.intents)
    low, high = interval(turns.intents, ours, turns.groups, score)
    data, split = f"our own turns, {language}", "5-fold cross-validation over turns of one author"
    common = majority(turns)
    total = Result(
        data=data,
        split=split,
        rows=len(turns.texts),
        prevalence=float((turns.intents == common).mean()),
        metric=f"macro-F1 of {len(np.unique(turns.intents))} intents (prevalence: the commonest)",
        ours=score(turns.intents, ours),
        low=low,
        high=high,
        baselines={
            "majority": score(turns.intents, np.full(len(turns.texts), common)),
            "character TF-IDF + logistic": score(turns.intents, theirs),
        },
    )
    return [total, *phrase_lists(turns, ours, data, split)]


def run(data: Path) -> list[Result]:
    """All figures; MultiDoGO's given split, whose conversations are on one side only."""
    data = data / "conversations"
    train, test = (multidogo.read(data / "multidogo-finance", part) for part in ("train", "dev"))
    fitted = fit(train)
    name, split = "MultiDoGO finance (CDLA-Permissive-1.0)", "its train and dev, by conversation"
    results = [compare(train, test, fitted, name, split)]
    results += phrase_lists(test, fitted.predict(test.texts), name, split)
    if (data / "natcs-finance").is_dir():
        other = natcs.read(data / "natcs-finance")
        results.append(compare(train, other, fitted, "NatCS finance (CDLA-Permissive-2.0)", "trained on MultiDoGO"))
    return results + written_by_us("ja") + written_by_us("en")
