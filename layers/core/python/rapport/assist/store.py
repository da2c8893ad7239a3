"""The assist table: sign-ins under way, tokens of Genesys, panels that were read lately, and what the CRM is to be
told (docs/access-patterns.md). Everything in it expires.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from rapport.assist.identity import Subject
from rapport.assist.model import PanelName
from rapport.assist.service import KEPT_MS, Owner, Pending, state_key
from rapport.runtime.dynamodb import AwsClient, Item, dependency, error_code, n, query_all, s

SCHEMA_VERSION = 1
NAME = "the assist table"


@dataclass(frozen=True, slots=True)
class AssistStore:
    """Implements `Sessions` and `PanelCache`. Times are epoch milliseconds."""

    client: AwsClient
    table: str

    def begin(self, state: str, owner: Owner, pending: Pending, until: int) -> None:
        """Access pattern: a sign-in under way, by the hash of its state."""
        item = {
            **_state(state),
            "schema_version": n(SCHEMA_VERSION),
            "username": s(owner.username),
            "session": s(owner.session),
            "good_until": n(until),
            "json": s(pending.model_dump_json(exclude_none=True)),
            "expires_at": n(until // 1000 + 1),
        }
        with dependency(NAME):
            self.client.put_item(TableName=self.table, Item=item)

    def take(self, state: str, owner: Owner, now: int) -> Pending | None:
        """Access pattern: take a sign-in out, on condition that it is the owner's and not too old: it works once."""
        try:
            answer = self.client.delete_item(
                TableName=self.table,
                Key=_state(state),
                ConditionExpression="username = :username AND #session = :session AND good_until > :now",
                ExpressionAttributeNames={"#session": "session"},
                ExpressionAttributeValues={
                    ":username": s(owner.username),
                    ":session": s(owner.session),
                    ":now": n(now),
                },
                ReturnValues="ALL_OLD",
            )
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return None
            with dependency(NAME):
                raise
        return Pending.model_validate_json(answer["Attributes"]["json"]["S"])

    def keep(self, owner: Owner, token: str, until: int) -> None:
        """Access pattern: the token of a user's session."""
        item = {
            **_session(owner),
            "schema_version": n(SCHEMA_VERSION),
            "token": s(token),
            "good_until": n(until),
            "expires_at": n(until // 1000 + 1),
        }
        with dependency(NAME):
            self.client.put_item(TableName=self.table, Item=item)

    def token(self, owner: Owner, now: int) -> str | None:
        """Access pattern: the token of a user's session, while it is good."""
        with dependency(NAME):
            item = self.client.get_item(TableName=self.table, Key=_session(owner)).get("Item")
        return str(item["token"]["S"]) if item and int(item["good_until"]["N"]) > now else None

    def forget(self, owner: Owner) -> None:
        """Access pattern: a token that Genesys no longer takes."""
        with dependency(NAME):
            self.client.delete_item(TableName=self.table, Key=_session(owner))

    def read(self, subject: Subject) -> dict[PanelName, tuple[dict[str, Any], int]]:
        """Access pattern: every panel of a customer that was read lately."""
        found = {}
        for item in query_all(
            self.client,
            NAME,
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": s(_panels(subject))},
        ):
            name = item["sk"]["S"].removeprefix("PANEL#")
            if name in set(PanelName) and int(item["schema_version"]["N"]) == SCHEMA_VERSION:
                found[PanelName(name)] = (json.loads(item["json"]["S"]), int(item["read_at"]["N"]))
        return found

    def write(self, subject: Subject, name: PanelName, content: str, read_at: int) -> None:
        """Access pattern: a panel as it was read, for a quarter of an hour."""
        item = {
            "pk": s(_panels(subject)),
            "sk": s(f"PANEL#{name.value}"),
            "schema_version": n(SCHEMA_VERSION),
            "read_at": n(read_at),
            "json": s(content),
            "expires_at": n((read_at + KEPT_MS) // 1000),
        }
        with dependency(NAME):
            self.client.put_item(TableName=self.table, Item=item)


def _state(state: str) -> Item:
    return {"pk": s(f"STATE#{state_key(state)}"), "sk": s("PKCE")}


def _session(owner: Owner) -> Item:
    return {"pk": s(f"SESSION#{owner.username}"), "sk": s(f"GENESYS#{owner.session}")}


def _panels(subject: Subject) -> str:
    return f"SUBJECT#{subject.pcin or ''}#{subject.bcin or ''}"
