"""The trends table.

| item | pk | sk |
|---|---|---|
| counts of a series on a UTC day, from one shard | SERIES#key | DAY#2026-01-31#shard |
| a forecast of a series | SERIES#key | FORECAST#origin |
| how good it was | SERIES#key | SCORE#origin |
| forecasts that wait to be judged | DUE | due#key |
| series of the whole bank that were counted lately | CATALOGUE | key |
| monitors with their state | MONITORS | id |
| alerts | ALERTS | opened_at#id |
| what must still be told | OUTBOX | id |
| when a person got the last e-mail | MAILED | user name |
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rapport.runtime.dynamodb import AwsClient, Item, error_code, n, s
from rapport.runtime.errors import DependencyUnavailableError

NAME = "the trends table"
SCHEMA_VERSION = 1
DAY_S = 86_400


def key(pk: str, sk: str) -> Item:
    return {"pk": s(pk), "sk": s(sk)}


def item(pk: str, sk: str, *, until_s: int | None = None, **attributes: dict[str, Any]) -> Item:
    """An item of this schema; it vanishes at `until_s` (epoch seconds)."""
    expires = {} if until_s is None else {"expires_at": n(until_s)}
    return {**key(pk, sk), "schema_version": n(SCHEMA_VERSION), **expires, **attributes}


def put_if(client: AwsClient, table: str, item: Item, condition: str, **expression: Any) -> bool:
    """Put an item on a condition; says whether it was met."""
    try:
        client.put_item(TableName=table, Item=item, ConditionExpression=condition, **expression)
    except ClientError as error:
        if error_code(error) == "ConditionalCheckFailedException":
            return False
        raise DependencyUnavailableError(f"{NAME} did not answer: {error_code(error)}") from error
    except BotoCoreError as error:
        raise DependencyUnavailableError(f"{NAME} did not answer: {type(error).__name__}") from error
    return True
