"""The little DynamoDB that every store shares: typed values, cursors, and errors by name."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rapport.runtime.errors import DependencyUnavailableError, InvalidInputError

Item = dict[str, dict[str, Any]]
# boto3 makes its clients at run time; they are typed where their answers are read.
AwsClient = Any


def s(value: str) -> dict[str, str]:
    """A string attribute."""
    return {"S": value}


def n(value: float) -> dict[str, str]:
    """A number attribute."""
    return {"N": str(value)}


def text(item: Item, name: str) -> str | None:
    """A string attribute's value, None when absent."""
    return item[name]["S"] if name in item else None


def number(item: Item, name: str) -> int | None:
    """A whole-number attribute's value, None when absent."""
    return int(item[name]["N"]) if name in item else None


def error_code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def dependency(name: str) -> Iterator[None]:
    """Anything that goes wrong with the service inside becomes `DependencyUnavailableError`."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        code = error_code(error) if isinstance(error, ClientError) else type(error).__name__
        raise DependencyUnavailableError(f"{name} did not answer: {code}") from error


def encode_cursor(key: Item | None) -> str | None:
    """An opaque cursor from a last evaluated key."""
    if not key:
        return None
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, *, expected: dict[str, str]) -> Item | None:
    """The key in a cursor. It must have the attributes of `expected`, with these values where not empty.

    The caller names the partition it may read, so that a made-up cursor cannot reach into another one.
    """
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key = json.loads(raw)
        valid = (
            isinstance(key, dict)
            and key.keys() == expected.keys()
            and all(
                isinstance(value, dict)
                and len(value) == 1
                and isinstance(next(iter(value.values())), str)
                and next(iter(value)) in {"S", "N"}
                for value in key.values()
            )
            and all(not want or key[name] == {"S": want} for name, want in expected.items())
            and all(float(value["N"]) is not None for value in key.values() if "N" in value)
        )
    except (ValueError, binascii.Error, RecursionError, UnicodeError):
        valid = False
    if not valid:
        raise InvalidInputError("the cursor is not one that was given out here", field="cursor")
    found: Item = key
    return found


class ContendedError(Exception):
    """A transaction lost: one of its conditions failed, or another one was at the same items. Read and try again."""


def transact(client: AwsClient, actions: list[dict[str, Any]], name: str) -> None:
    """All of the actions or none; `ContendedError` when a condition failed."""
    try:
        client.transact_write_items(TransactItems=actions)
    except ClientError as error:
        reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
        if reasons & {"ConditionalCheckFailed", "TransactionConflict"} or error_code(error) in {
            "TransactionConflictException",
            "TransactionInProgressException",
        }:
            raise ContendedError from error
        raise DependencyUnavailableError(f"{name} did not answer: {error_code(error)}") from error
    except BotoCoreError as error:
        raise DependencyUnavailableError(f"{name} did not answer: {type(error).__name__}") from error


def write_if(client: AwsClient, table: str, item: Item, condition: str, values: Item, name: str) -> bool:
    """Put an item on a condition; says whether it was met."""
    try:
        client.put_item(TableName=table, Item=item, ConditionExpression=condition, ExpressionAttributeValues=values)
    except ClientError as error:
        if error_code(error) == "ConditionalCheckFailedException":
            return False
        raise DependencyUnavailableError(f"{name} did not answer: {error_code(error)}") from error
    except BotoCoreError as error:
        raise DependencyUnavailableError(f"{name} did not answer: {type(error).__name__}") from error
    return True


def query_all(client: AwsClient, name: str, **request: Any) -> Iterator[Item]:
    """Every item of a query, page after page."""
    start: dict[str, Any] = {}
    while True:
        with dependency(name):
            answer = client.query(**request, **start)
        yield from answer["Items"]
        if not answer.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def batch_get(client: AwsClient, table: str, keys: list[Item], name: str, *, consistent: bool = False) -> list[Item]:
    """Items by key, in no order; those that do not exist are absent."""
    found: list[Item] = []
    wanted = list(keys)
    while wanted:
        with dependency(name):
            answer = client.batch_get_item(RequestItems={table: {"Keys": wanted[:100], "ConsistentRead": consistent}})
        found += answer["Responses"].get(table, [])
        left = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        wanted = [*left, *wanted[100:]]
    return found


def batch_delete(client: AwsClient, table: str, keys: list[Item], name: str) -> None:
    """Delete items by key, twenty-five at a time; what was deleted before is no error. Keys must differ."""
    wanted = [{"DeleteRequest": {"Key": key}} for key in keys]
    while wanted:
        with dependency(name):
            left = client.batch_write_item(RequestItems={table: wanted[:25]}).get("UnprocessedItems") or {}
        wanted = [*left.get(table, []), *wanted[25:]]
