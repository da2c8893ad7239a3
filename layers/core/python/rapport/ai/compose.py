"""The assistant as a function puts it together: real gateways, one per process."""

from __future__ import annotations

from rapport.ai.gateway import OpenAiGateway
from rapport.ai.ledger_store import AiLedger
from rapport.ai.service import Assistant
from rapport.ai.settings import AiTable, OpenAi
from rapport.runtime.dynamodb import AwsClient
from rapport.vendors.secrets import SecretStore


def compose(*, dynamodb: AwsClient, secrets: SecretStore, table: AiTable, model: OpenAi) -> Assistant:
    """The grants that it needs: docs/ai.md."""
    gateway = OpenAiGateway(secrets, url=model.openai_url, model=model.openai_model)
    return Assistant(gateway, AiLedger(dynamodb, table.ai_table), daily_budget=model.ai_daily_budget)
