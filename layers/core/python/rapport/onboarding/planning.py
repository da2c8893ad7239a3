"""The least that a plan must hold, whoever makes it."""

from __future__ import annotations

from rapport.documents.model import DocumentKind
from rapport.onboarding.model import Application, Plan, Verdict
from rapport.onboarding.products import PRODUCTS, ProductId


def required(application: Application) -> Plan:
    """The least that a product and the screen ask for. An assistant may add to it, never take away."""
    product = PRODUCTS[ProductId(application.product)]
    flagged = application.verdict is not Verdict.APPROVE
    extra = (DocumentKind.RISK_DISCLOSURE,) if flagged else ()
    documents = tuple(dict.fromkeys((*product.documents, *extra)))
    return Plan(
        video=product.lends or flagged,
        documents=tuple(kind.value for kind in documents),
        channel="sms",
        completion_probability=None,
        source="rules",
    )
