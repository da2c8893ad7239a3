"""Point-in-time training sets: features from before a cut-off, labels from after it, and no label too young to trust.

A customer is one row per cut-off. Features see transactions strictly before the cut-off; an outcome counts when it
happens in [cut-off, cut-off + horizon), which features never see. A cut-off whose horizon is not over by the end
of the observation is refused: its negatives would only be cases that have not happened yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapport.customers.features.calendar import DAY_MS, OFFSET_MS
from rapport.customers.features.declarations import CUSTOMER_NAMES

from models.data.transactions import Transactions
from models.features.batch import customer_features
from models.features.columns import Columns


class ImmatureError(ValueError):
    """A cut-off whose outcomes are not all known yet."""


@dataclass(frozen=True)
class TrainingSet:
    """k rows: features x (k, 65), labels y (k) of 0 and 1, and whose row it is at which cut-off.

    Split by `customer` and by `cut_off`: rows of one customer at several cut-offs are not independent.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    customer: NDArray[np.str_]
    cut_off: NDArray[np.int64]
    names: tuple[str, ...] = CUSTOMER_NAMES

    def __len__(self) -> int:
        return len(self.y)

    @property
    def prevalence(self) -> float:
        """Share of positive labels; NaN of nothing."""
        return float(self.y.mean()) if len(self) else float("nan")


def training_set(
    transactions: Transactions,
    outcomes: Mapping[str, Iterable[int]],
    cut_offs: Sequence[int],
    *,
    horizon_days: int,
    observed_until: int,
    active_days: int | None = 365,
    terminal: bool = True,
    offset_ms: int = OFFSET_MS,
) -> TrainingSet:
    """Rows of every customer at every cut-off.

    `outcomes` has the moments (epoch ms) at which the event befell a customer, `observed_until` the moment up to
    which outcomes are known. Customers without a transaction in the last `active_days` before a cut-off are left
    out (None keeps all): nobody predicts for them. So are, where the event is `terminal` as leaving is, customers
    whom it befell before the cut-off.
    Raises ImmatureError for a cut-off whose horizon ends after `observed_until`, ValueError without cut-offs.
    """
    if not cut_offs or horizon_days <= 0:
        raise ValueError("a training set needs a cut-off and a positive horizon")
    horizon = horizon_days * DAY_MS
    for cut_off in cut_offs:
        _mature(cut_off, horizon, observed_until)
    columns = Columns(transactions, offset_ms)
    moments = sorted(set(cut_offs))
    parts = [_at(columns, outcomes, moment, horizon, active_days, terminal=terminal) for moment in moments]
    return TrainingSet(
        x=np.concatenate([part.x for part in parts]),
        y=np.concatenate([part.y for part in parts]),
        customer=np.concatenate([part.customer for part in parts]),
        cut_off=np.concatenate([part.cut_off for part in parts]),
    )


def mature_cut_offs(first: int, step_days: int, *, horizon_days: int, observed_until: int) -> list[int]:
    """Every cut-off from `first` in steps whose horizon is over by the end of the observation."""
    last = observed_until - horizon_days * DAY_MS
    return list(range(first, last + 1, step_days * DAY_MS))


def _mature(cut_off: int, horizon: int, observed_until: int) -> None:
    if cut_off + horizon > observed_until:
        missing = (cut_off + horizon - observed_until) / DAY_MS
        raise ImmatureError(f"cut-off {cut_off}: its horizon ends {missing:.1f} days after the last known outcome")


def _at(
    columns: Columns,
    outcomes: Mapping[str, Iterable[int]],
    cut_off: int,
    horizon: int,
    active_days: int | None,
    *,
    terminal: bool,
) -> TrainingSet:
    ids, x = customer_features(columns, cut_off)
    kept = np.ones(len(ids), dtype=bool)
    if active_days is not None:
        kept = x[:, CUSTOMER_NAMES.index("days_since_transaction")] <= active_days
    y = np.zeros(len(ids))
    for number, customer_id in enumerate(ids):
        moments = list(outcomes.get(customer_id, ()))
        kept[number] &= not (terminal and any(moment < cut_off for moment in moments))
        y[number] = any(cut_off <= moment < cut_off + horizon for moment in moments)
    return TrainingSet(
        x=x[kept], y=y[kept], customer=np.array(ids, dtype=np.str_)[kept], cut_off=np.full(int(kept.sum()), cut_off)
    )
