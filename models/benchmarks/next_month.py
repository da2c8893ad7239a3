"""Will a customer of CDNOW buy next month? Other customers and later months than those learned from.

`python -m models.benchmarks.next_month --data DIR`
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapport.inference.behaviour import Coding, Past
from sklearn.metrics import roc_auc_score

from models.behaviour import Table, baselines, choose, figures
from models.benchmarks.report import Result
from models.data.importers import cdnow
from models.data.purchases import Purchases
from models.evaluation import Floats, split_by_group

ACTIONS = ("none", "purchase")
CODING = Coding(ACTIONS, half_lives=(1.0, 3.0, 12.0), last=3)
# Months from January 1997: learn from June to February, judge on March to June 1998.
LEARN, JUDGE, MONTHS = range(5, 14), range(14, 18), 18
SEED, RESAMPLES, MOST_CUSTOMERS = 7, 300, 6_000
SPLIT = "other customers, later months: learned from 1997-06 to 1998-02, judged on 1998-03 to 1998-06"


def monthly(purchases: Purchases) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """(customers, n x 18 months of whether something was bought)."""
    names, row = np.unique(purchases.customer, return_inverse=True)
    month = cdnow.moments(purchases).astype("datetime64[ms]").astype("datetime64[M]").astype(int) - (1997 - 1970) * 12
    bought = np.zeros((len(names), MONTHS), dtype=np.bool_)
    bought[row, month] = True
    return names, bought


def tabulate(names: NDArray[Any], bought: NDArray[np.bool_], months: range) -> Table:
    """A row for each customer and month, from the months since the first purchase and nothing later."""
    starts = [cdnow.midnight(date(1997 + m // 12, m % 12 + 1, 1)) for m in range(MONTHS)]
    rows: list[Any] = []
    y: list[int] = []
    last: list[int] = []
    counts: list[Any] = []
    who: list[str] = []
    for name, months_bought in zip(names, bought.tolist(), strict=True):
        first = months_bought.index(True)
        for month in months:
            before = months_bought[first:month]
            past = [Past(ACTIONS[b], starts[first + i]) for i, b in enumerate(before)]
            rows.append(CODING.row(past, starts[month]))
            y.append(int(months_bought[month]))
            last.append(int(before[-1]))
            counts.append((len(before) - sum(before), sum(before)))
            who.append(str(name))
    return Table(np.array(rows), np.array(y), np.array(last), np.array(counts, float), np.array(who))


def auc(test: Table, p: Floats) -> tuple[float, float, float]:
    """AUC with a 95 % interval from a bootstrap over customers."""
    names, group = np.unique(test.customer, return_inverse=True)
    rng = np.random.default_rng(SEED)
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(len(names) + 1))
    drawn = []
    for _ in range(100):
        chosen = rng.integers(0, len(names), len(names))
        rows = np.concatenate([order[bounds[i] : bounds[i + 1]] for i in chosen])
        drawn.append(roc_auc_score(test.y[rows], p[rows, 1]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(roc_auc_score(test.y, p[:, 1])), float(low), float(high)


def run(data: Path) -> list[Result]:
    names, bought = monthly(cdnow.read(data / cdnow.FOLDER))
    keep = np.random.default_rng(SEED).permutation(len(names))[:MOST_CUSTOMERS]
    fitting, choosing, testing = (
        keep[p] for p in split_by_group(names[keep].astype(str), (0.5, 0.15, 0.35), seed=SEED)
    )
    train, validation = (tabulate(names[part], bought[part], LEARN) for part in (fitting, choosing))
    test = tabulate(names[testing], bought[testing], JUDGE)
    chosen, fitted = choose(train, validation, ACTIONS, SEED)
    scored = {"ours": fitted.probabilities(test.x), **baselines(train, test, 2)}
    found = {n: figures(test, p, seed=SEED, resamples=RESAMPLES) | {"AUC": auc(test, p)} for n, p in scored.items()}
    return [
        Result(
            data=f"CDNOW, purchase in the next month; {chosen}",
            split=SPLIT,
            rows=len(test.y),
            prevalence=float(test.y.mean()),
            metric=metric,
            ours=found["ours"][metric][0],
            low=found["ours"][metric][1],
            high=found["ours"][metric][2],
            baselines={n: f[metric][0] for n, f in found.items() if n != "ours"},
        )
        for metric in ("accuracy", "log loss", "AUC")
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    for r in run(parser.parse_args(arguments).data):
        print(f"{r.metric:9} {r.ours:.4f} ({r.low:.4f} to {r.high:.4f})  {r.baselines}")
    print(f"{r.data}; {r.rows} rows, prevalence {r.prevalence:.4f}; {r.split}")


if __name__ == "__main__":
    main()
