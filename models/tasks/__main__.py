"""`python -m models.tasks churn|fraud|credit [--data DIR | --seed N --customers N] [--out FILE]`.

Makes a training set and says what baselines reach on it; with `--out` writes it for the training pipeline instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from models.data.bank.bank import CUSTOMERS, generate
from models.data.bank.ceiling import expected_ap, expected_auc
from models.data.bank.tables import Tables, read, tables
from models.evaluation import TooLittleDataError
from models.tasks import churn, credit, fraud
from models.tasks.baseline import evaluate
from models.tasks.export import write
from models.tasks.frame import Split, TrainingSet

Splits = Callable[..., tuple[Split, ...]]
TASKS: dict[str, tuple[Callable[[Tables], TrainingSet], Splits]] = {
    churn.NAME: (churn.training_set, churn.splits),
    fraud.NAME: (fraud.training_set, fraud.splits),
    credit.NAME: (credit.training_set, credit.splits),
}


def lines(found: TrainingSet, splits: Sequence[Split], *, rounds: int) -> Iterator[str]:
    """A line per split, model and ceiling; with the word SYNTHETIC in each where the data is."""
    tag = "SYNTHETIC  " if found.synthetic else ""
    yield f"{tag}{found.name}: {len(found):,} rows, {len(found.features)} features, {_customers(found):,} customers"
    for split in splits:
        test = found.rows(np.sort(np.concatenate([rows for _, rows in split])))
        trained = sum(len(rows) for rows, _ in split) // len(split.parts)
        yield (
            f"{tag}{found.name} | {split.name}: {len(test):,} rows of {_customers(test):,} customers, "
            f"{int(test.target.sum()):,} positive, prevalence {test.target.mean():.4f}; trained on {trained:,} rows; "
            "95 % intervals by customers"
        )
        try:
            results = evaluate(found, split, rounds=rounds)
        except TooLittleDataError as error:
            if split is splits[0]:
                raise
            yield f"{tag}{found.name} | too little data for this split: {error}"
            continue
        for model, values in results.items():
            cells = "; ".join(f"{name} {value}" for name, value in values.items())
            yield f"{tag}{found.name} | {model:19} | {cells}"
        if found.synthetic:
            yield (
                f"{tag}{found.name} | {'expected ceiling':19} | AUC {expected_auc(test.truth):.3f}; "
                f"AP {expected_ap(test.truth):.3f}; before outcomes were drawn"
            )


def _customers(found: TrainingSet) -> int:
    return len(np.unique(found.customer))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.tasks", description=__doc__)
    parser.add_argument("name", choices=sorted(TASKS))
    parser.add_argument("--data", type=Path, help="a folder of tables as models.data.bank writes them")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--out", type=Path, help="write the training set into this .parquet or .csv file")
    parser.add_argument("--resamples", type=int, default=200)
    given = parser.parse_args(arguments)
    make, split = TASKS[given.name]
    try:
        found = make(read(given.data) if given.data else tables(generate(given.seed, given.customers)))
        if given.out:
            command = write(found, given.out)
            tag = "SYNTHETIC  " if found.synthetic else ""
            print(f"{tag}{given.name}: {len(found):,} rows in {given.out}; to train on it:\n{tag}{command}")
            return 0
        for line in lines(found, split(found, seed=given.seed), rounds=given.resamples):
            print(line, flush=True)
    except ValueError as error:
        raise SystemExit(f"error: {error}") from error
    return 0


if __name__ == "__main__":
    sys.exit(main())
