"""payment_risk: will this customer fail to pay?"""

from __future__ import annotations

from pathlib import Path

from rapport.inference.payment_risk import NAME
from rapport.inference.service import Bands, PaymentRiskScorer, load_payment_risk

from models import card, payment_risk
from models.definition import Definition


def _check(models: Path) -> PaymentRiskScorer:
    return load_payment_risk(models, Bands())


DEFINITION = Definition(
    name=NAME, train=payment_risk.train, write=payment_risk.write, write_card=card.write_card, check=_check
)
