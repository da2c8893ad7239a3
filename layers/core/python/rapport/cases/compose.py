"""Puts scoring and intake together from real gateways, for both functions that open cases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rapport.cases.intake import Intake, Levels
from rapport.cases.ports import Staff
from rapport.cases.service import CaseService
from rapport.cases.settings import OpeningSettings
from rapport.cases.store import DynamoCaseStore
from rapport.cases.workflow import FourEyes
from rapport.customers.ledger import Ledger
from rapport.customers.store import CustomerStore
from rapport.inference.service import Bands
from rapport.registry.compose import compose as compose_registry
from rapport.runtime.clock import now_ms
from rapport.runtime.dynamodb import AwsClient
from rapport.scoring.history import CustomerHistory
from rapport.scoring.service import Scoring
from rapport.scoring.words import say


@dataclass(frozen=True)
class Composed:
    """What the functions of cases stand on."""

    store: DynamoCaseStore
    cases: CaseService
    intake: Intake
    customers: CustomerStore
    ledger: Ledger


def compose(
    settings: OpeningSettings, *, models: Path, dynamodb: AwsClient, s3: AwsClient, staff: Staff, four_eyes: FourEyes
) -> Composed:
    """`models` is the folder of models in the inference layer."""
    customers = CustomerStore(dynamodb, settings.customers_table)
    ledger = Ledger(dynamodb, settings.customers_table)
    history = CustomerHistory(customers, ledger)
    host = compose_registry(
        layer=models,
        dynamodb=dynamodb,
        s3=s3,
        table=settings.models_table,
        bucket=settings.files_bucket,
        words=say,
    ).host
    store = DynamoCaseStore(dynamodb, settings.cases_table)
    cases = CaseService(store=store, staff=staff, four_eyes=four_eyes, clock=now_ms)
    bands = Bands(high=settings.band_high, medium=settings.band_medium)
    intake = Intake(
        scores=Scoring(host=host, history=history, models=models, clock=now_ms),
        cases=cases,
        history=history,
        levels=Levels(band=bands.of, service_ms=settings.service_ms),
        clock=now_ms,
    )
    return Composed(store, cases, intake, customers, ledger)
