"""Entry point of features_api: what the models see."""

from __future__ import annotations

import os
from typing import Annotated, Any

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler.openapi.params import Path
from rapport.customers.ledger import Ledger
from rapport.customers.store import CustomerStore
from rapport.identity.http import require
from rapport.identity.model import Principal, Role
from rapport.runtime.clock import now_ms
from rapport.runtime.documented import problems
from rapport.runtime.http import create_app, serve
from rapport.scoring.features import CustomerFeatures, FeaturesOut, declared, read_reference, values_of
from rapport.scoring.history import CustomerHistory
from rapport.scoring.settings import FeaturesApiSettings

settings = FeaturesApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
history = CustomerHistory(CustomerStore(dynamodb, settings.customers_table), Ledger(dynamodb, settings.customers_table))
reference = read_reference(rapport_inference.ROOT / "models")
app = create_app()

CustomerId = Annotated[str, Path(description="The customer's id", pattern=r"^[A-Za-z0-9._:-]{1,128}$")]


def staff() -> Principal:
    """The caller, who must work here."""
    return require(app, Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


@app.get(
    "/api/features",
    tags=["features"],
    summary="Every feature: label, unit, group, formula, when it is known, and the population's values in tenths",
    operation_id="listFeatures",
    responses=problems(401, 403, 429, 503, ok=FeaturesOut),
)
def list_features() -> FeaturesOut:
    staff()
    return declared(reference)


@app.get(
    "/api/customers/<customer_id>/features",
    tags=["features"],
    summary="A customer's values now, and where they stand among everybody's",
    operation_id="getCustomerFeatures",
    responses=problems(401, 403, 404, 422, 429, 503, ok=CustomerFeatures),
)
def customer_features(customer_id: CustomerId) -> CustomerFeatures:
    staff()
    return values_of(history.known(customer_id, now_ms(), fresh=True), reference)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
