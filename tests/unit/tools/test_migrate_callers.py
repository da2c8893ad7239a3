"""Lists of plain numbers become lists of tokens, once."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws
from rapport.callers.desk_store import DynamoCallers
from rapport.callers.lists import DAY_MS

from infra.stacks.data import CALLER_INDEXES
from tests.builders.callers import NOW, STRANGER, TOKENS
from tests.builders.dynamodb import create_table
from tools.migrate_callers import migrate


def test_entries_move_and_plain_numbers_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1")
        create_table(client, "customers")
        create_table(client, "callers", CALLER_INDEXES)
        for pk, sk in ((f"CALLER#{STRANGER}", "LIST#BLOCK"), (f"CALLER#{STRANGER}", "CALL#1#c"), ("CUSTOMER#1", "X")):
            client.put_item(TableName="customers", Item={"pk": {"S": pk}, "sk": {"S": sk}})
        assert migrate(client, "customers", "callers", TOKENS, now=NOW, days=10) == 2
        assert migrate(client, "customers", "callers", TOKENS, now=NOW + 1, days=10) == 0
        left = client.scan(TableName="customers")["Items"]
        assert [item["pk"]["S"] for item in left] == ["CUSTOMER#1"]
        block = DynamoCallers(client, "callers").dossier(TOKENS.of(STRANGER)).lists.block
        assert block is not None
        assert (block.at, block.until) == (NOW, NOW + 10 * DAY_MS)
