"""Segments of CDNOW's customers against the raw-RFM split that silhouette alone would choose.

`python -m models.benchmarks.segments --data DIR`
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import silhouette_score

from models.benchmarks.report import Result
from models.data.importers import cdnow
from models.evaluation import Floats
from models.segmentation import Segmentation, fit, rfm, segment, stability

CUT = cdnow.midnight(date(1997, 10, 1))
SEED = 7
DATA = "CDNOW, purchases to 1997-09-30; spend after it held out"


def explained(labels: NDArray[Any], spend: Floats) -> float:
    """Share of the variance of log(1 + later spend) that lies between segments, 0 to 1."""
    y = np.log1p(spend)
    between = sum((labels == i).sum() * (y[labels == i].mean() - y.mean()) ** 2 for i in np.unique(labels))
    return float(between / ((y - y.mean()) ** 2).sum())


def interval(labels: NDArray[Any], spend: Floats, rounds: int = 200) -> tuple[float, float]:
    """95 % by bootstrap over customers, the segments held fixed."""
    rng = np.random.default_rng(SEED)
    draws = (rng.integers(0, len(spend), len(spend)) for _ in range(rounds))
    low, high = np.percentile([explained(labels[d], spend[d]) for d in draws], [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True)
class Study:
    """What was found: the segments, the raw split in two and in as many as the segments, and what was spent later."""

    x: Floats
    spend: Floats
    found: Segmentation
    blob: NDArray[Any]
    raw: NDArray[Any]


def study(data: Path) -> Study:
    purchases = cdnow.read(data / cdnow.FOLDER)
    at = cdnow.moments(purchases)
    names, x = rfm(purchases.customer, at, purchases.amount, CUT)
    later = (at >= CUT) & np.isin(purchases.customer, names)
    position = np.searchsorted(names, purchases.customer[later])
    spend = np.bincount(position, weights=purchases.amount[later], minlength=len(names))
    found = segment(x, seed=SEED)
    blob, raw = (fit(x, k, SEED).labels_ for k in (2, found.chosen.k))
    return Study(x, np.asarray(spend, dtype=np.float64), found, blob, raw)


def results(studied: Study) -> list[Result]:
    x, spend, found, blob = studied.x, studied.spend, studied.found, studied.blob
    silhouette = float(silhouette_score(x, blob, sample_size=3_000, random_state=SEED))
    agreement = float(np.mean(stability(x, blob, 2, seed=SEED, rounds=10)))
    shares = np.bincount(blob) / len(x)
    low, high = interval(found.labels, spend)
    best = found.chosen
    figures: tuple[tuple[str, float, float, float | None, float | None], ...] = (
        ("silhouette, each in its own scaling", best.silhouette, silhouette, None, None),
        ("stability (adjusted Rand index, 10 bootstraps)", best.stability, agreement, None, None),
        ("smallest segment's share", best.least_share, float(shares.min()), None, None),
        ("largest segment's share", best.most_share, float(shares.max()), None, None),
        ("variance of later spend explained", explained(found.labels, spend), explained(blob, spend), low, high),
    )
    # More groups explain more whatever they are: the fair comparison has as many.
    fair = {figures[-1][0]: {f"raw RFM, k = {best.k}": explained(studied.raw, spend)}}
    return [
        Result(
            data=DATA,
            split=f"{best.k} segments by silhouette, stability and size",
            rows=len(x),
            prevalence=None,
            metric=metric,
            ours=ours,
            low=lower,
            high=upper,
            baselines={"raw RFM, k = 2": theirs} | fair.get(metric, {}),
        )
        for metric, ours, theirs, lower, upper in figures
    ]


def run(data: Path) -> list[Result]:
    return results(study(data))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    studied = study(parser.parse_args(arguments).data)
    for result in results(studied):
        between = "" if result.low is None else f" ({result.low:.3f} to {result.high:.3f})"
        print(f"{result.metric:48} {result.ours:.3f}{between}  {result.baselines}")
    for e in studied.found.evidence:
        shares = f"shares {e.least_share:.3f} to {e.most_share:.3f}"
        print(f"k {e.k}: silhouette {e.silhouette:.3f}, stability {e.stability:.3f}, {shares}")
    for number, s in enumerate(studied.found.parameters["segments"]):
        days, times, each = s["profile"]
        later = studied.spend[studied.found.labels == number].sum() / studied.spend.sum()
        profile = f"{days:4.0f} days, {times:3.0f} purchases, {each:6.2f} each"
        print(f"{s['name']['en']:30} {s['share']:6.1%}  {profile}, {later:6.1%} of later spend")


if __name__ == "__main__":
    main()
