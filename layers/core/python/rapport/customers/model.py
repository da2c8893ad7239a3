"""A customer and a transaction: what is stored, and the rules that both ways in (API, file) share."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from enum import StrEnum
from math import nan
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from rapport.customers.vocabulary import CATEGORIES, CHANNELS

FEATURES = (
    "days_past_due",
    "missed_payments_12m",
    "balance_due",
    "credit_utilisation",
    "tenure_months",
    "promises_kept_share",
    "calls_90d",
)
# Arrears of a month, or three missed payments in a year, are what lenders commonly call serious.
HIGH_DAYS, HIGH_MISSED = 30, 3
LATEST_MS = 4_102_444_800_000  # 2100-01-01
LARGEST_AMOUNT = 1e12
AMOUNT_DECIMALS = 4


class Risk(StrEnum):
    """Arrears in three words, a rule on the record and no model: see `Customer.risk_band`."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


def _printable(text: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text):
        raise ValueError("control characters are not allowed")
    return text


def _category(text: str) -> str:
    if text not in CATEGORIES:
        raise ValueError(f"must be one of {', '.join(CATEGORIES)}")
    return text


def _channel(text: str) -> str:
    if text not in CHANNELS:
        raise ValueError(f"must be one of {', '.join(CHANNELS)}")
    return text


def _amount(value: float) -> float:
    if value == 0:
        raise ValueError("must not be zero: purchases are positive, refunds negative")
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > AMOUNT_DECIMALS:
        raise ValueError(f"must have at most {AMOUNT_DECIMALS} decimals")
    return value


Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Millis = Annotated[int, Field(ge=0, lt=LATEST_MS)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{5,14}$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s\x00-\x1f]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,63}$")]
Segment = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Category = Annotated[str, AfterValidator(_category), Field(json_schema_extra={"enum": list(CATEGORIES)})]
TransactionChannel = Annotated[str, AfterValidator(_channel), Field(json_schema_extra={"enum": list(CHANNELS)})]
Amount = Annotated[float, Field(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT, allow_inf_nan=False), AfterValidator(_amount)]


class Customer(BaseModel):
    """A customer. Money in the account's currency, shares 0 to 1, times epoch ms; None means not known."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    customer_id: str
    name: str
    phone: str
    language: str = "en-US"
    vip: bool = False
    email: str | None = None
    segment: str | None = None
    joined_at: int | None = None
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

    @property
    def risk_band(self) -> Risk | None:
        """HIGH from 30 days past due or 3 missed payments, MEDIUM from one of either; None when neither is known."""
        if self.days_past_due is None and self.missed_payments_12m is None:
            return None
        days, missed = self.days_past_due or 0, self.missed_payments_12m or 0
        if days >= HIGH_DAYS or missed >= HIGH_MISSED:
            return Risk.HIGH
        return Risk.MEDIUM if days or missed else Risk.LOW


class NewCustomer(Customer):
    """A customer as it may come in: the same fields, strictly. What is stored before may be laxer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer_id: Identifier
    name: Words
    phone: Phone
    language: Language = "en-US"
    email: Email | None = None
    segment: Segment | None = None
    joined_at: Millis | None = None
    balance_due: Annotated[float, Field(ge=0, le=LARGEST_AMOUNT, allow_inf_nan=False)] | None = None
    days_past_due: Annotated[int, Field(ge=0, le=100_000)] | None = None
    missed_payments_12m: Annotated[int, Field(ge=0, le=1_000)] | None = None
    tenure_months: Annotated[int, Field(ge=0, le=1_500)] | None = None
    calls_90d: Annotated[int, Field(ge=0, le=100_000)] | None = None

    def record(self) -> Customer:
        """What is stored."""
        return Customer.model_validate(self.model_dump())


class NewTransaction(BaseModel):
    """A transaction as it may come in under a customer's address.

    `at` is epoch ms, `amount` is in the account's currency: purchases above 0, refunds below. `currency` is
    ISO 4217, `country` ISO 3166 alpha-2.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    transaction_id: Identifier
    at: Millis
    amount: Amount
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    category: Category
    channel: TransactionChannel
    merchant: Words
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]

    def of(self, customer_id: str) -> Transaction:
        """This transaction as the customer's."""
        return Transaction(customer_id=customer_id, **self.model_dump())


class Transaction(NewTransaction):
    """A transaction of a customer."""

    customer_id: Identifier
