"""A customer as the live call needs it. The full record comes with the customer context's own issue."""

from __future__ import annotations

from math import nan
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

FEATURES = (
    "days_past_due",
    "missed_payments_12m",
    "balance_due",
    "credit_utilisation",
    "tenure_months",
    "promises_kept_share",
    "calls_90d",
)

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class Customer(BaseModel):
    """A customer. Money in the account's currency, shares 0 to 1; None means not known."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    customer_id: str
    name: str
    phone: str
    language: str = "en-US"
    vip: bool = False
    days_past_due: Count | None = None
    missed_payments_12m: Count | None = None
    balance_due: Annotated[float, Field(ge=0)] | None = None
    credit_utilisation: Annotated[float, Field(ge=0, le=5)] | None = None
    tenure_months: Count | None = None
    promises_kept_share: Share | None = None
    calls_90d: Count | None = None

    def features(self) -> dict[str, float]:
        """Model features by name; NaN where not known."""
        return {name: nan if (value := getattr(self, name)) is None else float(value) for name in FEATURES}
