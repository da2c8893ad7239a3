"""Entry point of recommendations_outcomes: once an hour, whatever is due."""

from __future__ import annotations

import os
from typing import Any

import boto3
import rapport_inference
from rapport.customers.ledger import Ledger
from rapport.customers.store import CustomerStore
from rapport.inference.next_best_action import NAME, Policy
from rapport.inference.published import load_parameters
from rapport.recommendations.offpolicy import estimates
from rapport.recommendations.outcomes import OutcomeSweep
from rapport.recommendations.settings import RecommendationsOutcomesSettings
from rapport.recommendations.statistics import PolicyEstimates
from rapport.recommendations.store import DynamoRecommendationStore
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger

# What is left when the sweep stops, for the judgement and the answer.
SPARE_MS = 60_000
MOST_ROUNDS = 5_000

settings = RecommendationsOutcomesSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
store = DynamoRecommendationStore(dynamodb, settings.recommendations_table)
policy = Policy.from_parameters(load_parameters(rapport_inference.ROOT / "models", NAME).parameters)
sweep = OutcomeSweep(
    store,
    CustomerStore(dynamodb, settings.customers_table),
    Ledger(dynamodb, settings.customers_table),
    now_ms,
)


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Say how much was found ignored and settled, and on how many rounds other policies were judged."""
    del event
    swept = sweep.run(lambda: context.get_remaining_time_in_millis() > SPARE_MS)
    name = settings.experiment.name
    rounds = store.settled(name, MOST_ROUNDS)
    if rounds:
        store.keep_policies(name, PolicyEstimates(at=now_ms(), items=estimates(rounds, policy)))
    found = {"ignored": swept.ignored, "settled": swept.settled, "judged_on": len(rounds)}
    logger.info("outcomes of recommendations", extra=found)
    return found
