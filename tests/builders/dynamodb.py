"""Tables in a pretended DynamoDB, as the infrastructure declares them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from contextvars import ContextVar
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
from moto.dynamodb import models
from moto.dynamodb.models.table import Table

from infra.constructs.table import Index

_KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


@cache
def aws_client(service: str) -> Any:
    """A client for what is pretended at the time of each call. One for all tests: making one reads megabytes."""
    return boto3.client(service, region_name="us-east-1", **_KEYS)


def create_table(client: Any, name: str, indexes: Sequence[Index] = ()) -> None:
    """A table with the house's keys and these indexes."""
    kinds = {"pk": "S", "sk": "S"}
    for index in indexes:
        kinds[index.partition_key] = "S"
        if index.sort_key:
            kinds[index.sort_key] = "N" if index.sort_number else "S"
    made: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": kind} for key, kind in kinds.items()],
    }
    if indexes:
        made["GlobalSecondaryIndexes"] = [_described(index) for index in indexes]
    client.create_table(**made)


def _described(index: Index) -> dict[str, Any]:
    keys = [{"AttributeName": index.partition_key, "KeyType": "HASH"}]
    if index.sort_key:
        keys.append({"AttributeName": index.sort_key, "KeyType": "RANGE"})
    kind = "ALL" if index.all_attributes else "KEYS_ONLY"
    return {"IndexName": index.name, "KeySchema": keys, "Projection": {"ProjectionType": kind}}


# -- moto keeps a copy of the table to undo a transaction: one for each of its items, where one for all is enough --

_write = models.DynamoDBBackend.transact_write_items
_copies: ContextVar[dict[int, Table] | None] = ContextVar("copies", default=None)


def _deepcopy(found: Any) -> Any:
    copies = _copies.get()
    if copies is None or not isinstance(found, Table):
        return copy.deepcopy(found)
    if id(found) not in copies:
        copies[id(found)] = copy.deepcopy(found)
    return copies[id(found)]


def _write_copying_once(backend: models.DynamoDBBackend, items: list[dict[str, Any]]) -> None:
    token = _copies.set({})
    try:
        _write(backend, items)
    finally:
        _copies.reset(token)


models.copy = SimpleNamespace(deepcopy=_deepcopy)  # type: ignore[assignment]
models.DynamoDBBackend.transact_write_items = _write_copying_once  # type: ignore[method-assign]
