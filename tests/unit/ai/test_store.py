"""What AI help keeps of a person is given out whole and erased whole, and nobody else's goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from rapport.ai.chat import Chat
from rapport.ai.chat_store import DynamoChatStore
from rapport.ai.ledger_store import AiLedger
from rapport.ai.personal import AiHelp
from rapport.runtime.clock import day_of

from infra.stacks.data import AI_INDEXES
from tests.builders.ai import NOW, ScriptedGateway, assistant
from tests.builders.dynamodb import create_table

TABLE = "ai"


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_table(client, TABLE, AI_INDEXES)
        yield client


class Lagging:
    """A client whose indexes do not know yet what was written."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def query(self, **request: Any) -> Any:
        return {"Items": []} if "IndexName" in request else self.client.query(**request)


def help_of(client: Any) -> AiHelp:
    return AiHelp(DynamoChatStore(client, TABLE), AiLedger(client, TABLE))


def talk(client: Any, username: str, *messages: str) -> None:
    chat = Chat(
        assistant(ScriptedGateway(name=None), AiLedger(client, TABLE)), DynamoChatStore(client, TABLE), lambda: NOW
    )
    session = None
    for message in messages:
        session = chat.say(username, message, language="en", session_id=session).session_id


def items(client: Any, word: str) -> list[Any]:
    return [item for item in client.scan(TableName=TABLE)["Items"] if word in str(item)]


def test_an_export_has_every_conversation_and_every_answer(dynamodb: Any) -> None:
    talk(dynamodb, "mei.ito", *["how do I sign?"] * 60)
    talk(dynamodb, "mei.ito", "I want to talk to a person")
    talk(dynamodb, "ken.ono", "hello")
    export = help_of(dynamodb).export("mei.ito")
    assert [len(export[part]) for part in ("conversations", "said", "interactions")] == [2, 122, 61]
    assert "ken.ono" not in str(export)


@pytest.mark.parametrize("client_of", [lambda client: client, Lagging])
def test_an_erasure_leaves_no_item_that_names_the_person(dynamodb: Any, client_of: Any) -> None:
    talk(dynamodb, "mei.ito", "how do I sign?", "I want to talk to a person")
    talk(dynamodb, "ken.ono", "hello", "I want to talk to a person")
    others = items(dynamodb, "ken.ono")
    assert help_of(client_of(dynamodb)).erase("mei.ito") == ()
    assert items(dynamodb, "mei.ito") == []
    assert items(dynamodb, "ken.ono") == others
    sums = list(AiLedger(dynamodb, TABLE).sums(day_of(NOW), day_of(NOW)))
    assert [found.counts["c_asked"] for found in sums] == [4]


def test_erasing_twice_or_nobody_erases_once(dynamodb: Any) -> None:
    talk(dynamodb, "mei.ito", "I want to talk to a person")
    for _ in range(2):
        assert help_of(dynamodb).erase("mei.ito") == ()
    export = help_of(dynamodb).export("mei.ito")
    assert not any(export.values())
