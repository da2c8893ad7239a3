"""Tables in a pretended DynamoDB, as the infrastructure declares them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infra.constructs.table import Index


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
