"""Entry point of calls_lookup: the contact flow's question."""

from __future__ import annotations

import os
from typing import Any

import boto3
import rapport_inference
from botocore.config import Config
from rapport.callers.desk_store import DynamoCallers
from rapport.callers.judge import Judge
from rapport.callers.store import DynamoWatch
from rapport.callers.tokens import tokens_from
from rapport.calls.desk import CallRegister
from rapport.calls.joins import ContactJoiner
from rapport.calls.lookup import DEFAULTS, CallerLookup
from rapport.calls.lookup_store import KnownCallers, LookupStore
from rapport.calls.settings import LookupSettings
from rapport.calls.store import DynamoCallStore
from rapport.customers.feature_store import FeatureStore
from rapport.customers.ledger import Ledger
from rapport.customers.store import CustomerStore
from rapport.inference.service import Bands, load_payment_risk
from rapport.inference.spam_caller import load_spam_caller
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger
from rapport.vendors.secrets import SecretStore

# Two attempts of one second each: a store that hangs costs less than the caller's patience.
quick = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 2, "mode": "standard"})


class NoAgents:
    """The look-up joins no agents."""

    def find(self, connect_agent_id: str) -> None:
        del connect_agent_id


def compose(settings: LookupSettings) -> CallerLookup:
    """The look-up on the real stores and model."""
    dynamodb = boto3.client("dynamodb", config=quick)
    secrets = SecretStore(boto3.client("secretsmanager", config=quick), settings.vendor_secrets)
    watch = DynamoWatch(dynamodb, settings.callers_table, now_ms)
    judge = Judge(network=watch, model=load_spam_caller(rapport_inference.ROOT / "models"), clock=now_ms)
    register = CallRegister(store=DynamoCallStore(dynamodb, settings.calls_table), clock=now_ms)
    return CallerLookup(
        customers=CustomerStore(dynamodb, settings.customers_table),
        features=FeatureStore(dynamodb, settings.customers_table, Ledger(dynamodb, settings.customers_table)),
        clock=now_ms,
        callers=KnownCallers(
            lambda: tokens_from(secrets), DynamoCallers(dynamodb, settings.callers_table), judge, now_ms
        ),
        answers=LookupStore(dynamodb, settings.calls_table, now_ms),
        linker=ContactJoiner(register=register, agents=NoAgents(), clock=now_ms),
        scorer=load_payment_risk(
            rapport_inference.ROOT / "models", Bands(high=settings.band_high, medium=settings.band_medium)
        ),
    )


lookup = compose(LookupSettings.from_environment(os.environ))


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Answer; a caller must never hear silence because of a bug of ours."""
    try:
        answer = lookup.look_up(event, context.get_remaining_time_in_millis)
    except Exception as error:  # noqa: BLE001 - the contact flow needs its map even so
        logger.exception("look-up failed", extra={"error_type": type(error).__name__})
        return dict(DEFAULTS)
    logger.info("look-up", extra={"status": answer["lookupStatus"], "known": answer["known"]})
    return answer
