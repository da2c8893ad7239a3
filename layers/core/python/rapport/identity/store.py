"""The identity table: user profiles, Connect agents and their presence."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import ClientError

from rapport.calls.joins import AgentIdentity
from rapport.identity import keys
from rapport.runtime.dynamodb import AwsClient, dependency, error_code, n, s, text


@dataclass(frozen=True, slots=True)
class IdentityStore:
    """Implements the calls context's `AgentDirectory`, and what identity keeps of users."""

    client: AwsClient
    table: str

    def find(self, connect_agent_id: str) -> AgentIdentity | None:
        """Access pattern: Connect agent to user and team."""
        with dependency("the identity table"):
            item = self.client.get_item(TableName=self.table, Key=keys.connect_agent(connect_agent_id)).get("Item")
        return AgentIdentity(item["username"]["S"], text(item, "team")) if item else None

    def link_agent(self, connect_agent_id: str, username: str, team: str | None) -> None:
        """Access pattern: which user a Connect agent is; the last writer wins."""
        item = {**keys.connect_agent(connect_agent_id), "schema_version": n(1), "username": s(username)}
        if team:
            item["team"] = s(team)
        with dependency("the identity table"):
            self.client.put_item(TableName=self.table, Item=item)

    def team_of(self, username: str) -> str | None:
        """Access pattern: team of a user's profile."""
        with dependency("the identity table"):
            item = self.client.get_item(TableName=self.table, Key=keys.user(username)).get("Item")
        return text(item, "team") if item else None

    def put_user(self, username: str, team: str | None, locale: str | None) -> None:
        """Access pattern: profile of a user."""
        item = {**keys.user(username), "schema_version": n(1)}
        for name, value in (("team", team), ("locale", locale)):
            if value:
                item[name] = s(value)
        with dependency("the identity table"):
            self.client.put_item(TableName=self.table, Item=item)

    def drop_user(self, username: str) -> None:
        """Access pattern: a user who was erased."""
        with dependency("the identity table"):
            self.client.delete_item(TableName=self.table, Key=keys.user(username))

    def set_presence(self, agent_id: str, status: str, at: str) -> bool:
        """Access pattern: presence of a Connect agent; an older event changes nothing (False)."""
        try:
            self.client.put_item(
                TableName=self.table,
                Item={**keys.presence(agent_id), "schema_version": n(1), "status": s(status), "at": s(at)},
                ConditionExpression="attribute_not_exists(pk) OR #at < :at",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues={":at": s(at)},
            )
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            with dependency("the identity table"):
                raise
        return True
