"""Groups of customers: k-means on log-RFM, k by evidence, names by profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapport.calls.model import LocalisedText
from scipy.optimize import linear_sum_assignment
from scipy.stats import rankdata
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

from models.definition import Options
from models.evaluation import Floats
from models.export import Exported, as_bytes

NAME, VERSION = "segmentation", "1.0.0"
CUSTOMERS = 4_000
FEATURES = ("recency_days", "frequency", "monetary_mean")
KS = tuple(range(3, 9))
# Below this agreement between resamples a segment is an accident of the sample; below this share it is a list.
LEAST_STABILITY, LEAST_SHARE = 0.8, 0.05
# Silhouette likes one big blob beside a few outliers; a segment of most customers says nothing about them.
MOST_SHARE = 0.5
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Archetype:
    """A name and where it lies: mean percentile (0 to 1) of days since the last purchase, purchases, spend each."""

    code: str
    en: str
    ja: str
    place: tuple[float, float, float]


ARCHETYPES = (
    Archetype("champions", "Champions", "最優良顧客", (0.2, 0.85, 0.75)),
    Archetype("loyal", "Loyal customers", "常連顧客", (0.25, 0.8, 0.5)),
    Archetype("small-regulars", "Regulars with small baskets", "少額の常連顧客", (0.25, 0.8, 0.2)),
    Archetype("promising", "Promising", "成長が期待できる顧客", (0.35, 0.5, 0.55)),
    Archetype("new", "New customers", "新規顧客", (0.2, 0.2, 0.5)),
    Archetype("big-baskets", "Rare but large purchases", "高額・低頻度の顧客", (0.5, 0.3, 0.85)),
    Archetype("needs-attention", "Need attention", "フォローが必要な顧客", (0.55, 0.55, 0.4)),
    Archetype("at-risk", "At risk", "離反のおそれがある顧客", (0.75, 0.7, 0.6)),
    Archetype("hibernating", "Hibernating", "休眠顧客", (0.75, 0.3, 0.5)),
    Archetype("lost-big", "Lost after a large purchase", "高額購入後に離れた顧客", (0.75, 0.3, 0.8)),
    Archetype("lost-small", "Lost after a small purchase", "少額購入後に離れた顧客", (0.75, 0.3, 0.2)),
    Archetype("occasional-small", "Occasional small purchases", "少額・低頻度の顧客", (0.45, 0.3, 0.2)),
)


@dataclass(frozen=True)
class Evidence:
    """Of one k: mean silhouette; adjusted Rand index with resampled fits, mean and least; shares."""

    k: int
    silhouette: float
    stability: float
    least_stability: float
    least_share: float
    most_share: float


@dataclass(frozen=True)
class Segmentation:
    parameters: dict[str, Any]
    labels: NDArray[np.intp]
    evidence: tuple[Evidence, ...]
    chosen: Evidence


def rfm(customer: NDArray[Any], at: NDArray[np.int64], amount: Floats, end: int) -> tuple[NDArray[Any], Floats]:
    """(customers, n x 3 of FEATURES) from purchases before `end` (epoch ms); refunds and zeros do not count."""
    known = (at < end) & (amount > 0)
    names, row = np.unique(customer[known], return_inverse=True)
    last = np.full(len(names), np.iinfo(np.int64).min)
    np.maximum.at(last, row, at[known])
    count = np.bincount(row, minlength=len(names))
    total = np.bincount(row, weights=amount[known], minlength=len(names))
    return names, np.column_stack([(end - last) / DAY_MS, count, total / np.maximum(count, 1)])


def robust(x: Floats) -> tuple[Floats, Floats, Floats]:
    """(scaled log1p, middle, scale): median and interquartile range, or deviation where the range is nothing."""
    logs = np.log1p(x)
    middle = np.median(logs, axis=0)
    scale = np.subtract(*np.percentile(logs, [75, 25], axis=0)) / 1.349
    deviation = logs.std(axis=0)
    scale = np.where(scale > 0.1 * deviation, scale, deviation)
    scale = np.where(scale > 0, scale, 1.0)
    return (logs - middle) / scale, middle, scale


def fit(z: Floats, k: int, seed: int) -> KMeans:
    """One thread: on small tables several spend ten times as long waiting for each other."""
    with threadpool_limits(1):
        return KMeans(k, n_init=3, random_state=seed).fit(z)


def stability(z: Floats, labels: NDArray[Any], k: int, *, seed: int, rounds: int) -> list[float]:
    """Agreement (adjusted Rand index) of `labels` with fits on bootstrap samples, 5,000 at most, over everybody."""
    rng = np.random.default_rng(seed)
    size = min(len(z), 5_000)
    resampled = (fit(z[rng.integers(0, len(z), size)], k, seed + 1 + i) for i in range(rounds))
    return [float(adjusted_rand_score(labels, model.predict(z))) for model in resampled]


def judge(z: Floats, k: int, *, seed: int, rounds: int = 10, sample: int = 3_000) -> tuple[KMeans, Evidence]:
    """The fit for one k and what speaks for it."""
    model = fit(z, k, seed)
    labels = model.labels_
    silhouette = silhouette_score(z, labels, sample_size=min(sample, len(z)), random_state=seed)
    agreement = stability(z, labels, k, seed=seed, rounds=rounds)
    share = np.bincount(labels, minlength=k) / len(z)
    found = (float(silhouette), float(np.mean(agreement)), min(agreement), float(share.min()), float(share.max()))
    return model, Evidence(k, *found)


def choose(evidence: list[Evidence]) -> Evidence:
    """The best silhouette among those that are stable, without splinter or blob; else the most stable of all."""
    sound = [
        e
        for e in evidence
        if e.stability >= LEAST_STABILITY and e.least_share >= LEAST_SHARE and e.most_share <= MOST_SHARE
    ]
    return max(sound, key=lambda e: e.silhouette) if sound else max(evidence, key=lambda e: e.stability)


def names(x: Floats, labels: NDArray[Any], k: int) -> list[Archetype]:
    """One archetype for each segment, none twice: the assignment of least total distance between profiles."""
    percentile = np.column_stack([(rankdata(column) - 0.5) / len(x) for column in x.T])
    profile = np.array([percentile[labels == i].mean(axis=0) for i in range(k)])
    places = np.array([archetype.place for archetype in ARCHETYPES])
    cost = ((profile[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    rows, columns = linear_sum_assignment(cost)
    return [ARCHETYPES[column] for _, column in sorted(zip(rows, columns, strict=True))]


def segment(x: Floats, *, seed: int = 7, ks: tuple[int, ...] = KS, rounds: int = 10) -> Segmentation:
    """Choose k, fit, name. `x` is n x 3 of FEATURES, none below 0."""
    z, middle, scale = robust(x)
    judged = [judge(z, k, seed=seed, rounds=rounds) for k in ks]
    evidence = [e for _, e in judged]
    chosen = choose(evidence)
    model = judged[evidence.index(chosen)][0]
    labels = model.labels_
    named = names(x, labels, chosen.k)
    order = sorted(range(chosen.k), key=lambda i: -float(x[labels == i, 1:].prod(axis=1).sum()))
    segments = [
        {
            "code": named[i].code,
            "name": LocalisedText(en=named[i].en, ja=named[i].ja).model_dump(),
            "centre": model.cluster_centers_[i].tolist(),
            "share": float(np.mean(labels == i)),
            "profile": np.median(x[labels == i], axis=0).tolist(),
        }
        for i in order
    ]
    parameters = {
        "features": list(FEATURES),
        "middle": middle.tolist(),
        "scale": scale.tolist(),
        "segments": segments,
    }
    rank = np.empty(chosen.k, dtype=np.intp)
    rank[order] = np.arange(chosen.k)
    return Segmentation(parameters, rank[labels], tuple(evidence), chosen)


def shoppers(seed: int, customers: int) -> tuple[NDArray[Any], NDArray[np.int64], Floats]:
    """SYNTHETIC purchases of 540 days: (customer, epoch ms, amount).

    Everybody has a pace, a usual basket and a day after which nothing comes any more, as in BG/NBD.
    """
    rng = np.random.default_rng(seed)
    pace = rng.gamma(0.8, 0.05, customers) + 0.002
    basket = np.exp(rng.normal(3.5, 0.8, customers))
    start = rng.uniform(0, 360, customers)
    end = np.minimum(540.0, start + rng.exponential(300, customers))
    count = 1 + rng.poisson(pace * (end - start))
    who = np.repeat(np.arange(customers), count)
    days = start[who] + rng.random(len(who)) * (end - start)[who]
    return who, (days * DAY_MS).astype(np.int64), basket[who] * np.exp(rng.normal(0, 0.4, len(who)))


def raw_split(x: Floats, seed: int, rounds: int = 10) -> Evidence:
    """Of the split that silhouette alone is proud of: two groups of unscaled numbers."""
    return judge(x, 2, seed=seed, rounds=rounds)[1]


def train(options: Options) -> Exported:
    """Segments of SYNTHETIC shoppers."""
    _, x = rfm(*shoppers(options.seed, options.customers or CUSTOMERS), 540 * DAY_MS)
    found = segment(x, seed=options.seed)
    raw = raw_split(x, options.seed)
    return Exported(
        name=NAME,
        version=VERSION,
        file="parameters.json",
        data=as_bytes(found.parameters),
        trained_on=f"SYNTHETIC shoppers of 540 days, seed {options.seed}",
        synthetic=True,
        about=(
            "**Question**: which group does this customer belong to?",
            f"**Algorithm**: k-means on robustly scaled log-RFM. Of k = {KS[0]} to {KS[-1]} the best silhouette among "
            f"those whose adjusted Rand index with bootstrap fits is {LEAST_STABILITY} or more and whose segments hold "
            f"{LEAST_SHARE:.0%} to {MOST_SHARE:.0%} of the customers.",
            "**Names** follow from the mean percentiles of recency, frequency and spend; none is used twice.",
            "**Figures**: silhouettes are each in its own scaling and cannot be compared; stability is the mean of the "
            "resamples with their least and 1, not an interval; the shares are those of the smallest and the largest "
            "segment.",
        ),
        splits=(
            {
                "split": "all customers; nothing is predicted, so nothing is held out",
                "calls": len(x),
                "prevalence": None,
                "figures": {
                    f"log-RFM, k = {found.chosen.k}": _figures(found.chosen),
                    "raw RFM, k = 2": _figures(raw),
                    **{f"log-RFM, k = {e.k} (not chosen)": _figures(e) for e in found.evidence if e != found.chosen},
                },
            },
        ),
        metadata={"features": list(FEATURES)},
    )


def _figures(e: Evidence) -> dict[str, tuple[float, float, float]]:
    same = {"silhouette": e.silhouette, "smallest": e.least_share, "largest": e.most_share}
    rounded = {name: (round(value, 4),) * 3 for name, value in same.items()}
    return rounded | {"stability": (round(e.stability, 4), round(e.least_stability, 4), 1.0)}
