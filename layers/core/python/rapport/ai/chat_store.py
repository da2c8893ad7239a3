"""Conversations and requests for a person in the AI table.

| item | pk | sk | kept |
|---|---|---|---|
| conversation | CHAT#username | SESSION#session id | 90 days after its last turn |
| turn | CHAT#username | TURN#session id#turn id | 90 days |
| request for a person | HANDOVERS#month | AT#handover id | 90 days |

Everything said by one user lies in one partition, which is what an erasure deletes, and names the requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from rapport.ai.chat import ChatSession, ChatTurn, Handover
from rapport.ai.ledger_store import SCHEMA_VERSION, TABLE, expires
from rapport.ai.months import months_back
from rapport.runtime.clock import month_of
from rapport.runtime.dynamodb import (
    AwsClient,
    Item,
    batch_delete,
    decode_cursor,
    dependency,
    encode_cursor,
    error_code,
    n,
    query_all,
    s,
    transact,
)
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError

KEPT_DAYS = 90
_ID = re.compile(r"(\d{13})-[0-9a-f]{16}")
_MONTHS = 4


def _chat(username: str) -> dict[str, str]:
    return s(f"CHAT#{username}")


def _handover_key(handover_id: str) -> Item:
    match = _ID.fullmatch(handover_id)
    if match is None:
        raise NotFoundError("there is no such request")
    return {"pk": s(f"HANDOVERS#{month_of(int(match[1]))}"), "sk": s(f"AT#{handover_id}")}


class DynamoChatStore:
    """Implements `ChatStore`, and lists what it keeps."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def session(self, username: str, session_id: str) -> ChatSession | None:
        """Access pattern: a conversation of a user by id."""
        with dependency(TABLE):
            key = {"pk": _chat(username), "sk": s(f"SESSION#{session_id}")}
            item = self._client.get_item(TableName=self._table, Key=key).get("Item")
        return _session(item) if item else None

    def sessions(self, username: str, *, limit: int, cursor: str | None) -> tuple[list[ChatSession], str | None]:
        """Access pattern: a user's conversations, newest first."""
        items, following = self._page(username, "SESSION#", limit, cursor, forward=False)
        return [_session(item) for item in items], following

    def turns(
        self, username: str, session_id: str, *, limit: int, cursor: str | None
    ) -> tuple[list[ChatTurn], str | None]:
        """Access pattern: what was said in a conversation, in order."""
        items, following = self._page(username, f"TURN#{session_id}#", limit, cursor, forward=True)
        return [ChatTurn.model_validate_json(item["json"]["S"]) for item in items], following

    def last_turns(self, username: str, session_id: str, limit: int) -> list[ChatTurn]:
        """Access pattern: the last turns of a conversation, in order."""
        items, _ = self._page(username, f"TURN#{session_id}#", limit, None, forward=False)
        return [ChatTurn.model_validate_json(item["json"]["S"]) for item in reversed(items)]

    def all_sessions(self, username: str) -> list[ChatSession]:
        """Access pattern: every conversation of a user, as they are now."""
        return [_session(item) for item in self._of(username, "SESSION#")]

    def all_turns(self, username: str) -> list[ChatTurn]:
        """Access pattern: everything that was said with a user, conversation after conversation, as it is now."""
        return [ChatTurn.model_validate_json(item["json"]["S"]) for item in self._of(username, "TURN#")]

    def erase(self, username: str) -> None:
        """Access pattern: a user's conversations and requests for a person are deleted. The conversations go last:
        by them an erasure that was cut off finds the rest.
        """
        sessions, turns = list(self._of(username, "SESSION#")), list(self._of(username, "TURN#"))
        requests = [_handover_key(asked) for item in sessions if (asked := _session(item).handover_id)]
        own = [{"pk": item["pk"], "sk": item["sk"]} for item in (*turns, *sessions)]
        batch_delete(self._client, self._table, [*requests, *own], TABLE)

    def _of(self, username: str, prefix: str) -> Iterator[Item]:
        return query_all(
            self._client,
            TABLE,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": _chat(username), ":prefix": s(prefix)},
            ConsistentRead=True,
        )

    def _page(
        self, username: str, prefix: str, limit: int, cursor: str | None, *, forward: bool
    ) -> tuple[list[Item], str | None]:
        start = decode_cursor(cursor, expected={"pk": f"CHAT#{username}", "sk": ""})
        if start and not str(start["sk"].get("S", "")).startswith(prefix):
            raise InvalidInputError("the cursor is not one that was given out here", field="cursor")
        with dependency(TABLE):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
                ExpressionAttributeValues={":pk": _chat(username), ":prefix": s(prefix)},
                ScanIndexForward=forward,
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        return answer["Items"], encode_cursor(answer.get("LastEvaluatedKey"))

    def add(self, username: str, session: ChatSession, turns: tuple[ChatTurn, ...], handover: Handover | None) -> None:
        """Access pattern: turns, their conversation and a request for a person, all or none."""
        until = expires(session.last_at, KEPT_DAYS)
        items: list[Item] = [
            {"pk": _chat(username), "sk": s(f"SESSION#{session.session_id}"), "json": s(session.model_dump_json())},
            *(
                {
                    "pk": _chat(username),
                    "sk": s(f"TURN#{session.session_id}#{turn.turn_id}"),
                    "json": s(turn.model_dump_json()),
                }
                for turn in turns
            ),
        ]
        if handover is not None:
            items.append({**_handover_key(handover.handover_id), "json": s(handover.model_dump_json())})
        actions: list[dict[str, Any]] = [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": {**item, "schema_version": n(SCHEMA_VERSION), "expires_at": until},
                }
            }
            for item in items
        ]
        transact(self._client, actions, TABLE)

    def handovers(self, *, at: int, limit: int) -> list[Handover]:
        """Access pattern: requests for a person, newest first."""
        found: list[Handover] = []
        for month in months_back(at, _MONTHS):
            with dependency(TABLE):
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression="pk = :pk",
                    ExpressionAttributeValues={":pk": s(f"HANDOVERS#{month}")},
                    ScanIndexForward=False,
                    Limit=limit - len(found),
                )
            found += [_handover(item) for item in answer["Items"]]
            if len(found) >= limit:
                break
        return found

    def take(self, handover_id: str, username: str, at: int) -> Handover:
        """Access pattern: a request for a person is taken, once."""
        condition = "attribute_exists(pk) AND (attribute_not_exists(taken_by) OR taken_by = :who)"
        with dependency(TABLE):
            try:
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=_handover_key(handover_id),
                    UpdateExpression="SET taken_by = :who, taken_at = :at",
                    ConditionExpression=condition,
                    ExpressionAttributeValues={":who": s(username), ":at": n(at)},
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                if error.response.get("Item"):
                    raise ConflictError("a colleague has taken this already") from error
                raise NotFoundError("there is no such request") from error
        return _handover(answer["Attributes"])


def _session(item: Item) -> ChatSession:
    return ChatSession.model_validate_json(item["json"]["S"])


def _handover(item: Item) -> Handover:
    found = Handover.model_validate_json(item["json"]["S"])
    if "taken_by" in item:
        taken = {"taken_by": item["taken_by"]["S"], "taken_at": int(item["taken_at"]["N"])}
        return found.model_copy(update=taken)
    return found
