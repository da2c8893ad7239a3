"""churn: will this customer do nothing in the next 90 days?"""

from __future__ import annotations

from functools import partial

from models.tasks import churn, product
from models.tasks.definition import definition

DEFINITION = definition(
    churn.NAME,
    "1.1.0",
    "Will this customer do nothing in the next 90 days?",
    partial(churn.training_set, known=product.of_customer),
    customers=9_000,
)
