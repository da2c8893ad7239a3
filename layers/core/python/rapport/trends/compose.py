"""Puts outlooks together, for the watch and the API."""

from __future__ import annotations

from pathlib import Path

from rapport.inference.forecast import NAME, load_forecast
from rapport.inference.published import load_parameters
from rapport.runtime.dynamodb import AwsClient
from rapport.trends.counts_store import DynamoCounts
from rapport.trends.forecasts_store import DynamoForecasts
from rapport.trends.outlook import Outlooks
from rapport.trends.series import Place


def outlooks_of(client: AwsClient, table: str, models: Path, place: Place) -> Outlooks:
    """`models` is the folder of published models in the inference layer."""
    return Outlooks(
        counts=DynamoCounts(client, table),
        forecasts=DynamoForecasts(client, table),
        model=load_forecast(models),
        version=load_parameters(models, NAME).described.version,
        place=place,
    )
