"""Settings of a function: frozen models composed from fragments, read once at the entry point.

A fragment is one resource or concern (`CallsTable`, `LiveApi`); a function's settings class inherits the
fragments it needs. The environment key of a field is its name in upper case, in the infrastructure too:
a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from rapport.runtime.errors import ConfigurationError


class Settings(BaseModel):
    """Base of every settings fragment. Values come from the environment as strings."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def environment_keys(cls) -> frozenset[str]:
        """The environment variables this class reads."""
        return frozenset(name.upper() for name in cls.model_fields)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings, raising `ConfigurationError` that names every missing or malformed key."""
        values = {name: environment[name.upper()] for name in cls.model_fields if name.upper() in environment}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = ", ".join(f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
            raise ConfigurationError(f"environment of {cls.__name__}: {problems}") from error


class CallsTable(Settings):
    """The calls context's DynamoDB table."""

    calls_table: str


class CustomersTable(Settings):
    """The customers context's DynamoDB table."""

    customers_table: str


class IdentityTable(Settings):
    """The identity context's DynamoDB table (users, Connect agents, idempotency records)."""

    identity_table: str


class ModelsTable(Settings):
    """The registry's DynamoDB table (roll-outs, versions, predictions, drift reports)."""

    models_table: str


class CasesTable(Settings):
    """The cases context's DynamoDB table (cases, their events, counters)."""

    cases_table: str


class RealtimeTable(Settings):
    """The realtime context's DynamoDB table (what processors measured of themselves)."""

    realtime_table: str


class ProfilesTable(Settings):
    """The profiles context's DynamoDB table (profiles of users and their anomalies)."""

    profiles_table: str


class CallersTable(Settings):
    """The callers context's DynamoDB table (profiles of numbers, links, campaigns, lists, feedback)."""

    callers_table: str


class RecommendationsTable(Settings):
    """The recommendations context's DynamoDB table (recommendations and what became of them)."""

    recommendations_table: str


class TrendsTable(Settings):
    """The trends context's DynamoDB table (counts by the hour, forecasts, monitors, alerts)."""

    trends_table: str


class AssistTable(Settings):
    """The assist context's DynamoDB table (sessions with Genesys, cached panels)."""

    assist_table: str


class IntelligenceStream(Settings):
    """The Kinesis stream of call, interaction, security and system events."""

    intelligence_stream: str


class EventBusName(Settings):
    """Name of the EventBridge bus."""

    event_bus: str


class LiveTable(Settings):
    """The live context's DynamoDB table (connections and rooms)."""

    live_table: str


class LiveApi(Settings):
    """The WebSocket API's management endpoint, e.g. https://ID.execute-api.REGION.amazonaws.com/live."""

    live_management_url: str


class UserPool(Settings):
    """The Cognito user pool and its application client."""

    user_pool_id: str
    user_pool_client_id: str


class PoisonQueue(Settings):
    """URL of the dead-letter queue that receives unreadable stream records with their reason."""

    poison_queue_url: str


class FilesBucket(Settings):
    """The bucket of uploaded files and generated reports."""

    files_bucket: str


class ScoreBands(Settings):
    """Thresholds of the score bands: High from `band_high`, Medium from `band_medium` (0 to 100)."""

    band_high: int = 70
    band_medium: int = 40
