"""What the models said of a customer on a day: kept so that lists and sums need not ask the models again.

The scoring context makes snapshots; whoever shows or counts customers by what models say reads them. They lie beside
the record because their counters and index entries change in the same write, and an erasure finds them there.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from rapport.calls.model import Band, LocalisedText
from rapport.runtime.clock import day_of

UNGROUPED = "none"
NO_CURRENCY = "none"


class Said(BaseModel):
    """A reason of a model in words. `direction` is what it does to the figure; None where it only describes."""

    model_config = ConfigDict(frozen=True)

    text: LocalisedText
    direction: str | None = None


class Ahead(BaseModel):
    """What the customer is expected to spend in a month (2026-01), with its interval."""

    model_config = ConfigDict(frozen=True)

    month: str
    expected: float
    low: float
    high: float


class Snapshot(BaseModel):
    """Money is in `currency`, the one of most of the customer's purchases; times are epoch ms.

    Recency in days, frequency in purchases and mean purchase are of the last 400 days, which is what segments are
    made of; None without a purchase. `level` says the churn probability in a word: HIGH from the model's own
    threshold, MEDIUM from what is usual in its training data. `versions` are those of the models, by name.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    customer_id: str
    at: int
    currency: str | None = None
    segment: str | None = None
    segment_name: LocalisedText | None = None
    segment_reasons: tuple[Said, ...] = ()
    recency_days: float | None = None
    frequency: float | None = None
    mean_purchase: float | None = None
    value_12m: float
    probability_active: float
    churn: float
    level: Band
    churn_reasons: tuple[Said, ...] = ()
    ahead: tuple[Ahead, ...] = ()
    spent_30d: float = 0.0
    spent_30d_before: float = 0.0
    synthetic: bool
    versions: dict[str, str]

    @property
    def day(self) -> str:
        """The UTC day; of one day the last snapshot is kept."""
        return day_of(self.at)

    @property
    def group(self) -> str:
        return self.segment or UNGROUPED
