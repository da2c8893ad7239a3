"""A customer as the API shows it."""

from __future__ import annotations

from typing import Self

from rapport.customers.model import Customer, Risk


class CustomerView(Customer):
    """The record with its risk band."""

    risk: Risk | None

    @classmethod
    def of(cls, customer: Customer) -> Self:
        return cls(**customer.model_dump(), risk=customer.risk_band)
