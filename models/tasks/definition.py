"""Makes a catalogue entry of a task: the demonstration bank, its training set, the pipeline for any table."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from rapport.inference.tabular import TabularScorer, load_tabular

from models.data.bank.bank import generate
from models.data.bank.ceiling import expected_ap, expected_auc
from models.data.bank.tables import Tables, tables
from models.definition import Definition, Options
from models.tabular import pipeline
from models.tabular.card import write_card
from models.tabular.command import warn
from models.tabular.read import Source
from models.tabular.table import Roles
from models.tabular.write import write
from models.tasks.export import GROUP, KNOWN, TARGET, TIME, flat
from models.tasks.frame import TrainingSet

Make = Callable[[Tables], TrainingSet]


def definition(name: str, version: str, question: str, make: Make, *, customers: int) -> Definition[pipeline.Trained]:
    """A model learned from `customers` made-up customers unless told otherwise."""

    def train(options: Options) -> pipeline.Trained:
        count = options.customers or customers
        found = make(tables(generate(options.seed, count)))
        roles = Roles(target=TARGET, group=GROUP, time=TIME, known=KNOWN, drop=("row",), keep=found.features)
        plan = pipeline.Plan(
            seed=options.seed,
            trials=options.trials,
            resamples=options.resamples,
            synthetic=True,
            monotone=found.monotone,
        )
        trained = pipeline.train(name, _source(found, options.seed, count), roles, plan, warn)
        trained.evaluation.update(version=version, question=question)
        trained.evaluation["ceiling"] = {
            "AUC": round(float(expected_auc(found.truth)), 4),
            "PR-AUC": round(float(expected_ap(found.truth)), 4),
        }
        return trained

    def check(models: Path) -> TabularScorer:
        return load_tabular(models, name)

    return Definition(name=name, train=train, write=write, write_card=write_card, check=check)


def _source(found: TrainingSet, seed: int, customers: int) -> Source:
    """The training set as the pipeline reads any file; the fingerprint is that of its features and labels."""
    frame = pd.DataFrame(flat(found))
    digest = hashlib.sha256(pd.util.hash_pandas_object(frame.round(6), index=False).to_numpy().tobytes()).hexdigest()
    name = f"demonstration bank, seed {seed}, {customers:,} customers"
    return Source(frame.astype(object).where(frame.notna(), None), name, digest, "made by the generator")
