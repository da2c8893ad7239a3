"""Settings of whatever asks the assistant."""

from __future__ import annotations

from rapport.runtime.settings import IdentityTable, Settings


class AiTable(Settings):
    """The AI context's DynamoDB table (ledger, budget, conversations)."""

    ai_table: str


class OpenAi(Settings):
    """Where the model is and what may be spent.

    `vendor_secrets` is the ARN of the vendors' secret; `ai_daily_budget` micro-USD per feature and UTC day.
    """

    vendor_secrets: str
    openai_url: str = "https://api.openai.com"
    openai_model: str = "gpt-4.1-mini"
    ai_daily_budget: int = 2_000_000


class AiApiSettings(AiTable, OpenAi, IdentityTable):
    """The AI API."""
