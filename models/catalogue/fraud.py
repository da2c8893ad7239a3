"""fraud: is this payment made by somebody else than the customer?"""

from __future__ import annotations

from functools import partial

from models.tasks import fraud, product
from models.tasks.definition import definition

DEFINITION = definition(
    fraud.NAME,
    "1.1.0",
    "Is this payment made by somebody else than the customer?",
    partial(fraud.training_set, known=product.before_payment, own=product.of_transaction),
    customers=2_000,
)
