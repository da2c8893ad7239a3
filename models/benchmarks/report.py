"""What a benchmark on real data reports."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Result:
    """One figure beside its baselines.

    `low` and `high` are a 95 % interval, clustered by `split`'s group where rows depend on each other;
    `prevalence` is that of the positive class, None where there is none; `published` cites the known figure.
    """

    data: str
    split: str
    rows: int
    prevalence: float | None
    metric: str
    ours: float
    low: float | None = None
    high: float | None = None
    baselines: dict[str, float] = field(default_factory=dict)
    published: str = ""
