"""What people and the contact flow read and write of numbers: everything of one, lists, marks, labels."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from rapport.callers.campaigns import Campaign
from rapport.callers.lists import MARK_DAYS, Entry, ListName, Lists, Mark
from rapport.callers.model import Dossier, Label, Noted
from rapport.callers.store import CAMPAIGN, CAMPAIGNS, DAY_S, NAME, SCHEMA_VERSION, STATE, caller_key, read
from rapport.runtime.dynamodb import (
    AwsClient,
    Item,
    decode_cursor,
    dependency,
    encode_cursor,
    n,
    number,
    query_all,
    s,
)

ENTRY = TypeAdapter(Entry)
MARK = TypeAdapter(Mark)
LABELS = "LABEL"
LABEL_DAYS = 400
LIST, CALL, MARKED = "LIST#", "CALL#", "MARK#"
LABEL = TypeAdapter(Label)


class DynamoCallers:
    """Reads whole numbers in one query; writes entries, marks and labels."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def dossier(self, token: str) -> Dossier:
        """Access pattern: everything of a number, in one consistent query."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": caller_key(token)["pk"]},
            ConsistentRead=True,
        )
        found = {item["sk"]["S"]: item for item in items}
        lists = {name: read_entry(found.get(list_sk(name))) for name in ListName}
        campaign = found.get(CAMPAIGNS)
        return Dossier(
            token=token,
            state=read(STATE, found["PROFILE"]) if "PROFILE" in found else None,
            lists=Lists(lists[ListName.BLOCK], lists[ListName.ALLOW]),
            marks=tuple(MARK.validate_json(item["json"]["S"]) for sk, item in found.items() if sk.startswith(MARKED)),
            noted=tuple(
                Noted(item["contact_id"]["S"], number(item, "at") or 0, item["dialled"]["S"])
                for sk, item in found.items()
                if sk.startswith(CALL)
            ),
            campaign_id=campaign["campaign_id"]["S"] if campaign else None,
        )

    def note(self, token: str, noted: Noted) -> None:
        """Access pattern: a call comes in; kept a day."""
        self._put(
            {
                **caller_key(token, f"{CALL}{noted.at:013d}#{noted.contact_id}"),
                "schema_version": n(SCHEMA_VERSION),
                "expires_at": n(noted.at // 1000 + DAY_S),
                "contact_id": s(noted.contact_id),
                "at": n(noted.at),
                "dialled": s(noted.dialled),
            }
        )

    def put_entry(self, entry: Entry) -> None:
        """Access pattern: a number on a list; the item outlives the entry by a year, to count how often."""
        self._put(
            {
                **caller_key(entry.token, list_sk(entry.name)),
                "schema_version": n(SCHEMA_VERSION),
                "expires_at": n(entry.until // 1000 + 365 * DAY_S),
                "listed": s(entry.name.value),
                "changed_at": n(entry.at),
                "json": s(ENTRY.dump_json(entry).decode()),
            }
        )

    def delete_entry(self, token: str, name: ListName) -> None:
        """Access pattern: a number off a list."""
        with dependency(NAME):
            self._client.delete_item(TableName=self._table, Key=caller_key(token, list_sk(name)))

    def put_mark(self, token: str, mark: Mark) -> None:
        """Access pattern: what an agent said last of a number; kept 30 days."""
        self._put(
            {
                **caller_key(token, f"{MARKED}{mark.agent}"),
                "schema_version": n(SCHEMA_VERSION),
                "expires_at": n(mark.at // 1000 + MARK_DAYS * DAY_S),
                "json": s(MARK.dump_json(mark).decode()),
            }
        )

    def put_label(self, label: Label) -> None:
        """Access pattern: an example to learn from; kept 400 days."""
        day = label.at // (DAY_S * 1000)
        self._put(
            {
                "pk": s(f"{LABELS}#{label.token}"),
                "sk": s(f"{LABELS}#{day:05d}#{label.agent}"),
                "schema_version": n(SCHEMA_VERSION),
                "expires_at": n(label.at // 1000 + LABEL_DAYS * DAY_S),
                "listed": s(LABELS),
                "changed_at": n(label.at),
                "json": s(json.dumps(LABEL.dump_python(label, mode="json"))),
            }
        )

    def entries(self, name: ListName, *, limit: int, cursor: str | None) -> tuple[list[Entry], str | None]:
        """Access pattern: entries of a list over index by_listed, newest first."""
        items, following = self._page(name.value, limit=limit, cursor=cursor)
        return [ENTRY.validate_json(item["json"]["S"]) for item in items], following

    def campaigns(self, *, limit: int, cursor: str | None) -> tuple[list[Campaign], str | None]:
        """Access pattern: campaigns over index by_listed, the latest first."""
        items, following = self._page(CAMPAIGNS, limit=limit, cursor=cursor)
        return [read(CAMPAIGN, item) for item in items], following

    def labels(self, *, limit: int, cursor: str | None) -> tuple[list[Label], str | None]:
        """Access pattern: labelled examples over index by_listed, newest first."""
        items, following = self._page(LABELS, limit=limit, cursor=cursor)
        return [LABEL.validate_json(item["json"]["S"]) for item in items], following

    def _page(self, listed: str, *, limit: int, cursor: str | None) -> tuple[list[Item], str | None]:
        start = decode_cursor(cursor, expected={"pk": "", "sk": "", "listed": listed, "changed_at": ""})
        request: dict[str, Any] = {"ExclusiveStartKey": start} if start else {}
        with dependency(NAME):
            answer = self._client.query(
                TableName=self._table,
                IndexName="by_listed",
                KeyConditionExpression="listed = :listed",
                ExpressionAttributeValues={":listed": s(listed)},
                ScanIndexForward=False,
                Limit=limit,
                **request,
            )
        return answer["Items"], encode_cursor(answer.get("LastEvaluatedKey"))

    def _put(self, item: Item) -> None:
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)


def list_sk(name: ListName) -> str:
    return f"{LIST}{name.value.upper()}"


def read_entry(item: Item | None) -> Entry | None:
    return ENTRY.validate_json(item["json"]["S"]) if item else None
