"""Moves what the look-up once kept of plain numbers to where callers are kept, under tokens. Run once, after a deploy.

    python -m tools.migrate_callers --customers TABLE --callers TABLE --secret ARN [--days 90]

The customers table held `CALLER#<number>` with lists (`LIST#BLOCK`, `LIST#ALLOW`) and the calls of a day. Lists move,
for so many days from now as they had no end; calls vanish by themselves within a day and are deleted with the rest.
Running it again does no harm: what is moved is gone from the customers table, and an entry made since then stays.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import boto3
from rapport.callers.desk_store import DynamoCallers
from rapport.callers.lists import DAY_MS, Entry, ListName
from rapport.callers.tokens import NumberTokens, tokens_from
from rapport.runtime.clock import now_ms
from rapport.runtime.dynamodb import AwsClient, Item, dependency
from rapport.vendors.secrets import SecretStore

PREFIX = "CALLER#"
MOVED = {"LIST#BLOCK": ListName.BLOCK, "LIST#ALLOW": ListName.ALLOW}


def migrate(client: AwsClient, customers: str, callers: str, tokens: NumberTokens, *, now: int, days: int) -> int:
    """Move every list entry and delete every item of a plain number; returns how many items are gone."""
    store, gone = DynamoCallers(client, callers), 0
    for item in _old_items(client, customers):
        name = MOVED.get(item["sk"]["S"])
        if name is not None:
            token = tokens.of(item["pk"]["S"].removeprefix(PREFIX))
            lists = store.dossier(token).lists
            if (lists.block if name is ListName.BLOCK else lists.allow) is None:
                store.put_entry(Entry(token, name, now, now + days * DAY_MS, "migration"))
        with dependency("the customers table"):
            client.delete_item(TableName=customers, Key={"pk": item["pk"], "sk": item["sk"]})
        gone += 1
    return gone


def _old_items(client: AwsClient, table: str) -> Iterator[Item]:
    pages = client.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="begins_with(pk, :prefix)",
        ExpressionAttributeValues={":prefix": {"S": PREFIX}},
    )
    for page in pages:
        yield from page["Items"]


def main() -> None:
    """Migrate with the operator's own credentials."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", required=True, help="name of the customers table")
    parser.add_argument("--callers", required=True, help="name of the callers table")
    parser.add_argument("--secret", required=True, help="ARN of the vendors' secret")
    parser.add_argument("--days", type=int, default=90, help="how long entries hold from now on")
    given = parser.parse_args()
    tokens = tokens_from(SecretStore(boto3.client("secretsmanager"), given.secret))
    gone = migrate(boto3.client("dynamodb"), given.customers, given.callers, tokens, now=now_ms(), days=given.days)
    print(f"{gone} items of plain numbers moved or deleted")


if __name__ == "__main__":
    main()
