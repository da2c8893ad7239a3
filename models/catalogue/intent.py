"""intent: what does the customer want, from one turn?

`python -m models train intent` trains on the turns in this repository. With MultiDoGO at hand,
`python -m models.catalogue.intent FOLDER OUT` adds its training part to the English ones; that model is the one
that is published.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rapport.inference.intent import NAME, IntentModel, load_intent

from models.benchmarks.intents import (
    Labels,
    better,
    compared,
    cross_validated,
    interval,
    logistic,
    macro,
    majority,
    own,
    phrase_lists,
)
from models.data.importers import multidogo
from models.definition import Definition, Options
from models.export import Exported, as_bytes, paragraphs, write, write_card
from models.intent import Turns, fit, parameters

VERSION = "1.0.0"
# In how many turns an n-gram must occur: our own turns are few.
LEAST_OWN, LEAST = 2, 3

_TEXT = """
- **Question**: which of 24 intents has this one turn of the customer, in English or Japanese?
- **Algorithm**: TF-IDF of character n-grams (1 to 5) and of what the phrase lists match, linear SVM, whole-number
  weights, softmax with a slope fitted on turns held out. Served in pure Python with equal scores.
- **Japanese**: turns written by us alone. Their figure is a cross-validation over turns of one author, some of them
  alike, and is optimistic for real callers.
- **English**: turns written by us for intents that MultiDoGO lacks, and MultiDoGO's finance training part where the
  data line below names it (CDLA-Permissive-1.0, Amazon; typed chats of crowd workers, not calls).
- **Not used**: who speaks, from where, or what was said before.
- **Phrase lists**: an intent's list is replaced only in a language where its F1 lies below the model's interval;
  evaluation.json names those under `better`.
- **Limits**: one intent for a turn; a turn with two gets the stronger. It decides nothing about a person alone.
"""


def _split(name: str, turns: Turns, said: dict[str, Labels], resamples: int) -> dict[str, Any]:
    score = macro(turns.intents)
    figures = {
        label: {
            "macro-F1": [
                round(x, 4)
                for x in (
                    score(turns.intents, values),
                    *interval(turns.intents, values, turns.groups, score, resamples),
                )
            ]
        }
        for label, values in said.items()
    }
    share = round(float((turns.intents == majority(turns)).mean()), 4)
    return {"split": name, "calls": len(turns.texts), "prevalence": share, "figures": figures}


Compared = list[dict[str, Any]]


def _own_split(language: str, options: Options) -> tuple[dict[str, Any], list[str], Compared]:
    """Figures on our own turns, the phrase lists that the model beats on them, and the comparison with all."""
    turns = own(language)
    ours, theirs = cross_validated(turns, LEAST_OWN, options.seed)
    said = {
        NAME: ours,
        "character TF-IDF + logistic": theirs,
        "majority": np.full(len(turns.texts), majority(turns)),
    }
    split = _split(f"our own turns, {language}, 5-fold cross-validation", turns, said, options.resamples)
    against = [
        {"language": language, "data": split["split"], **row} for row in compared(turns, ours, options.resamples)
    ]
    return split, better(phrase_lists(turns, ours, "", "")), against


def _multidogo_split(data: Path, options: Options) -> tuple[dict[str, Any], list[str], Compared]:
    """Trained as published, on MultiDoGO's training part and our turns; judged on conversations of its dev part."""
    train_part, test = (multidogo.read(data, part) for part in ("train", "dev"))
    ours = fit(train_part.with_(own("en")), least=LEAST, seed=options.seed).predict(test.texts)
    said = {
        NAME: ours,
        "TF-IDF + logistic": np.asarray(logistic(train_part).predict(test.texts)),
        "majority": np.full(len(test.texts), majority(train_part)),
    }
    split = _split("MultiDoGO finance, dev conversations", test, said, options.resamples)
    against = [{"language": "en", "data": split["split"], **row} for row in compared(test, ours, options.resamples)]
    return split, better(phrase_lists(test, ours, "", "")), against


def train_on(data: Path | None, options: Options) -> Exported:
    """Train both languages; English also on MultiDoGO's training part where `data` holds it."""
    english, least = own("en"), LEAST_OWN
    (japanese_split, japanese_better, japanese), (english_split, english_better, others) = (
        _own_split(x, options) for x in ("ja", "en")
    )
    splits, against = [japanese_split, english_split], [*japanese, *others]
    described = "turns written by us (models/data/intents_ja.py, intents_en.py)"
    if data is not None:
        english, least = multidogo.read(data, "train").with_(english), LEAST
        split, others_better, others = _multidogo_split(data, options)
        splits.insert(0, split)
        against = [*others, *against]
        english_better = sorted({*english_better, *others_better})
        described += " and MultiDoGO finance, training part"
    languages = {
        "en": fit(english, least=least, seed=options.seed),
        "ja": fit(own("ja"), least=LEAST_OWN, seed=options.seed),
    }
    chosen = {"en": english_better, "ja": japanese_better}
    numbers = parameters(languages, chosen)
    # Nobody's real calls: a model trained on our own turns alone is as good as one on synthetic data.
    return Exported(
        name=NAME,
        version=VERSION,
        file="parameters.json",
        data=as_bytes(numbers),
        trained_on=described,
        synthetic=data is None,
        about=paragraphs(_TEXT),
        splits=tuple(splits),
        tag="PUBLIC+OWN",
        evidence={"better": chosen, "lists": against},
        appendix=_appendix(against, chosen),
    )


def _appendix(against: Compared, chosen: dict[str, list[str]]) -> tuple[str, ...]:
    """The card's table of each intent: the model and the phrase list on the same turns, and which one is used."""

    def cell(figure: list[float]) -> str:
        return f"{figure[0]:.2f} ({figure[1]:.2f} to {figure[2]:.2f})"

    metrics = ("precision", "recall", "F1")
    lines = [
        "## Each intent: the model against the phrase list (PUBLIC+OWN)",
        "",
        "Each as a yes or no on the same turns; 95 % intervals by conversation. In a live call the model speaks for an "
        "intent and language where on some data the list's F1 lies below the model's whole interval, else the list.",
        "",
        "| PUBLIC+OWN | language | intent | turns with it | used | "
        + " | ".join(f"{side}: {metric}" for side in ("model", "list") for metric in metrics)
        + " |",
        "|---|" + "---|" * (4 + 2 * len(metrics)),
    ]
    for row in against:
        used = "model" if row["intent"] in chosen[row["language"]] else "list"
        cells = [cell(row[side][metric]) for side in ("model", "phrase list") for metric in metrics]
        facts = [row["data"], row["language"], row["intent"], f"{row['turns']:,} of {row['of']:,}", used]
        lines.append("| " + " | ".join([*facts, *cells]) + " |")
    return (*lines, "")


def train(options: Options) -> Exported:
    return train_on(None, options)


def _check(models: Path) -> IntentModel:
    return load_intent(models)


DEFINITION = Definition(name=NAME, train=train, write=write, write_card=write_card, check=_check)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.catalogue.intent", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of MultiDoGO's finance_train.tsv and finance_dev.tsv")
    parser.add_argument("out", type=Path, help="folder for models/intent and cards/intent")
    parser.add_argument("--resamples", type=int, default=200)
    given = parser.parse_args(arguments)
    trained = train_on(given.data, Options(resamples=given.resamples))
    target = DEFINITION.write(trained, given.out / "models" / NAME, datetime.now(UTC).date())
    DEFINITION.write_card(trained, given.out / "cards" / NAME)
    DEFINITION.check(given.out / "models")
    print(f"model    {target}\ncard     {given.out / 'cards' / NAME / 'card.md'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
