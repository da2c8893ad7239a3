"""The onboarding table.

| item | pk | sk |
|---|---|---|
| application | APPLICATION#id | APPLICATION |
| its applicant: personal data, erased on request | APPLICATION#id | APPLICANT |
| its events | APPLICATION#id | EVENT#seq |
| the workflow's task tokens | APPLICATION#id | TOKEN#what |
| how often a value was seen today, by its hash | SEEN#day | what#hash |
| a resume token, by its hash | RESUME#hash | RESUME |
| a session that a resume token was exchanged for, by its hash | SESSION#hash | SESSION |
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from rapport.onboarding.model import Applicant, Application, Event, State, Tag, Wait
from rapport.onboarding.ports import StaleError
from rapport.runtime.clock import day_of
from rapport.runtime.dynamodb import (
    AwsClient,
    ContendedError,
    Item,
    batch_get,
    decode_cursor,
    dependency,
    encode_cursor,
    error_code,
    n,
    query_all,
    s,
    text,
    transact,
)

NAME = "the onboarding table"
SCHEMA_VERSION = 1
APPLICATION, APPLICANT, EVENT = "APPLICATION", "APPLICANT", "EVENT#"
DAY_S = 86_400
# How the pseudonyms of erased applicants begin; no user name holds a hash sign.
ERASED = "erased#"
# How long an application that is over is kept; erasing the applicant does not wait for it.
KEPT_S = 400 * DAY_S
# The longest that an application may be open: its execution ends before.
OPEN_S = 100 * DAY_S


@dataclass(frozen=True, kw_only=True)
class ApplicationQuery:
    """Which applications: None leaves a condition out. Without a state, all of them."""

    state: State | None = None
    tag: Tag | None = None
    username: str | None = None

    @property
    def index(self) -> tuple[str, str, str]:
        """The narrowest index: its name, its partition attribute, the partition."""
        if self.username is not None:
            return "by_username", "username", self.username
        if self.state is not None:
            return "by_state", "state", self.state
        return "by_change", "listed", APPLICATION


class DynamoJournal:
    """Implements `Journal`, and the lists of applications."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def load(self, application_id: str) -> Application | None:
        """Access pattern: application by id."""
        item = self._get(application_id, APPLICATION)
        return Application.model_validate_json(item["json"]["S"]) if item else None

    def applicant(self, application_id: str) -> Applicant | None:
        """Access pattern: the applicant of an application; None once erased."""
        item = self._get(application_id, APPLICANT)
        return Applicant.model_validate_json(item["json"]["S"]) if item else None

    def begin(self, application: Application, event: Event, applicant: Applicant) -> None:
        """Access pattern: a new application with its first event and its applicant; `StaleError` when there is one."""
        person = {
            **_key(application.application_id, APPLICANT),
            "schema_version": n(SCHEMA_VERSION),
            "expires_at": n(application.started_at // 1000 + OPEN_S + KEPT_S),
            "json": s(applicant.model_dump_json()),
        }
        new = {"ConditionExpression": "attribute_not_exists(pk)"}
        puts = [_application_item(application), _event_item(event), person]
        self._write([{"Put": {"TableName": self._table, "Item": item, **new}} for item in puts])

    def append(self, before: Application, after: Application, event: Event) -> None:
        """Access pattern: an event with the application it makes, on condition of the version before."""
        known = {
            "ConditionExpression": "version = :before",
            "ExpressionAttributeValues": {":before": n(before.version)},
        }
        new = {"ConditionExpression": "attribute_not_exists(pk)"}
        self._write(
            [
                {"Put": {"TableName": self._table, "Item": _application_item(after), **known}},
                {"Put": {"TableName": self._table, "Item": _event_item(event), **new}},
            ]
        )

    def _write(self, actions: list[dict[str, Any]]) -> None:
        try:
            transact(self._client, actions, NAME)
        except ContendedError:
            raise StaleError from None

    def events(self, application_id: str) -> list[Event]:
        """Access pattern: events of an application, oldest first."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": _key(application_id, EVENT)["pk"], ":prefix": s(EVENT)},
            ConsistentRead=True,
        )
        return [Event.model_validate_json(item["json"]["S"]) for item in items]

    def erase(self, application_id: str) -> None:
        """Access pattern: forget the applicant, then whose application it was, by a pseudonym in the user name's
        place. The events name no customer and stay as they are; the pseudonym is the application's own, so that two
        applications of somebody who was erased cannot be told to be one person's. `StaleError` when it was changing.
        """
        with dependency(NAME):
            self._client.delete_item(TableName=self._table, Key=_key(application_id, APPLICANT))
        application = self.load(application_id)
        if application is None:
            return
        nameless = application.model_copy(update={"username": f"{ERASED}{application_id}"})
        known = {
            "ConditionExpression": "version = :before",
            "ExpressionAttributeValues": {":before": n(application.version)},
        }
        self._write([{"Put": {"TableName": self._table, "Item": _application_item(nameless), **known}}])

    def page(self, query: ApplicationQuery, *, limit: int, cursor: str | None) -> tuple[list[Application], str | None]:
        """Access pattern: applications over index by_username, by_state or by_change, the last changed first.

        The indexes hold keys only. A page may be short although a cursor follows.
        """
        index, attribute, partition = query.index
        start = decode_cursor(cursor, expected={"pk": "", "sk": APPLICATION, attribute: partition, "changed_at": ""})
        with dependency(NAME):
            answer = self._client.query(
                TableName=self._table,
                IndexName=index,
                KeyConditionExpression="#partition = :partition",
                ExpressionAttributeNames={"#partition": attribute},
                ExpressionAttributeValues={":partition": s(partition)},
                ScanIndexForward=False,
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in answer["Items"]]
        found = batch_get(self._client, self._table, keys, NAME, consistent=True)
        by_key = {item["pk"]["S"]: Application.model_validate_json(item["json"]["S"]) for item in found}
        ordered = [by_key[key["pk"]["S"]] for key in keys if key["pk"]["S"] in by_key]
        wanted = [
            application
            for application in ordered
            if (query.state is None or application.state is query.state)
            and (query.tag is None or query.tag in application.tags)
        ]
        return wanted, encode_cursor(answer.get("LastEvaluatedKey"))

    def _get(self, application_id: str, kind: str) -> Item | None:
        with dependency(NAME):
            answer = self._client.get_item(TableName=self._table, Key=_key(application_id, kind), ConsistentRead=True)
        found: Item | None = answer.get("Item")
        return found


class DynamoTokens:
    """Implements `Tokens`."""

    def __init__(self, client: AwsClient, table: str, now: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._now = now

    def put(self, application_id: str, what: Wait, token: str) -> None:
        """Access pattern: keep a waiting task's token; a later one replaces it."""
        item = {
            **_key(application_id, f"TOKEN#{what}"),
            "schema_version": n(SCHEMA_VERSION),
            "token": s(token),
            "expires_at": n(self._now() // 1000 + 120 * DAY_S),
        }
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)

    def get(self, application_id: str, what: Wait) -> str | None:
        """Access pattern: the token of what an application waits for."""
        with dependency(NAME):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(application_id, f"TOKEN#{what}"), ConsistentRead=True
            )
        return text(answer.get("Item") or {}, "token")

    def drop(self, application_id: str, what: Wait) -> None:
        """Access pattern: forget a token."""
        with dependency(NAME):
            self._client.delete_item(TableName=self._table, Key=_key(application_id, f"TOKEN#{what}"))


class DynamoSightings:
    """Implements `Sightings`: sets of application ids by day and by the hash of what they share."""

    def __init__(self, client: AwsClient, table: str, now: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._now = now

    def count(self, applicant: Applicant) -> dict[str, int]:
        """Access pattern: add an application to the day's set of each value, and how large the sets are then."""
        values = {"phone": applicant.phone, "email": applicant.email.lower(), "device": applicant.device}
        return {what: self._seen(what, value, applicant.application_id) for what, value in values.items() if value}

    def _seen(self, what: str, value: str, application_id: str) -> int:
        hashed = hashlib.sha256(f"{what} {value}".encode()).hexdigest()
        with dependency(NAME):
            answer = self._client.update_item(
                TableName=self._table,
                Key={"pk": s(f"SEEN#{day_of(self._now())}"), "sk": s(f"{what}#{hashed}")},
                UpdateExpression="ADD applications :one SET schema_version = :schema, expires_at = :expires",
                ExpressionAttributeValues={
                    ":one": {"SS": [application_id]},
                    ":schema": n(SCHEMA_VERSION),
                    ":expires": n(self._now() // 1000 + 2 * DAY_S),
                },
                ReturnValues="ALL_NEW",
            )
        return len(answer["Attributes"]["applications"]["SS"])


class ResumeTokens:
    """Tokens with which an applicant goes on elsewhere: hashed at rest, short-lived, used once.

    A new one revokes the one before; one is claimed only when it is exchanged, so that a preview of the link by a
    mail scanner does not use it up.
    """

    def __init__(self, client: AwsClient, table: str, now: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._now = now

    def keep(self, application_id: str, token: str, *, seconds: int) -> None:
        """Access pattern: keep a token, and revoke the application's one before."""
        hashed = _hash(token)
        pointer = _key(application_id, "RESUME")
        expires = n(self._now() // 1000 + seconds)
        with dependency(NAME):
            before = self._client.put_item(
                TableName=self._table,
                Item={**pointer, "schema_version": n(SCHEMA_VERSION), "hash": s(hashed), "expires_at": expires},
                ReturnValues="ALL_OLD",
            ).get("Attributes")
            if before:
                self._client.delete_item(TableName=self._table, Key=_resume(before["hash"]["S"]))
            self._client.put_item(
                TableName=self._table,
                Item={
                    **_resume(hashed),
                    "schema_version": n(SCHEMA_VERSION),
                    "application_id": s(application_id),
                    "expires_at": expires,
                },
            )

    def take(self, token: str) -> str | None:
        """Access pattern: exchange a token for its application's id, once; None when it is unknown, used or late."""
        try:
            taken = self._client.delete_item(
                TableName=self._table,
                Key=_resume(_hash(token)),
                ConditionExpression="attribute_exists(pk) AND expires_at > :now",
                ExpressionAttributeValues={":now": n(self._now() // 1000)},
                ReturnValues="ALL_OLD",
            )
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return None
            with dependency(NAME):
                raise
        return text(taken["Attributes"], "application_id")

    def open(self, application_id: str, session: str, *, seconds: int) -> None:
        """Access pattern: keep the session that a token was exchanged for."""
        item = {
            **_session(session),
            "schema_version": n(SCHEMA_VERSION),
            "application_id": s(application_id),
            "expires_at": n(self._now() // 1000 + seconds),
        }
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)

    def peek(self, session: str) -> str | None:
        """Access pattern: the application of a session; None when it is unknown or over."""
        with dependency(NAME):
            item = self._client.get_item(TableName=self._table, Key=_session(session)).get("Item")
        if not item or int(item["expires_at"]["N"]) <= self._now() // 1000:
            return None
        return text(item, "application_id")


def _key(application_id: str, kind: str) -> Item:
    return {"pk": s(f"APPLICATION#{application_id}"), "sk": s(kind)}


def _resume(hashed: str) -> Item:
    return {"pk": s(f"RESUME#{hashed}"), "sk": s("RESUME")}


def _session(session: str) -> Item:
    return {"pk": s(f"SESSION#{_hash(session)}"), "sk": s("SESSION")}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _application_item(application: Application) -> Item:
    item = {
        **_key(application.application_id, APPLICATION),
        "schema_version": n(SCHEMA_VERSION),
        "version": n(application.version),
        "listed": s(APPLICATION),
        "state": s(application.state),
        "username": s(application.username),
        "changed_at": n(application.changed_at),
        "json": s(application.model_dump_json()),
    }
    if application.state.over:
        item["expires_at"] = n(application.changed_at // 1000 + KEPT_S)
    return item


def _event_item(event: Event) -> Item:
    return {
        **_key(event.application_id, f"{EVENT}{event.seq:06d}"),
        "schema_version": n(SCHEMA_VERSION),
        "json": s(event.model_dump_json()),
    }
